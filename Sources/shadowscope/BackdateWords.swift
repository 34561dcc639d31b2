import Backdating
import JSON
import Shadow

/// What is told of a file of observations that is sent; names and values in it are outside text.
struct BackdateWords {
  /// Resources that are named.
  private static let mostNamed = 12

  /// The file's.
  let name: String
  let read: ObservationFile
  let topic: String
  /// Where it goes, `host:port`.
  let endpoint: String
  /// Messages a second; 0 for any number.
  let rate: Int

  // MARK: Before it is sent

  /// What would be sent, and what comes of it.
  ///
  /// - Parameter todo: messages, from 0.
  /// - Returns: sentences on lines of their own.
  func preview(of todo: [Int]) -> [String] {
    var lines = ["\(name) has \(Self.messages(read.messages.count)) from \(span)."]
    let names = read.resources.prefix(Self.mostNamed).map(\.pointer).joined(separator: ", ")
    let more = read.resources.count - Self.mostNamed
    lines.append("Resources: \(names)\(more > 0 ? " and \(more) more" : "").")
    if read.localTimes > 0 {
      let isOne = read.localTimes == 1
      lines.append(
        "\(read.localTimes) time\(isOne ? " names no zone and is" : "s name no zone and are") taken "
          + "for this machine's local time.")
    }
    let pace = rate == 0 ? "as fast as they are acknowledged" : "\(rate) a second at most"
    let seconds = rate == 0 ? 0 : todo.count / rate
    let duration =
      seconds < 2 ? "" : ", which takes \(DurationText.text(of: Int64(seconds) * 1000)) or more"
    lines.append("\(Self.messages(todo.count)) to \(topic) at \(endpoint), \(pace)\(duration).")
    lines.append(
      "MIC stores them, and that is all: the shadow does not change, no rule is triggered, and no "
        + "answer comes beyond the broker's acknowledgement.")
    return lines
  }

  /// That an earlier run had begun.
  ///
  /// - Parameters:
  ///   - journal: what is kept of it.
  ///   - todo: messages, from 0, that are to be sent now.
  ///   - again: whether those in doubt are among them.
  /// - Returns: where it goes on, and what is in doubt.
  func continuing(_ journal: BackdateJournal, with todo: [Int], again: Bool) -> String {
    var words: [String] = []
    if let first = todo.first, let line = read.messages[first].lines.first {
      words.append(
        "Continuing at line \(line): \(Self.messages(journal.acknowledged)) acknowledged earlier.")
    } else {
      words.append(
        "Nothing is left to send: \(Self.messages(journal.acknowledged)) acknowledged earlier. "
          + "--restart sends all of them once more.")
    }
    if !journal.uncertain.isEmpty {
      let one = journal.uncertain.count == 1
      words.append(
        "\(lines(of: journal.uncertain).capitalised) \(one ? "was" : "were") on the way when an "
          + "earlier run lost sight of \(one ? "it" : "them"): MIC may have \(one ? "it" : "them") "
          + "or not. "
          + (again
            ? "Sent again, MIC may store \(one ? "it" : "them") twice."
            : "Left out; --again sends \(one ? "it" : "them")."))
    }
    return words.joined(separator: "\n")
  }

  private var span: String {
    guard let first = read.messages.first, let last = read.messages.last else { return "" }
    return "\(CalendarTime(first.moment).iso) to \(CalendarTime(last.moment).iso)"
  }

  private static func messages(_ count: Int) -> String {
    count == 1 ? "1 message" : "\(count) messages"
  }

  private func lines(of messages: [Int]) -> String { Self.lines(of: messages, in: read) }

  /// `lines 8 to 17` of a file.
  static func lines(of messages: [Int], in read: ObservationFile) -> String {
    let numbers = Set(messages.flatMap { read.messages[$0].lines }).sorted()
    return "line\(numbers.count == 1 ? "" : "s") \(LineRanges(numbers).text)"
  }

  // MARK: Results

  /// What became of it, as a line of JSON.
  func summary(_ tally: BackdateTally) -> String {
    let sent = tally.acknowledged + tally.unknown.count
    var members = JSONObject()
    for (key, count) in [
      ("messages", read.messages.count), ("sent", sent), ("acknowledged", tally.acknowledged),
      ("unknown", tally.unknown.count), ("skipped", tally.skipped), ("unsent", tally.unsent),
    ] {
      members.append(key: key, value: .number(JSONNumber(count)))
    }
    return JSONValue.object(Self.adding(momentsOf: read, to: members)).compact
  }

  /// What is in a file, as a line of JSON.
  static func contents(of read: ObservationFile) -> String {
    var members: JSONObject = [
      "messages": .number(JSONNumber(read.messages.count)),
      "lines": .number(JSONNumber(read.lineCount)),
    ]
    members = adding(momentsOf: read, to: members)
    members.append(key: "localTimes", value: .number(JSONNumber(read.localTimes)))
    members.append(
      key: "resources", value: .array(read.resources.map { .string($0.pointer) }))
    return JSONValue.object(members).compact(escaping: .invisible)
  }

  private static func adding(momentsOf read: ObservationFile, to members: JSONObject) -> JSONObject
  {
    var members = members
    for (key, message) in [("first", read.messages.first), ("last", read.messages.last)] {
      guard let message else { continue }
      members.append(key: key, value: .number(JSONNumber(message.moment)))
    }
    return members
  }

  // MARK: Failures

  /// A file in which something is wrong.
  ///
  /// - Parameters:
  ///   - faults: what.
  ///   - subject: the file's name at the start of a sentence.
  /// - Returns: the failure, with the lines.
  static func failure(_ faults: ObservationFaults, in subject: String) -> CommandFailure {
    let more = faults.count - faults.told.count
    let told = faults.told.sorted { $0.line < $1.line }.map { "line \($0.line): \($0.words)" }
    return CommandFailure(
      status: .badData, what: "\(subject) cannot be sent, and nothing was.", cause: "",
      remedy: more > 0 ? "There are \(more) more faults." : "", excerpt: told)
  }
}
