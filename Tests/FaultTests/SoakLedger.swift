import JSON
import Monitor
import Shadow
import Synchronization
import TestSupport
import Thing

/// What became of each value that was staged, by the monitor's word and by the service's.
struct SoakLedger {
  /// What the monitor says of a value.
  enum Word: Hashable { case staged, onItsWay, applied, notApplied, undecided, replaced }

  private(set) var words: [Int: Word] = [:]
  /// How often a value was reported as not applied, and put back.
  private(set) var reports = 0

  mutating func stage(_ value: Int, replacing old: [Int]) {
    for value in old where words[value] != .applied { words[value] = .replaced }
    words[value] = .staged
  }

  /// Takes in what the monitor shows now.
  ///
  /// - Parameters:
  ///   - draft: the values that are staged.
  ///   - sent: those that are on their way.
  ///   - isUndecided: whether it says that nothing tells what became of these.
  mutating func look(draft: Set<Int>, sent: Set<Int>, isUndecided: Bool) {
    for (value, word) in words where word == .onItsWay || word == .undecided {
      if sent.contains(value) {
        words[value] = isUndecided ? .undecided : .onItsWay
      } else if draft.contains(value) {
        words[value] = .notApplied
        reports += 1
      } else {
        words[value] = .applied
      }
    }
    for value in sent where words[value] != .undecided { words[value] = .onItsWay }
  }

  func count(_ word: Word) -> Int { words.values.count { $0 == word } }

  /// Where the monitor's word and the service's record differ, in words.
  ///
  /// - Parameter accepted: how often the service has accepted each value.
  /// - Returns: a sentence for each such value.
  func disagreements(with accepted: [Int: Int]) -> [String] {
    words.sorted { $0.key < $1.key }.compactMap { value, word in
      let times = accepted[value] ?? 0
      let isRight =
        switch word {
        case .applied: times == 1
        case .staged, .notApplied, .replaced: times == 0
        case .undecided: times <= 1
        case .onItsWay: false
        }
      return isRight ? nil : "\(value) is \(word) and was accepted \(times) times"
    }
  }
}

/// The service's own record: what it has accepted, heard by somebody beside the proxy.
final class AcceptedValues: Sendable {
  private let link: BrokerLink
  private let counts: Record

  private struct Values {
    var counts: [Int: Int] = [:]
    var version: Int64 = 0
  }

  private final class Record: Sendable {
    let values = Mutex(Values())

    func note(_ payload: [UInt8]) {
      guard let body = try? JSONParser.parse(payload).object,
        case .object(let state)? = body["state"], case .object(let reported)? = state["reported"]
      else { return }
      values.withLock { values in
        for member in reported.effectiveMembers {
          guard let value = Int(member.value.compact) else { continue }
          values.counts[value, default: 0] += 1
        }
        if case .number(let version)? = body["version"] {
          values.version = version.integer ?? values.version
        }
      }
    }
  }

  /// Connects; `configuration` is the owner's, without the proxy.
  init(_ configuration: LinkConfiguration) async throws {
    let record = Record()
    let events = Recorder<Bool>()
    link = BrokerLink(configuration: configuration) { event in
      switch event {
      case .connected: events.record(true)
      case .message(let message): record.note(message.payload)
      default: break
      }
    }
    counts = record
    try await events.wait(for: "the owner's connection") { $0 }
  }

  deinit { link.stop() }

  var counted: [Int: Int] { counts.values.withLock { $0.counts } }
  /// The version that was accepted last.
  var version: Int64 { counts.values.withLock { $0.version } }
}
