import Canvas
import Monitor
import Testing

@Suite("Searching the side pane")
struct SideSearchTests {
  private static let members = (1...60).map { "\"m\($0)\":\($0 % 20 == 7 ? "\"needle\"" : "0")" }

  /// Someone who has the detail of an object of sixty members in the side pane, which has the focus.
  static func person(_ size: Size = Size(rows: 24, columns: 80)) throws -> Person {
    var person = try Person(size: size, reported: "{\"p\":{\(members.joined(separator: ","))}}")
    person.type("i")
    while person.model.focus != .side { person.press(.tab) }
    return person
  }

  @Test(
    "finds a text by /, goes on with n and N, and keeps the resource that is selected",
    arguments: [
      Size(rows: 12, columns: 40), Size(rows: 24, columns: 80), Size(rows: 40, columns: 120),
    ])
  func search(_ size: Size) throws {
    var person = try Self.person(size)
    person.type("/needle")
    person.press(.enter)
    #expect(person.sees("needle · 1 of 3"))
    #expect(person.sees("\"m7\": \"needle\""))
    person.type("n")
    #expect(person.sees("2 of 3"))
    #expect(person.sees("\"m27\": \"needle\""))
    person.type("nn")
    #expect(person.sees("1 of 3"))
    person.type("N")
    #expect(person.sees("3 of 3"))
    #expect(person.sees("\"m47\": \"needle\""))
    #expect(person.model.table.selection?.path.display == "p")
    #expect(person.model.table.filter == nil)
  }

  @Test("says what is not there, and ends by Esc before the pane closes")
  func ends() throws {
    var person = try Self.person()
    person.type("/nowhere")
    #expect(person.sees("look for not found"))
    person.press(.enter)
    #expect(person.sees("Esc end search"))
    person.press(.escape)
    #expect(!person.sees("not found"))
    #expect(person.model.side == .detail)
    person.press(.escape)
    #expect(person.model.side == nil)
  }

  @Test("is taken back by Esc while it is typed")
  func abandoned() throws {
    var person = try Self.person()
    person.type("/needle")
    person.press(.escape)
    #expect(person.model.entry == nil)
    #expect(!person.sees("of 3"))
  }

  @Test("leaves n and N to differences without a search")
  func differences() throws {
    var person = try Person(reported: #"{"a":1,"b":2}"#, desired: #"{"a":1,"b":3}"#)
    person.type("i")
    while person.model.focus != .side { person.press(.tab) }
    person.type("n")
    #expect(person.model.table.selection?.path.display == "b")
  }

  @Test("reads a text of many rows a row at a time, to its end")
  func longText() throws {
    let words = (1...400).map { "word\($0)" }.joined(separator: " ")
    var person = try Person(reported: "{\"t\":\"\(words)\"}")
    person.type("i")
    while person.model.focus != .side { person.press(.tab) }
    let before = person.screen()
    person.type("jj")
    let after = person.screen()
    #expect(before != after)
    person.type("j")
    #expect(person.screen() != after)
    for _ in 0..<100 where !person.sees("word400\"") { person.press(.pageDown) }
    #expect(person.sees("word400\""))
  }
}
