import Canvas
import JSON
import Monitor
import Shadow
import Testing

/// Someone at the screen: gives the model messages and looks at what it draws.
struct Person {
  var model: Model
  var now: Int64
  private(set) var effects: [Effect] = []
  /// Whether another message always comes before the next frame.
  var isFlooded = false

  static let address = ShadowAddress(thing: "greenhouse-07")
  /// 2024-05-01 10:04:31.000 UTC.
  static let start: Int64 = 1_714_557_871_000

  init(
    size: Size = Size(rows: 24, columns: 80), seed: UInt64 = 7,
    logLimit: Int = MessageLog.standardLimit, isReadOnly: Bool = false
  ) {
    model = Model(
      thing: "greenhouse-07", endpoint: "localhost:8883", address: Self.address, seed: seed,
      utcOffsetSeconds: 7200, logLimit: logLimit, isReadOnly: isReadOnly)
    now = Self.start
    send(.resized(size))
  }

  /// Connected, with a document.
  init(
    size: Size = Size(rows: 24, columns: 80), reported: String?, desired: String? = nil,
    version: Int64 = 127
  ) throws {
    self.init(size: size)
    send(.connection(.connected(tls: "TLS1.3")))
    try receiveGet(reported: reported, desired: desired, version: version)
  }

  @discardableResult
  mutating func send(_ message: Message) -> [Effect] {
    let effects = update(&model, message, at: now, isFollowed: isFlooded)
    self.effects += effects
    return effects
  }

  /// Presses keys one after another: each character of a text is one.
  @discardableResult
  mutating func type(_ text: String) -> [Effect] {
    text.flatMap { send(.key(.character($0))) }
  }

  @discardableResult
  mutating func press(_ keys: Key...) -> [Effect] { keys.flatMap { send(.key($0)) } }

  mutating func wait(milliseconds: Int64) { now += milliseconds }

  func frame(_ size: Size? = nil) -> Frame { view(model, in: size ?? model.size, at: now) }

  /// The screen as lines of text.
  func screen(_ size: Size? = nil) -> [String] {
    let frame = frame(size)
    return (0..<frame.size.rows).map { row in
      (0..<frame.size.columns).map { frame[row, $0].text }.joined()
    }
  }

  /// Whether the screen says something, line ends aside.
  func sees(_ words: String) -> Bool {
    let lines = screen().map { line in
      line.split(whereSeparator: { " │".contains($0) }).joined(separator: " ")
    }
    return lines.joined(separator: " ").contains(words)
  }

  /// The words of the newest message in the log.
  var logged: String { model.log.entries.last?.words.map(\.text).joined() ?? "" }

  /// The role of the first cell that shows a text.
  func role(of text: String, _ size: Size? = nil) -> Role? {
    let frame = frame(size)
    for (row, line) in screen(size).enumerated() {
      guard let range = line.firstRange(of: text) else { continue }
      let before = line[..<range.lowerBound]
      var columns = 0
      var column = 0
      while columns < before.count {
        if frame[row, column].width > 0 { columns += 1 }
        column += 1
      }
      return frame[row, column].role
    }
    return nil
  }

  // MARK: The service

  /// The clock of the service in seconds.
  var seconds: Int64 { now / 1000 }

  mutating func receive(_ topic: ShadowTopic, _ payload: String, retained: Bool = false) {
    send(
      .received(
        topic: Self.address.topic(topic), payload: Array(payload.utf8), arrival: now,
        retained: retained))
  }

  /// A section's metadata: every leaf written `age` seconds ago.
  func metadata(_ section: String, age: Int64) throws -> JSONValue {
    ShadowMetadata.mirroring(try JSONParser.parse(section), at: seconds - age)
  }

  func state(_ reported: String?, _ desired: String?) throws -> String {
    var sections: [String] = []
    if let desired { sections.append("\"desired\":\(desired)") }
    if let reported { sections.append("\"reported\":\(reported)") }
    return "{\(sections.joined(separator: ","))}"
  }

  private func document(
    _ reported: String?, _ desired: String?, version: Int64, age: Int64
  ) throws -> String {
    var metadata: [String] = []
    if let desired {
      metadata.append("\"desired\":\(try self.metadata(desired, age: age).compact)")
    }
    if let reported {
      metadata.append("\"reported\":\(try self.metadata(reported, age: age).compact)")
    }
    return "{\"state\":\(try state(reported, desired)),"
      + "\"metadata\":{\(metadata.joined(separator: ","))},\"version\":\(version)"
  }

  mutating func receiveGet(
    reported: String?, desired: String? = nil, version: Int64, token: String? = nil,
    age: Int64 = 18
  ) throws {
    let tail = token.map { ",\"clientToken\":\"\($0)\"" } ?? ""
    receive(
      .accepted(.get),
      try document(reported, desired, version: version, age: age)
        + ",\"timestamp\":\(seconds)\(tail)}")
  }

  mutating func receiveDocuments(
    from old: (reported: String?, desired: String?)?, reported: String?, desired: String? = nil,
    version: Int64, token: String? = nil
  ) throws {
    let previous =
      try old.map { try document($0.reported, $0.desired, version: version - 1, age: 18) + "}" }
      ?? "null"
    let current = try document(reported, desired, version: version, age: 0) + "}"
    let tail = token.map { ",\"clientToken\":\"\($0)\"" } ?? ""
    receive(
      .documents,
      "{\"previous\":\(previous),\"current\":\(current),\"timestamp\":\(seconds)\(tail)}")
  }

  /// The update that the last key handed to the session.
  var submitted: PendingUpdate? {
    effects.lazy.reversed().compactMap { effect in
      guard case .submit(let update) = effect else { return nil }
      return update
    }.first
  }
}

extension Person: CustomTestStringConvertible {
  /// A failure shows the screen.
  var testDescription: String { "\n" + screen().joined(separator: "\n") + "\n" }
}

extension PendingUpdate {
  var text: String { String(decoding: publication.payload, as: UTF8.self) }
}
