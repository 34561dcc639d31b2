import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("What arrives")
struct ReceivingTests {
  @Test("replaces the whole document and logs what changed")
  func documents() throws {
    var person = try Person(reported: #"{"a":1,"b":2}"#, version: 5)
    try person.receiveDocuments(
      from: (#"{"a":1,"b":2}"#, nil), reported: #"{"a":3,"c":4}"#, version: 6)
    #expect(person.model.shadow.version == 6)
    #expect(person.model.table.tree.nodes.map(\.name) == ["a", "c"])
    #expect(person.logged == "~ a 1 → 3, − b 2, + c 4")
  }

  @Test("of an older version is logged and changes nothing", arguments: [1, 3, 4] as [Int64])
  func older(_ version: Int64) throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    try person.receiveDocuments(from: nil, reported: #"{"a":2}"#, version: version)
    #expect(person.model.shadow.version == 5)
    #expect(person.logged == "older than v5: changes nothing")
    #expect(person.model.shadow.document?.reported == ["a": 1])
  }

  @Test("of an equal version is the same update and is taken")
  func equal() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    try person.receiveGet(reported: #"{"a":1,"b":2}"#, version: 5)
    #expect(person.model.table.tree.resources == 2)
  }

  @Test("as a late answer to a get from before the held document is old")
  func lateGet() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.send(
      .sent(
        Publication(topic: Person.address.topic(.request(.get)), payload: []), token: "t1",
        operation: .get, at: person.now))
    person.wait(milliseconds: 10)
    try person.receiveDocuments(from: (#"{"a":1}"#, nil), reported: #"{"a":2}"#, version: 6)
    try person.receiveGet(reported: #"{"a":1}"#, version: 5, token: "t1")
    #expect(person.model.shadow.version == 6)
  }

  @Test("with a lower version for a get made after the held document shows a shadow made anew")
  func recreated() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 128)
    person.wait(milliseconds: 10)
    person.send(
      .sent(
        Publication(topic: Person.address.topic(.request(.get)), payload: []), token: "t1",
        operation: .get, at: person.now))
    person.wait(milliseconds: 10)
    try person.receiveGet(reported: #"{"a":2}"#, version: 1, token: "t1")
    #expect(person.model.shadow.version == 1)
    #expect(person.logged.contains("made anew: the version went back from v128"))
  }

  @Test(
    "as anybody's request is logged with what it wants to write",
    arguments: [
      (#"{"state":{"reported":{"a":1,"p":{"f":null}}}}"#, "reported a 1, p.f null"),
      (#"{"state":{"desired":{"a":1},"reported":{"b":2}}}"#, "desired a 1; reported b 2"),
      (#"{"state":{"reported":{"a":1},"desired":null}}"#, "desired null; reported a 1"),
      (#"{"state":null}"#, "state null"), (#"{"state":7}"#, "no token"),
      (#"{"clientToken":"t9"}"#, "t9"),
    ])
  func request(payload: String, words: String) throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.receive(.request(.update), payload)
    #expect(person.logged == words)
    #expect(person.model.shadow.version == 5)
  }

  @Test("of ours comes back for the line that it has, which tells how it ended")
  func echo() throws {
    var (person, update) = try PublishingTests.published()
    let before = person.model.log.total
    person.receive(.request(.update), update.text)
    #expect(person.model.log.total == before)
    person.send(.outcome(token: update.token, .accepted(version: 39, body: nil, milliseconds: 1)))
    #expect(
      person.logged == "accepted v39 1 ms  \(update.token)  reported flow 20")
    #expect(person.sees("→ update — 59 B accepted v39 1 ms"))
    person.receive(.request(.update), update.text)
    #expect(person.logged == "ours \(update.token)  reported flow 20", "it came twice")
  }

  @Test("is logged under our request at the time at which that left")
  func sentTime() throws {
    var (person, _) = try PublishingTests.published()
    let time = person.now
    person.wait(milliseconds: 7)
    person.send(
      .sent(
        Publication(topic: Person.address.topic(.request(.get)), payload: []), token: "t1",
        operation: .get, at: time + 2))
    #expect(person.model.log.entries.last?.time == time + 2)
  }

  @Test("as accepted is partial: it is logged and no value changes")
  func accepted() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.receive(
      .accepted(.update), #"{"state":{"reported":{"a":9}},"version":6,"clientToken":"other"}"#)
    #expect(person.model.shadow.document?.reported == ["a": 1])
    #expect(person.sees("update/accepted v6"))
    #expect(person.logged == "other")
  }

  @Test("as a delta is logged with the values that differ")
  func delta() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.receive(.delta, #"{"state":{"pump":{"flow":12},"b":[1]},"version":6}"#)
    #expect(person.logged == "b [1], pump.flow 12")
  }

  @Test("as a deletion leaves words instead of rows, and what is late is not believed")
  func deletion() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.receive(.accepted(.delete), #"{"version":5,"timestamp":1714557871}"#)
    #expect(person.sees("This thing has no shadow. Report a value to create it: a"))
    try person.receiveDocuments(from: nil, reported: #"{"a":1}"#, version: 5)
    #expect(person.model.shadow.version == 0)
    try person.receiveDocuments(from: nil, reported: #"{"a":1}"#, version: 7)
    #expect(person.model.shadow.version == 7)
  }

  @Test("as a deletion of an older document than the held one changes nothing")
  func lateDeletion() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 7)
    person.receive(.accepted(.delete), #"{"version":5}"#)
    #expect(person.model.shadow.version == 7)
  }

  @Test("retained is shown and not believed")
  func retained() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 5)
    person.receive(
      .accepted(.get), #"{"state":{"reported":{"a":2}},"version":9}"#, retained: true)
    #expect(person.model.shadow.version == 5)
    #expect(person.logged == "retained: shown, not believed")
  }

  @Test("and cannot be read stays in the log with the reason")
  func unreadable() throws {
    var person = try Person(reported: #"{"a":1}"#)
    person.receive(.documents, #"{"current":"#)
    #expect(person.logged.hasPrefix("unreadable: line 1, column 12"))
    person.send(
      .received(topic: "elsewhere", payload: [0xFF], arrival: person.now, retained: false))
    #expect(person.logged == "not a topic of an open shadow")
  }

  @Test("on a topic whose rest begins with a combining mark is logged with the whole rest")
  func combiningTopic() throws {
    var person = try Person(reported: #"{"a":1}"#)
    let topic = Person.address.prefix + "/\u{301}x"
    person.send(.received(topic: topic, payload: [], arrival: person.now, retained: false))
    #expect(person.model.log.entries.last?.topic == "\u{301}x")
  }

  @Test("never moves the selected row on the screen")
  func selection() throws {
    var person = try Person(reported: #"{"b":1,"d":1,"f":1}"#, version: 1)
    person.type("j")
    let line = try #require(person.screen().firstIndex { $0.contains("▌") })
    try person.receiveDocuments(
      from: nil, reported: #"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}"#, version: 2)
    #expect(person.model.table.selection?.name == "d")
    // Two rows came in above, and the table is short: the selection cannot keep its line.
    #expect(person.screen()[line].contains("▌") || line == 4)
    try person.receiveDocuments(from: nil, reported: #"{"b":1,"f":1}"#, version: 3)
    #expect(person.model.table.selection != nil)
  }

  @Test("above a scrolled table leaves the selected row on its line")
  func scrolled() throws {
    func many(_ extra: String) -> String {
      let members = (100..<200).map { "\"r\($0)\":\($0)" }.joined(separator: ",")
      return "{\(extra)\(members)}"
    }
    var person = try Person(reported: many(""), version: 1)
    for _ in 0..<50 { person.type("j") }
    let line = person.screen().firstIndex { $0.contains("▌") }
    try person.receiveDocuments(from: nil, reported: many(#""a":1,"b":2,"#), version: 2)
    #expect(person.screen().firstIndex { $0.contains("▌") } == line)
    #expect(person.model.table.selection?.name == "r150")
  }

  @Test("and changes a value makes it glow for two seconds in three steps")
  func glow() throws {
    var person = try Person(reported: #"{"a":1,"b":1}"#, version: 1)
    #expect(person.role(of: "1  ") != .valueChanged, "the first document is no change")
    try person.receiveDocuments(
      from: (#"{"a":1,"b":1}"#, nil), reported: #"{"a":777,"b":1}"#, version: 2)
    #expect(person.role(of: "777") == .valueChanged)
    person.wait(milliseconds: 700)
    #expect(person.role(of: "777") == .valueFading)
    person.wait(milliseconds: 1300)
    #expect(person.role(of: "777") == .typeNumber)
  }

  @Test("tells how old each value is by the service's clock, in the unit that it fills")
  func ages() throws {
    for (age, text) in [(0, "0 s"), (59, "59 s"), (60, "1 m"), (7199, "1 h"), (90_000, "1 d")] {
      var person = Person()
      try person.receiveGet(reported: #"{"a":1}"#, version: 1, age: Int64(age))
      #expect(person.sees(text))
      // A clock that is an hour ahead of the service's changes nothing.
      var ahead = Person()
      let payload = """
        {"state":{"reported":{"a":1}},"metadata":{"reported":{"a":{"timestamp":\
        \(ahead.seconds - Int64(age) - 3600)}}},"version":1,"timestamp":\(ahead.seconds - 3600)}
        """
      ahead.receive(.accepted(.get), payload)
      #expect(ahead.sees(text))
    }
  }

  @Test("with a key named timestamp is read along the state")
  func timestampKey() throws {
    var person = Person()
    let seconds = person.seconds
    person.receive(
      .accepted(.get),
      """
      {"state":{"reported":{"timestamp":5}},"metadata":{"reported":{"timestamp":\
      {"timestamp":\(seconds - 42)}}},"version":1,"timestamp":\(seconds)}
      """)
    #expect(person.sees("timestamp 5 42 s"))
  }

  @Test("with absurd times and versions is survived", arguments: [Int64.min, .max, 0])
  func absurdTimes(_ time: Int64) {
    var person = Person()
    person.receive(
      .accepted(.get),
      """
      {"state":{"reported":{"a":5}},"metadata":{"reported":{"a":{"timestamp":\(time)}}},\
      "version":\(time),"timestamp":\(time)}
      """)
    #expect(person.model.table.tree.resources == 1)
    _ = person.frame()
    _ = nextDeadline(person.model, after: person.now)
  }
}
