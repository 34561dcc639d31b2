import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Staged edits and the rows that they touch")
struct ConflictTests {
  static let names = ["a", "b", "c", "d", "e"]

  static func state(_ value: Int) -> String {
    "{" + names.map { "\"\($0)\":\(value)" }.joined(separator: ",") + "}"
  }

  /// Five resources, each with a staged 6; then all of `changed` get another value.
  static func person(
    _ value: Int, changed: [String], size: Size = Size(rows: 24, columns: 80)
  ) throws -> Person {
    var person = try Person(size: size, reported: state(1), version: 1)
    for _ in names {
      EditingTests.edit(&person, "6")
      person.press(.down)
    }
    let now = names.map { "\"\($0)\":\(changed.contains($0) ? value : 1)" }
    try person.receiveDocuments(
      from: nil, reported: "{\(now.joined(separator: ","))}", version: 2)
    return person
  }

  @Test("marks the row of an edit in conflict with ! in place of *, a folded branch too")
  func rows() throws {
    let person = try Self.person(5, changed: ["a"])
    #expect(person.sees("! a 5 → 6"))
    #expect(person.sees("* b 1 → 6"))
    #expect(person.role(of: "!") == .editError)

    var folded = try Person(reported: #"{"p":{"x":1}}"#, version: 1)
    folded.press(.down)
    EditingTests.edit(&folded, "6")
    try folded.receiveDocuments(from: nil, reported: #"{"p":{"x":5}}"#, version: 2)
    folded.type("h")
    folded.press(.enter)
    #expect(folded.sees("!▸ p"))
  }

  @Test("lists conflicts first, so that no other edit hides them")
  func list() throws {
    let size = Size(rows: 12, columns: 40)
    var person = try Self.person(5, changed: ["b"], size: size)
    #expect(person.sees("+4 more reported b ! conflict:"))
    person = try Self.person(5, changed: ["b", "c", "d"], size: size)
    #expect(person.sees("+4 more, 2 in conflict reported b"))
  }

  @Test("walks through the edits in the order in which they are listed")
  func walk() throws {
    var person = try Self.person(5, changed: ["c"])
    person.press(.tab)
    while person.model.focus != .edit { person.press(.tab) }
    for _ in Self.names { person.press(.up) }
    person.type("x")
    #expect(person.model.draft.edits.map(\.path.display) == ["a", "b", "d", "e"])
  }

  @Test("names the first paths in the question before publishing over changes")
  func question() throws {
    var person = try Self.person(5, changed: ["a", "b", "c"])
    person.type("P")
    #expect(person.sees("a, b and 1 more changed meanwhile. Publish over them? y yes n no"))
    person = try Self.person(5, changed: ["a"], size: Size(rows: 12, columns: 40))
    person.type("P")
    #expect(person.sees("Publish over a? y yes n no"))
  }

  @Test("names what would be acknowledged where there is room")
  func acknowledgement() throws {
    var person = try Person(
      reported: #"{"a":1}"#, desired: #"{"a":2,"b":3,"c":4}"#, version: 1)
    person.type("A")
    #expect(person.sees("Report a, b and 1 more as done?"))
    person = try Person(
      size: Size(rows: 12, columns: 40), reported: #"{"a":1}"#, desired: #"{"a":2}"#, version: 1)
    person.type("A")
    #expect(person.sees("Report a?"))
  }

  @Test("sees no conflict where the shadow has come to be what is staged, and keeps that quietly")
  func agreement() throws {
    var person = try Self.person(6, changed: ["a"])
    #expect(!person.sees("conflict"))
    #expect(person.sees("* a 6 "))
    #expect(!person.sees("6 → 6"))
    #expect(person.model.draft.edits.count == 5)
    person.type("P")
    #expect(person.submitted != nil)

    var one = try Person(reported: #"{"a":1}"#, version: 1)
    EditingTests.edit(&one, "6")
    try one.receiveDocuments(from: nil, reported: #"{"a":6}"#, version: 2)
    #expect(one.sees("reported a 6, and is so already"))
  }

  @Test("tells a difference from a staged edit without colour where both share a column")
  func shared() throws {
    var person = try Person(
      size: Size(rows: 12, columns: 40), reported: #"{"a":true,"b":true}"#,
      desired: #"{"a":false}"#, version: 1)
    #expect(person.sees("true ≠ false"))
    person.press(.down)
    person.type(" ")
    #expect(person.sees("b true → false"))
  }

  @Test("shows below a branch that is to be removed that what is in it goes too")
  func removal() throws {
    var person = try Person(reported: #"{"p":{"q":{"x":1},"y":2},"z":3}"#, version: 1)
    person.type("d")
    #expect(person.sees("x 1 → removed"))
    #expect(person.sees("y 2 → removed"))
    #expect(!person.sees("3 → removed"))
    person.type("u")
    #expect(!person.sees("removed"))
  }

  @Test("shows below a branch what an object that is staged for it changes, and no more")
  func merging() throws {
    var person = try Person(reported: #"{"p":{"x":1,"y":2,"z":3}}"#, version: 1)
    EditingTests.edit(&person, #"{"x":1,"y":5}"#)
    #expect(person.sees("y 2 → 5"))
    #expect(!person.sees("x 1 →"))
    #expect(!person.sees("z 3 →"))
  }

  @Test("shows where two long numbers differ, in the room of desired where that is empty")
  func longNumbers() throws {
    var person = try Person(reported: #"{"n":9007199254740992}"#, version: 1)
    EditingTests.edit(&person, "9007199254740993")
    #expect(person.sees("→ 9007199254740993"))
    #expect(person.sees("992 →"))
    let narrow = person.screen(Size(rows: 12, columns: 40)).joined()
    #expect(narrow.contains("92 → "))
    #expect(narrow.contains("93 "))
  }
}
