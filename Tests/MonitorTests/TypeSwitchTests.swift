import Canvas
import JSON
import Monitor
import Testing

@Suite("The type of what is typed")
struct TypeSwitchTests {
  /// Someone who types a text anew for the resource `v`.
  private func typing(_ text: String) throws -> Person {
    var person = try Person(reported: #"{"v":"old"}"#)
    person.type("e")
    person.press(.control("u"))
    person.type(text)
    return person
  }

  @Test(
    "goes on with ^T, shown before it is staged",
    arguments: [
      ("102", 1, #""102""#, "text, not number"), ("102", 2, "null", "null removes it, not number"),
      ("102", 3, "102", "number"), ("true", 1, #""true""#, "text, not true/false"),
      (#""102""#, 1, "102", "number, not text"), ("hello", 1, "null", "null removes it, not text"),
      ("null", 1, #""null""#, "text, not null"),
      (#"{"a":1}"#, 1, #""{\"a\":1}""#, "text, not object, 1 key"),
      (#"{"a""#, 1, #""{\"a\"""#, "text, not not JSON"),
    ])
  func switches(_ text: String, _ times: Int, _ value: String, _ shown: String) throws {
    var person = try typing(text)
    for _ in 0..<times { person.press(.control("t")) }
    #expect(person.sees(shown))
    person.press(.enter)
    #expect(person.model.draft.edits.map { $0.value?.compact ?? "null" } == [value])
  }

  @Test("stays a text while typing goes on, and a removal ends with the next letter")
  func stays() throws {
    var person = try typing("10")
    person.press(.control("t"))
    person.type("2")
    #expect(person.sees("text, not number"))
    person.press(.control("t"))
    person.type("3")
    person.press(.enter)
    #expect(person.model.draft.edits.map { $0.value?.compact } == ["1023"])
  }

  @Test("names what ^T would make of it in the hint line")
  func hints() throws {
    var person = try typing("102")
    #expect(person.sees("^T as text"))
    person.press(.control("t"))
    #expect(person.sees("^T as null"))
  }
}
