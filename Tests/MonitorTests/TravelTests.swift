import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Travelling in time")
struct TravelTests {
  /// Humidity 60 at v127, and one more with every version up to v132.
  static func person(
    _ size: Size = Size(rows: 24, columns: 80), logLimit: Int = MessageLog.standardLimit
  ) throws -> Person {
    var person = Person(size: size, logLimit: logLimit)
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: state(127), version: 127)
    for version in Int64(128)...132 {
      person.wait(milliseconds: 20_000)
      try person.receiveDocuments(
        from: (state(version - 1), nil), reported: state(version), version: version,
        token: "simulator-3f")
    }
    return person
  }

  static func state(_ version: Int64) -> String {
    let extra = version == 130 ? #","fault":"E7""# : ""
    return "{\"humidity\":\(version - 67)\(extra),\"mode\":\"自動\"}"
  }

  @Test("shows the table as it was, a version at a time, and what changed with it")
  func steps() throws {
    var person = try Self.person()
    person.type("[")
    #expect(person.sees("Looking at v131, 20 s ago. End returns to live."))
    #expect(person.sees("humidity 64"))
    #expect(person.sees("− fault E7"))
    person.type("[")
    #expect(person.sees("Looking at v130"))
    #expect(person.sees("fault E7"))
    #expect(person.screen().contains { $0.contains("+  fault") })
    #expect(person.screen().contains { $0.contains("~  humidity") })
    person.type("]")
    #expect(person.sees("Looking at v131"))
    person.type("]")
    #expect(!person.sees("Looking at"))
    #expect(person.sees("humidity 65"))
  }

  @Test("ends with End and with Esc", arguments: [Key.end, .escape])
  func end(_ key: Key) throws {
    var person = try Self.person()
    let before = person.frame()
    person.type("[[")
    person.press(key)
    #expect(person.frame() == before)
  }

  @Test("stops at the oldest document, and says so")
  func oldest() throws {
    var person = try Self.person()
    person.type("[[[[[[[")
    #expect(person.sees("Looking at v127"))
    #expect(person.sees("v127 is the oldest document that the log has"))
  }

  @Test("loses nothing that arrives meanwhile")
  func meanwhile() throws {
    var person = try Self.person()
    person.type("[[")
    person.wait(milliseconds: 1000)
    try person.receiveDocuments(
      from: (Self.state(132), nil), reported: Self.state(133), version: 133, token: "x")
    #expect(person.sees("Looking at v130"))
    #expect(person.sees("humidity 63"))
    #expect(person.model.shadow.version == 133)
    person.press(.end)
    #expect(person.sees("humidity 66"))
    person.type("[")
    #expect(person.sees("Looking at v132"))
  }

  @Test(
    "refuses to edit what is past, or to stage and send by any other key",
    arguments: [
      "e", "a", "d", "u", "U", "P", "x", "E", "+", "-", "A", "V", "R", "o", "D", " ",
    ])
  func edits(_ key: String) throws {
    var person = try Self.person()
    person.type("e")
    person.press(.control("u"))
    person.type("1")
    person.press(.enter)
    let staged = person.model.draft.edits.count
    person.type("[")
    #expect(person.type(key).isEmpty)
    #expect(person.sees("This is v131, not the shadow as it is"))
    #expect(person.model.question == nil)
    #expect(person.model.draft.edits.count == staged)
    #expect(person.model.entry == nil)
    #expect(person.submitted == nil)
  }

  @Test("refuses the same in the palette", arguments: ["edit-section", "acknowledge", "rebase"])
  func palette(_ name: String) throws {
    var person = try Self.person()
    person.type("[:\(name)")
    person.press(.enter)
    #expect(person.sees("This is v131, not the shadow as it is") || person.sees("Nothing"))
    #expect(person.model.question == nil)
    #expect(person.model.draft.isEmpty)
  }

  @Test("copies what is on the screen, the line for a shell among it, and stages nothing")
  func copies() throws {
    var person = try Self.person()
    person.type("[y")
    #expect(person.press(.enter) == [.copy("64")])
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("Looking at v131"))
  }

  @Test("shows the request as it is now by b, and goes on looking")
  func preview() throws {
    var person = try Self.person()
    person.type("e")
    person.press(.control("u"))
    person.type("1")
    person.press(.enter)
    person.type("[b")
    #expect(person.sees("what P sends"))
    person.press(.escape)
    #expect(person.sees("Looking at v131"))
  }

  @Test("keeps an answer that arrives meanwhile for the return")
  func answer() throws {
    var person = try Self.person()
    person.type("e")
    person.press(.control("u"))
    person.type("1")
    person.press(.enter)
    person.type("P")
    let update = try #require(person.submitted)
    person.type("[")
    person.send(
      .outcome(token: update.token, .accepted(version: 133, body: nil, milliseconds: 5)))
    #expect(person.sees("Looking at v131"))
    #expect(person.sees("humidity 64"))
    person.press(.end)
    #expect(person.sees("humidity 65"))
    #expect(person.model.delivery == nil)
  }

  @Test(
    "looks at the table as of the message that is selected in the log, or read",
    arguments: [Size(rows: 12, columns: 40), Size(rows: 24, columns: 80)])
  func fromLog(_ size: Size) throws {
    var person = try Self.person(size)
    while person.model.focus != .log { person.press(.tab) }
    #expect(person.model.log.selected?.version == 132)
    person.type("jj")
    if size.columns >= 80 { #expect(person.sees("@ as it was")) }
    person.type("@")
    #expect(person.sees("v130"))
    #expect(person.sees("fault"))
    #expect(person.sees("returns to live"))
    person.press(.end)
    while person.model.focus != .log { person.press(.tab) }
    person.press(.enter)
    #expect(person.model.openMessage != nil)
    person.type("@")
    #expect(person.model.overlay == nil)
    #expect(person.model.travelledVersion == person.model.log.selected?.version)
  }

  @Test("says that there is no message to look back from")
  func noMessage() throws {
    var person = try Self.person()
    person.type("@")
    #expect(person.sees("Only from a message of the log"))
  }

  @Test("goes to the table as of any message of the log")
  func message() throws {
    var person = try Self.person()
    let entry = try #require(person.model.log.entries.first { $0.version == 129 })
    person.model.travel(to: entry.number)
    #expect(person.sees("Looking at v129"))
    let newest = try #require(person.model.log.entries.last)
    person.model.travel(to: newest.number)
    #expect(!person.sees("Looking at"))
  }

  @Test("ends with words when the log drops what is looked at, which the index forgets too")
  func dropped() throws {
    var person = try Self.person(logLimit: 6000)
    person.type("[[[[[[[")
    let shown = try #require(person.model.history.moments.first?.version)
    var version: Int64 = 132
    while person.model.log.dropped == 0 || person.sees("Looking at") {
      version += 1
      try #require(version < 200)
      try person.receiveDocuments(
        from: (Self.state(version - 1), nil), reported: Self.state(version), version: version)
    }
    #expect(person.sees("dropped v\(shown)"))
    let moments = person.model.history.moments
    #expect(moments.allSatisfy { person.model.log[number: $0.number] != nil })
    #expect(moments.allSatisfy { person.model.log[number: $0.number]?.version == $0.version })
  }

  @Test(
    "remarks on versions that nobody here has seen",
    arguments: [(129, "v128 was"), (135, "v128 to v134 were")])
  func gap(_ version: Int64, _ words: String) throws {
    var person = try Person(size: Size(rows: 40, columns: 120), reported: Self.state(127))
    try person.receiveGet(reported: Self.state(version), version: version)
    #expect(person.sees("\(words) not seen"))
    #expect(person.model.history.moments.last?.unseen?.upperBound == version - 1)
    let moment = try #require(person.model.history.moments.last)
    #expect(person.model.log[number: moment.number]?.version == version)
    person.type("i>")
    let detail = person.screen().map { $0.drop { $0 != "│" }.dropFirst(60) }
    #expect(detail.contains { $0.contains("\(words) not seen") })
  }

  @Test("takes a get of what is known for no news")
  func again() throws {
    var person = try Self.person()
    let moments = person.model.history.moments
    try person.receiveGet(reported: Self.state(132), version: 132)
    #expect(person.model.history.moments == moments)
  }

  @Test(
    "on the screen",
    arguments: [
      Size(rows: 12, columns: 40), Size(rows: 24, columns: 80), Size(rows: 40, columns: 120),
    ])
  func golden(_ size: Size) throws {
    var person = try Self.person(size)
    person.type("[[")
    person.wait(milliseconds: 180_000)
    try expectGolden(person.frame(), "travel-\(size.columns)x\(size.rows)")
  }
}
