import JSON
import Sandbox
import Shadow
import Synchronization
import TestSupport
import Thing

/// Sends numbered updates and remembers every answer: what the sandbox must not lose.
///
/// Update `n` reports `count` as `n`, and `slotK` as `n` for K the rest of `n` by 16: a document
/// tells exactly which updates are in it, as long as none is missing in between.
final class FaithfulClient: Sendable {
  static let slots: Int64 = 16

  /// What it waits for.
  private enum Event: Sendable {
    case connected
    case accepted(number: Int64, version: Int64)
    /// The answer to a get; nil if there is no such shadow.
    case document(ShadowDocument?)
  }

  private let address: ShadowAddress
  private let link: BrokerLink
  private let events: Recorder<Event>

  /// Connects; returns when it hears answers.
  init(_ sandbox: SandboxProgram, thing: String) async throws {
    let address = ShadowAddress(thing: thing)
    let configuration = LinkConfiguration(
      endpoint: Endpoint(host: "127.0.0.1", port: UInt16(sandbox.port)),
      credentials: try Credentials.load(ThingFolder(path: sandbox.batch.thing(thing).path)),
      trust: try Trust.find(given: sandbox.batch.authority), clientID: "\(thing)-faithful",
      filters: [
        address.topic(.accepted(.update)), address.topic(.accepted(.get)),
        address.topic(.rejected(.get)),
      ])
    let events = Recorder<Event>()
    self.address = address
    self.events = events
    link = BrokerLink(configuration: configuration) { Self.event($0).map(events.record) }
    try await events.wait(for: "connection of \(thing)") {
      guard case .connected = $0 else { return false }
      return true
    }
  }

  /// Sends updates without waiting for any answer.
  func send(_ numbers: ClosedRange<Int64>) {
    for number in numbers {
      link.publish(
        Publication(
          topic: address.topic(.request(.update)),
          payload: Array(
            """
            {"state":{"reported":{"count":\(number),"slot\(number % Self.slots)":\(number)}},\
            "clientToken":"\(number)"}
            """.utf8)))
    }
  }

  /// Waits until that many updates were accepted in all.
  func waitForAccepted(_ count: Int) async throws {
    guard count > 0 else { return }
    let left = Mutex(count)
    try await events.wait(for: "\(count) accepted updates", seconds: 60) { event in
      guard case .accepted = event else { return false }
      return left.withLock { left in
        left -= 1
        return left == 0
      }
    }
  }

  /// Number and version of the accepted updates, in the order of their answers.
  var accepted: [(number: Int64, version: Int64)] {
    events.events.compactMap { event in
      guard case .accepted(let number, let version) = event else { return nil }
      return (number, version)
    }
  }

  /// The document as the service tells it; nil if there is none.
  func document() async throws -> ShadowDocument? {
    let place = events.count
    link.publish(Publication(topic: address.topic(.request(.get)), payload: []))
    let answer = try await events.wait(for: "answer to get", from: place) {
      guard case .document = $0 else { return false }
      return true
    }
    guard case .document(let document) = answer.event else { return nil }
    return document
  }

  func stop() { link.stop() }

  private static func event(_ event: LinkEvent) -> Event? {
    switch event {
    case .connected: return .connected
    case .message(let message):
      let parsed = ShadowMessage(topic: message.topic, payload: message.payload)
      switch parsed?.content {
      case .updateAccepted(_, let version):
        return parsed?.clientToken.flatMap { Int64($0) }
          .map { .accepted(number: $0, version: version) }
      case .document(let document): return .document(document)
      case .rejected: return .document(nil)
      default: return nil
      }
    default: return nil
    }
  }
}

/// What one thing's shadow must be, worked out from what was sent and what was answered.
struct ExpectedShadow {
  /// A document that cannot have come of what was sent.
  struct Loss: Error, CustomStringConvertible { let description: String }

  /// The version, and the values of the slots, after what is known to have been applied.
  private var version: Int64 = 0
  private var slots: [Int64: Int64] = [:]
  private var count: Int64?

  /// Compares a document with what was sent since the last comparison, and goes on from there.
  ///
  /// - Parameters:
  ///   - document: what the service tells now.
  ///   - sent: numbers of the updates sent since, in order.
  ///   - accepted: those of them that were answered, with the versions told.
  /// - Throws: `Loss`.
  mutating func check(
    _ document: ShadowDocument?, sent: ClosedRange<Int64>,
    accepted: [(number: Int64, version: Int64)]
  ) throws {
    for (offset, answer) in accepted.enumerated() {
      let wanted = (sent.lowerBound + Int64(offset), version + 1 + Int64(offset))
      guard answer == wanted else { throw Loss(description: "accepted \(answer), not \(wanted)") }
    }
    let now = document?.version ?? 0
    let applied = now - version
    guard applied >= accepted.count, applied <= sent.count else {
      throw Loss(
        description: "version \(now) after \(version), \(sent.count) sent and "
          + "\(accepted.count) accepted")
    }
    version = now
    for number in sent.prefix(Int(applied)) {
      count = number
      slots[number % FaithfulClient.slots] = number
    }
    let reported = document?.reported
    guard reported?["count"]?.integer == count else {
      throw Loss(description: "count is not \(count ?? 0) but \(String(describing: reported))")
    }
    for (slot, number) in slots where reported?["slot\(slot)"]?.integer != number {
      throw Loss(description: "slot \(slot) is not \(number) in \(String(describing: reported))")
    }
  }
}
