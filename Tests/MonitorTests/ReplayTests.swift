import Canvas
import Monitor
import Shadow
import Testing

@Suite("A replay on the screen")
struct ReplayTests {
  static let sizes = [
    Size(rows: 24, columns: 80), Size(rows: 12, columns: 40), Size(rows: 40, columns: 120),
  ]

  /// Someone who looks at a recording, three quarters through it.
  private func person(_ size: Size = Size(rows: 24, columns: 80)) throws -> Person {
    var person = Person(size: size, isReadOnly: true)
    var replay = Replay(
      file: "greenhouse-07-2024-05-01-120431.ndjson", start: person.now, end: person.now + 40_000,
      messages: 312, speed: "×4")
    person.send(.replay(replay))
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(
      reported: #"{"humidity":61,"temperature":21.5}"#, desired: #"{"temperature":22}"#,
      version: 127)
    person.wait(milliseconds: 30_000)
    (replay.moment, replay.shown) = (person.now, 234)
    person.send(.replay(replay))
    return person
  }

  private func replay(_ person: Person, _ pace: Replay.Pace) throws -> Replay {
    var replay = try #require(person.model.replay)
    replay.pace = pace
    return replay
  }

  @Test("is marked as one, with the time of the recording", arguments: sizes)
  func shown(_ size: Size) throws {
    try expectGolden(person(size).frame(), "replay-\(size.columns)x\(size.rows)")
  }

  @Test("tells damage above the table", arguments: sizes)
  func damaged(_ size: Size) throws {
    var person = try person(size)
    person.send(
      .notice(
        "Line 313 is damaged at column 7 (byte 20341): 'topic' is missing. What comes before it is "
          + "played."))
    person.send(.replay(try replay(person, .ended)))
    try expectGolden(person.frame(), "replay-damaged-\(size.columns)x\(size.rows)")
  }

  @Test(
    "has keys of its own, also where they mean something else in a live monitor",
    arguments: [
      (" ", .pause), (",", .seek(-10_000)), (".", .seek(10_000)), (";", .nextMessage),
      ("-", .slower), ("+", .faster), ("=", .faster), ("{", .toStart), ("}", .toEnd),
    ] as [(String, ReplayAction)])
  func keys(_ key: String, _ action: ReplayAction) throws {
    var person = try person()
    #expect(person.type(key) == [.replay(action)])
  }

  @Test("leaves those keys alone in a live monitor")
  func live() throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: 80))
    #expect(person.type(" ,.;{}").isEmpty)
    #expect(!person.sees("replay"))
  }

  @Test(
    "changes nothing and asks for nothing, in calm words",
    arguments: ["e", "a", "d", "t", "P", "E", "A", "D", "r", "c", "C", "T", "w"])
  func refused(_ key: String) throws {
    var person = try person()
    #expect(person.type(key).isEmpty)
    #expect(person.sees("This is a replay"))
    #expect(person.model.entry == nil && person.model.overlay == nil)
  }

  @Test("never asks for the document, however old or full of gaps the recording is")
  func asksNothing() throws {
    var person = try person()
    person.send(.dropped(12))
    person.send(.outcome(token: "x", .unknown(reason: "no answer")))
    person.wait(milliseconds: 600_000)
    person.send(.tick)
    #expect(person.effects.isEmpty)
  }

  @Test(
    "says what Space does now",
    arguments: [(.paused, "go on"), (.ended, "again")] as [(Replay.Pace, String)])
  func pause(_ pace: Replay.Pace, _ words: String) throws {
    var person = try person()
    #expect(person.sees("Space pause"))
    person.send(.replay(try replay(person, pace)))
    #expect(person.sees("Space \(words)"))
  }

  @Test("forgets what it has seen to go back, and keeps what is selected and how it is looked at")
  func rewound() throws {
    var person = try person()
    person.type("jf")
    let selected = person.model.table.selection?.path
    person.model.rewind()
    #expect(person.model.table.tree.nodes.isEmpty && person.model.log.entries.isEmpty)
    #expect(person.model.history.moments.isEmpty && !person.model.connection.isUp)
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(
      reported: #"{"humidity":60,"temperature":21}"#, desired: #"{"temperature":22}"#,
      version: 120)
    #expect(person.model.shadow.version == 120)
    #expect(person.model.table.showsOnlyDifferences)
    #expect(person.model.table.selection?.path == selected)
  }

  @Test("offers its keys in the palette, and no shadow that was not recorded")
  func lists() throws {
    var person = try person()
    person.type(":replay-next")
    #expect(person.press(.enter) == [.replay(.nextMessage)])
    person.type("Sconfig")
    #expect(!person.sees("open"))
  }
}
