import JSON

extension RecordedLine {
  /// Why a line cannot be read.
  package struct Fault: Error, Hashable, Sendable {
    /// In code points, from 1.
    package let column: Int
    /// Bytes of the line before it.
    package let offset: Int
    /// What is wrong there, in words without a full stop.
    package let reason: String
  }

  /// Reads a line.
  ///
  /// Unknown members are passed over, and an unknown event is `.other`.
  ///
  /// - Parameter bytes: the line, with or without its line feed.
  /// - Throws: `Fault`.
  package init(_ bytes: some Collection<UInt8>) throws(Fault) {
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONParser.parse(bytes) } catch {
      throw Fault(
        column: error.column, offset: error.offset,
        reason: "expected \(error.expected), found \(error.found)")
    }
    guard let members = value.object else { throw Fault("the line is no object") }
    let reader = MemberReader(members)
    time = try reader.number("time", in: Self.times)
    if let name = members["event"] {
      guard let name = name.string else { throw Fault("'event' is no text") }
      content = try Self.event(name, reader)
    } else {
      content = .message(try RecordedMessage(reader))
    }
  }

  private static func event(
    _ name: String, _ members: MemberReader
  ) throws(Fault) -> Content {
    // Ms of a year: more is nobody's silence or pause.
    let spans: ClosedRange<Int64> = 0...31_622_400_000
    let counts: ClosedRange<Int64> = 0...1 << 40
    switch name {
    case "connected":
      return .connected(
        tls: members.optional("tls") ?? "", refusedFilters: try members.texts("refusedFilters"))
    case "lost":
      return .lost(
        RecordedLoss(
          what: try members.text("what"), cause: members.optional("cause") ?? "",
          remedy: members.optional("remedy") ?? "",
          retryIn: try members.optionalNumber("retryIn", in: spans),
          isTakenOver: try members.flag("takenOver")))
    case "silent": return .silent(milliseconds: try members.number("for", in: spans))
    case "heard": return .heard
    case "unanswered":
      return .unanswered(
        token: try members.text("token"), isSent: try members.flag("sent"),
        reason: members.optional("reason") ?? "")
    case "dropped": return .dropped(Int(try members.number("count", in: counts)))
    case "oversized":
      return .oversized(
        topic: try members.text("topic"), bytes: Int(try members.number("bytes", in: counts)))
    case "end": return .end(messages: Int(try members.number("messages", in: counts)))
    default: return .other(name)
    }
  }
}

extension RecordedLine.Fault {
  /// Something about the line as a whole.
  init(_ reason: String) { self.init(column: 1, offset: 0, reason: reason) }
}

extension RecordedMessage {
  fileprivate init(_ members: MemberReader) throws(RecordedLine.Fault) {
    guard let direction = Direction(rawValue: try members.text("direction")) else {
      throw RecordedLine.Fault("'direction' is neither 'in' nor 'out'")
    }
    let payload: [UInt8]
    if let text = members.optional("payload") {
      payload = Array(text.utf8)
    } else if let text = members.optional("base64") {
      guard let bytes = Base64Text.decoded(text) else {
        throw RecordedLine.Fault("'base64' is damaged")
      }
      payload = bytes
    } else {
      throw RecordedLine.Fault("there is neither 'event' nor 'payload' nor 'base64'")
    }
    self.init(
      direction, topic: try members.text("topic"), payload: payload,
      qualityOfService: Int(try members.optionalNumber("qos", in: 0...2) ?? 0),
      isRetained: try members.flag("retained"), isMasked: try members.flag("masked"))
  }
}

/// The members of a line, asked for by what they must be.
private struct MemberReader {
  private let members: JSONObject

  init(_ members: JSONObject) { self.members = members }

  func optional(_ key: String) -> String? { members[key]?.string }

  func text(_ key: String) throws(RecordedLine.Fault) -> String {
    guard let text = optional(key) else { throw missing(key, "text") }
    return text
  }

  func texts(_ key: String) throws(RecordedLine.Fault) -> [String] {
    guard let value = members[key] else { return [] }
    var texts: [String] = []
    for element in value.array ?? [.null] {
      guard let text = element.string else {
        throw RecordedLine.Fault("'\(key)' is no list of texts")
      }
      texts.append(text)
    }
    return texts
  }

  /// False where it is left out.
  func flag(_ key: String) throws(RecordedLine.Fault) -> Bool {
    guard let value = members[key] else { return false }
    guard let flag = value.bool else {
      throw RecordedLine.Fault("'\(key)' is neither true nor false")
    }
    return flag
  }

  func number(
    _ key: String, in range: ClosedRange<Int64>
  ) throws(RecordedLine.Fault) -> Int64 {
    guard let number = try optionalNumber(key, in: range) else { throw missing(key, "number") }
    return number
  }

  func optionalNumber(
    _ key: String, in range: ClosedRange<Int64>
  ) throws(RecordedLine.Fault) -> Int64? {
    guard let value = members[key] else { return nil }
    guard let number = value.integer, range.contains(number) else {
      throw RecordedLine.Fault(
        "'\(key)' is no number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private func missing(_ key: String, _ kind: String) -> RecordedLine.Fault {
    RecordedLine.Fault(members[key] == nil ? "'\(key)' is missing" : "'\(key)' is no \(kind)")
  }
}
