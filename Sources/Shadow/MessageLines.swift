package import JSON

/// A message as `watch` and `sub` print it.
package struct StreamedMessage: Sendable {
  /// Which way it went; the raw value stands in lines of JSON.
  package enum Direction: String, Sendable {
    case incoming = "in"
    case outgoing = "out"
  }

  /// ms since 1970.
  package var time: Int64
  package var direction: Direction
  package var topic: String
  package var payload: [UInt8]
  /// Whether it came from the broker's store rather than from a sender just now.
  package var isRetained: Bool

  package init(
    time: Int64, direction: Direction = .incoming, topic: String, payload: [UInt8],
    isRetained: Bool = false
  ) {
    self.time = time
    self.direction = direction
    self.topic = topic
    self.payload = payload
    self.isRetained = isRetained
  }
}

/// Writes messages as lines for programs: raw, or as objects of JSON (NDJSON).
///
/// Such an object has these members, in this order:
///
/// - `time`: ISO 8601 in UTC, with milliseconds.
/// - `direction`: `in`, or `out` for what this program sent.
/// - `topic`.
/// - `version`: of the shadow, where the message tells one.
/// - `retained`: `true`, else left out.
/// - `payload`: the message as JSON, members in their order and numbers as they were written; or
///   `payloadText` where it is text but no JSON; or `payloadBase64` where it is no UTF-8.
/// - `changes`: only where they are asked for, an array of objects with the `path`, a JSON Pointer
///   into the state, and its `old` and `new` value; one of these is left out where there is none.
///
/// Control characters and what is invisible stand as `\u` escapes, so that a line is a line and a
/// terminal may show it.
package struct MessageLines: Sendable {
  /// A topic that came before, with what is known of it.
  private struct KnownTopic: Sendable {
    let text: String
    /// In quotes.
    let json: [UInt8]
    let place: ShadowTopic?
  }

  /// Of those that came last.
  private var topics: [KnownTopic] = []
  private static let mostTopics = 16

  private var outline = JSONOutline(levels: 2)
  /// `2026-11-24T12:04:31.` of the second that was written last.
  private var second: (number: Int64, text: [UInt8])?

  package init() {}

  // MARK: Raw

  /// Adds the topic, a space, and the very bytes of the payload, as `mosquitto_sub -v` does.
  package static func appendRaw(_ message: StreamedMessage, to lines: inout [UInt8]) {
    lines.append(contentsOf: message.topic.utf8)
    lines.append(UInt8(ascii: " "))
    lines.append(contentsOf: message.payload)
    lines.append(newLine)
  }

  // MARK: JSON

  /// Adds a message as an object of JSON.
  ///
  /// - Parameters:
  ///   - message: what came or went.
  ///   - changes: what it changes of the state; nil where that is not asked for.
  ///   - lines: the line is added here, its line feed too.
  package mutating func append(
    _ message: StreamedMessage, changes: [JSONChange]? = nil, to lines: inout [UInt8]
  ) {
    let topic = known(message.topic)
    put(#"{"time":""#, to: &lines)
    put(time: message.time, to: &lines)
    put(
      message.direction == .incoming
        ? #"","direction":"in","topic":"# : #"","direction":"out","topic":"#,
      to: &lines)
    lines.append(contentsOf: topic.json)
    message.payload.withUnsafeBytes { bytes in
      guard outline.read(bytes) else { return putJudged(message, topic, to: &lines) }
      if let version = version(topic, bytes) { put(version: version, to: &lines) }
      if message.isRetained { put(#","retained":true"#, to: &lines) }
      put(#","payload":"#, to: &lines)
      lines.append(contentsOf: bytes)
    }
    if let changes { put(changes, to: &lines) }
    put("}\n", to: &lines)
  }

  /// Adds an object that tells how many messages are missing here, since the reader is slow:
  /// `{"time":…,"dropped":17}`.
  package mutating func append(dropped count: Int, time: Int64, to lines: inout [UInt8]) {
    put(#"{"time":""#, to: &lines)
    put(time: time, to: &lines)
    put(#"","dropped":"#, to: &lines)
    lines.append(contentsOf: "\(count)}\n".utf8)
  }

  /// Adds what stands behind the topic for a payload that is not plain JSON.
  private func putJudged(
    _ message: StreamedMessage, _ topic: KnownTopic, to lines: inout [UInt8]
  ) {
    let value = try? JSONParser.parse(message.payload)
    if let version = value?.version(at: topic.place) { put(version: version, to: &lines) }
    if message.isRetained { put(#","retained":true"#, to: &lines) }
    if let value {
      put(#","payload":"#, to: &lines)
      lines.append(contentsOf: value.compact(escaping: .invisible).utf8)
    } else if let text = String(validating: message.payload, as: UTF8.self) {
      put(#","payloadText":"#, to: &lines)
      lines.append(contentsOf: JSONValue.string(text).compact(escaping: .invisible).utf8)
    } else {
      put(#","payloadBase64":""#, to: &lines)
      lines.append(contentsOf: Base64Text.encoded(message.payload))
      put("\"", to: &lines)
    }
  }

  /// The version that a plain message tells.
  private func version(_ topic: KnownTopic, _ bytes: UnsafeRawBufferPointer) -> Int64? {
    guard let place = topic.place, !outline.members.isEmpty else { return nil }
    guard case .documents = place else {
      return outline.integer(outline.member("version", in: bytes), in: bytes)
    }
    guard let current = outline.member("current", in: bytes) else { return nil }
    return outline.integer(outline.member("version", of: current, in: bytes), in: bytes)
  }

  private mutating func known(_ topic: String) -> KnownTopic {
    if let known = topics.last(where: { $0.text.hasSameScalars(as: topic) }) { return known }
    let known = KnownTopic(
      text: topic, json: Array(JSONValue.string(topic).compact(escaping: .invisible).utf8),
      place: ShadowAddress.parse(topic: topic)?.1)
    if topics.count == Self.mostTopics { topics.removeFirst() }
    topics.append(known)
    return known
  }

  // MARK: Parts

  private static let newLine: UInt8 = 0x0A

  private func put(_ text: StaticString, to lines: inout [UInt8]) {
    lines.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private func put(version: Int64, to lines: inout [UInt8]) {
    put(#","version":"#, to: &lines)
    lines.append(contentsOf: "\(version)".utf8)
  }

  /// Puts the time; the calendar is asked once a second.
  private mutating func put(time: Int64, to lines: inout [UInt8]) {
    var (number, milliseconds) = time.quotientAndRemainder(dividingBy: 1000)
    if milliseconds < 0 { (number, milliseconds) = (number - 1, milliseconds + 1000) }
    if second?.number != number {
      let calendar = CalendarTime(number * 1000)
      second = (number, Array("\(calendar.date)T\(calendar.clock).".utf8))
    }
    lines.append(contentsOf: second?.text ?? [])
    for divisor in [100, 10, 1] as [Int64] {
      lines.append(UInt8(ascii: "0") + UInt8(milliseconds / divisor % 10))
    }
    lines.append(UInt8(ascii: "Z"))
  }

  private func put(_ changes: [JSONChange], to lines: inout [UInt8]) {
    let objects = changes.map { change in
      var object: JSONObject = ["path": .string(change.path.pointer)]
      if let old = change.old { object.append(key: "old", value: old) }
      if let new = change.new { object.append(key: "new", value: new) }
      return JSONValue.object(object)
    }
    put(#","changes":"#, to: &lines)
    lines.append(contentsOf: JSONValue.array(objects).compact(escaping: .invisible).utf8)
  }
}

extension JSONValue {
  /// The version that a message on one of a shadow's topics tells; nil on any other.
  fileprivate func version(at place: ShadowTopic?) -> Int64? {
    guard let place else { return nil }
    guard case .documents = place else { return object?["version"]?.integer }
    return object?["current"]?.object?["version"]?.integer
  }
}
