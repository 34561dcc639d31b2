import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The log")
struct LogTests {
  /// Someone whose log has the numbers 2 to `last` as values of `a`, newest last, and the focus.
  static func person(last: Int64 = 20, size: Size = Size(rows: 24, columns: 80)) throws -> Person {
    var person = try Person(size: size, reported: #"{"a":1}"#, version: 1)
    for version in 2...last {
      person.wait(milliseconds: 10)
      try person.receiveDocuments(
        from: ("{\"a\":\(version - 1)}", nil), reported: "{\"a\":\(version)}", version: version,
        token: "thing-\(version)")
    }
    person.press(.tab)
    return person
  }

  @Test("keeps the selected message selected and in its place while others come")
  func selection() throws {
    var person = try Self.person()
    #expect(person.model.log.selected?.version == 20)
    person.type("jjjjj")
    #expect(person.model.log.selected?.version == 15)
    let before = person.screen()[15..<19]
    try person.receiveDocuments(from: ("{\"a\":20}", nil), reported: #"{"a":21}"#, version: 21)
    #expect(person.model.log.selected?.version == 15)
    #expect(person.screen()[15..<19] == before)
    person.type("g")
    #expect(person.model.log.selected?.version == 21)
    person.type("G")
    #expect(person.model.log.selected?.direction == .remark)
  }

  @Test(
    "is narrowed by kinds and words",
    arguments: [
      ("in", 25), ("out", 1), ("remark", 1), ("in out", 26), ("rejected", 2), ("accepted", 2),
      ("documents", 19), ("delta", 2), ("get", 1), ("update -documents -delta", 3), ("ours", 3),
      ("!in", 2), ("in ours", 2), ("thing-1", 10), ("thing-1 -thing-11", 9), ("THING-1", 0),
      ("connected", 1), ("\"in\"", 23), ("\"a 2", 1), ("thing-2 thing-20", 1), ("", 27), ("-", 27),
      ("busy", 1),
    ])
  func filter(_ text: String, _ count: Int) throws {
    var person = try Self.person()
    let payload = Array(#"{"state":{"desired":{"a":5}},"clientToken":"mine"}"#.utf8)
    person.send(
      .sent(
        Publication(topic: Person.address.topic(.request(.update)), payload: payload),
        token: "mine", operation: .update, at: person.now))
    person.receive(.rejected(.update), #"{"code":429,"message":"busy","clientToken":"mine"}"#)
    person.send(
      .outcome(
        token: "mine", .rejected(ShadowError(code: 429, message: "slow down"), milliseconds: 3)))
    person.receive(
      .accepted(.update),
      #"{"state":{"desired":{"a":5}},"version":20,"clientToken":"mine"}"#)
    person.receive(.delta, #"{"state":{"a":5},"version":20}"#)
    person.send(
      .received(topic: "elsewhere", payload: [0xFF], arrival: person.now, retained: false))
    person.receive(.delta, "{", retained: true)
    person.type("L" + text)
    person.press(.enter)
    #expect(person.model.log.shownCount == count)
  }

  @Test("goes back to what it was when the filter is abandoned, and to everything with Esc")
  func abandoned() throws {
    var person = try Self.person()
    person.type("Lthing-7")
    #expect(person.sees("1 of 21"))
    person.press(.enter)
    person.type("L")
    person.press(.control("u"))
    person.type("thing-8 ")
    person.press(.escape)
    #expect(person.model.log.selected?.version == 7)
    person.press(.escape)
    #expect(person.model.log.shownCount == 21)
  }

  @Test("filters what comes, and finds the selected message again when the filter is cleared")
  func live() throws {
    var person = try Self.person()
    person.type("Lthing-1")
    person.press(.enter)
    person.type("jj")
    #expect(person.model.log.selected?.version == 17)
    try person.receiveDocuments(
      from: ("{\"a\":20}", nil), reported: #"{"a":21}"#, version: 21, token: "other")
    try person.receiveDocuments(
      from: ("{\"a\":21}", nil), reported: #"{"a":22}"#, version: 22, token: "thing-1x")
    #expect(person.model.log.shownCount == 11)
    #expect(person.model.log.newer == 1)
    person.press(.escape)
    #expect(person.model.log.selected?.version == 17)
  }

  @Test("takes in a filter how a request ended after it was shown")
  func ended() throws {
    var person = try Self.person()
    person.type("Lrejected out")
    person.press(.enter)
    let payload = Array(#"{"state":{"desired":{"a":5}},"clientToken":"mine"}"#.utf8)
    person.send(
      .sent(
        Publication(topic: Person.address.topic(.request(.update)), payload: payload),
        token: "mine", operation: .update, at: person.now))
    #expect(person.model.log.shownCount == 0)
    person.send(
      .outcome(token: "mine", .rejected(ShadowError(code: 429, message: ""), milliseconds: 3)))
    #expect(person.model.log.shownCount == 1)
  }

  @Test("counts rightly under a filter while the oldest are dropped")
  func dropped() throws {
    var person = Person(logLimit: 100_000)
    person.type("\t")
    person.press(.tab)
    person.type("Leven")
    person.press(.enter)
    for number in 0..<2000 {
      let word = number.isMultiple(of: 2) ? "even" : "odd"
      person.receive(.delta, "{\"state\":{\"\(word)\":\(number)},\"version\":2}")
    }
    let even = person.model.log.entries.filter { $0.words.contains { $0.text == "even" } }
    #expect(person.model.log.shownCount == even.count)
    person.type("G")
    #expect(person.model.log.selected?.number == even.first?.number)
  }

  @Test("filters a log of any length a little at a time, newest first")
  func bounded() {
    var person = Person()
    for number in 0..<12_000 {
      person.receive(.delta, "{\"state\":{\"x\(number % 1000)\":1},\"version\":2}")
    }
    person.type("Lx999")
    #expect(person.model.log.isFiltering)
    #expect(nextDeadline(person.model, after: person.now) == person.now + 1)
    var ticks = 0
    while person.model.log.isFiltering, ticks < 100 {
      person.send(.tick)
      ticks += 1
    }
    #expect(person.model.log.shownCount == 12)
  }
}
