import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("A wish")
struct WishTests {
  /// Someone who has just asked for a = 5 of a thing that reports 1.
  static func asked(size: Size = Size(rows: 24, columns: 80)) throws -> Person {
    var person = try Person(size: size, reported: #"{"a":1,"b":2}"#, version: 1)
    person.send(
      .sent(
        Publication(
          topic: Person.address.topic(.request(.update)),
          payload: Array(#"{"state":{"desired":{"a":5}},"clientToken":"mine"}"#.utf8)),
        token: "mine", operation: .update, at: person.now))
    try person.receiveDocuments(
      from: (#"{"a":1,"b":2}"#, nil), reported: #"{"a":1,"b":2}"#, desired: #"{"a":5}"#,
      version: 2, token: "mine")
    return person
  }

  /// Everything after 1.4 s, in one document.
  static func next(
    _ person: inout Person, reported: String, desired: String?, token: String? = "thing"
  ) throws {
    person.wait(milliseconds: 1400)
    try person.receiveDocuments(
      from: (#"{"a":1,"b":2}"#, #"{"a":5}"#), reported: reported, desired: desired, version: 3,
      token: token)
  }

  @Test("is open with who asked until the thing answers, and then says after how long")
  func answered() throws {
    var person = try Self.asked()
    let wish = try #require(person.model.wishes.open.first)
    #expect(wish.isOurs && wish.token == "mine" && wish.desired == 5 && wish.reported == 1)
    person.type("v")
    #expect(person.sees("a 1 → 5") && person.sees("asked by us (mine)"))
    try Self.next(&person, reported: #"{"a":5,"b":2}"#, desired: #"{"a":5}"#)
    #expect(person.model.wishes.open.isEmpty)
    #expect(person.model.wishes.ended.map(\.end) == [.answered(milliseconds: 1400)])
    #expect(person.sees("a 5: answered by the thing after 1.4 s"))
  }

  @Test(
    "ends in other ways too",
    arguments: [
      (#"{"a":5,"b":2}"#, nil, WishList.End.answered(milliseconds: 1400)),
      (#"{"a":1,"b":2}"#, nil, .withdrawn),
      (#"{"a":1,"b":2}"#, #"{"a":6}"#, .superseded),
      (#"{"a":1,"b":2}"#, #"{"a":1}"#, .superseded),
    ] as [(String, String?, WishList.End)])
  func ends(_ reported: String, _ desired: String?, _ end: WishList.End) throws {
    var person = try Self.asked()
    try Self.next(&person, reported: reported, desired: desired)
    #expect(person.model.wishes.ended.map(\.end) == [end])
  }

  @Test("stays, with its time, while the thing reports something else again")
  func stays() throws {
    var person = try Self.asked()
    let seen = person.model.wishes.open.first?.seen
    try Self.next(&person, reported: #"{"a":3,"b":2}"#, desired: #"{"a":5}"#)
    let wish = try #require(person.model.wishes.open.first)
    #expect(wish.seen == seen && wish.isOurs && wish.reported == 3)
    #expect(person.model.wishes.ended.isEmpty)
  }

  @Test("is gone with the shadow")
  func deleted() throws {
    var person = try Self.asked()
    person.receive(.accepted(.delete), #"{"version":2}"#)
    #expect(person.model.wishes.open.isEmpty)
    #expect(person.model.wishes.ended.map(\.end) == [.deleted])
  }

  @Test("that was answered during an outage tells no time")
  func reconnected() throws {
    var person = try Self.asked()
    person.send(.connection(.offline(what: "x", cause: "", remedy: "", since: 0, retryAt: nil)))
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(reported: #"{"a":5,"b":2}"#, desired: #"{"a":5}"#, version: 9)
    #expect(person.model.wishes.ended.map(\.end) == [.answeredUnseen])
  }

  @Test("of somebody else is open, but what became of it is not kept")
  func others() throws {
    var person = try Person(reported: #"{"a":1}"#, desired: #"{"a":2}"#, version: 1)
    #expect(person.model.wishes.open.map(\.token) == [nil])
    #expect(person.sees("≠ 1"))
    try person.receiveGet(reported: #"{"a":2}"#, desired: #"{"a":2}"#, version: 2)
    #expect(person.model.wishes.open.isEmpty && person.model.wishes.ended.isEmpty)
  }

  @Test(
    "on the screen",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 40, columns: 120)])
  func golden(_ size: Size) throws {
    var person = try Self.asked(size: size)
    try Self.next(&person, reported: #"{"a":5,"b":2}"#, desired: #"{"a":5,"b":7}"#)
    person.wait(milliseconds: 3000)
    person.type("v")
    try expectGolden(person.frame(), "wishes-\(size.columns)x\(size.rows)")
  }
}
