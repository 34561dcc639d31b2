import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("An edit that MIC makes nothing of")
struct EditLintTests {
  private static func typing(
    _ text: String, at name: String, _ size: Size = Size(rows: 24, columns: 80)
  ) throws -> Person {
    var person = try Person(
      size: size, reported: #"{"latlng":"57.652,11.958","tcxn":{"rssi":77}}"#)
    person.type("a" + name)
    person.press(.enter)
    person.press(.control("u"))
    person.type(text)
    return person
  }

  static let cases = [
    ("/tcxn/rssi", "140", "MIC wants 0 to 100 per cent"),
    ("/tcxn/connection_status", "3", "MIC wants 0, 1 or 2"),
    ("/tcxn/own", "1", "tcxn is MIC's, not for own keys"),
    ("latlng", "57.652", "MIC wants a text: 57.652,11.958"),
    ("latlng", "57.652 11.958", "no place: a comma is missing"),
    ("/pump/latlng", "0,200", "no place: the longitude is not within −180 to 180"),
    ("/tcxn", #"{"a":1,"b":2}"#, "tcxn is MIC's, not for own keys and 1 more"),
  ]

  @Test(
    "says so while it is typed, while it is staged and before it is published", arguments: cases)
  func told(name: String, text: String, words: String) throws {
    var person = try Self.typing(text, at: name, Size(rows: 24, columns: 120))
    #expect(person.sees(words))
    person.press(.enter)
    #expect(person.model.draft.edits.count == 1)
    #expect(person.sees(words))
    person.type("b")
    #expect(person.sees(words.replacing(" and 1 more", with: "")))
  }

  @Test("can be published all the same")
  func published() throws {
    var person = try Self.typing("140", at: "/tcxn/rssi")
    person.press(.enter)
    person.type("P")
    #expect(person.submitted?.text.contains(#"{"reported":{"tcxn":{"rssi":140}}}"#) == true)
  }

  @Test(
    "is none where MIC reads it, nor in a removal",
    arguments: [
      ("/tcxn/rssi", "78"), ("latlng", "57.652, 11.958"), ("temperature", "140"),
      ("/tcxn/rssi", "null"),
    ])
  func fine(name: String, text: String) throws {
    var person = try Self.typing(text, at: name)
    #expect(!person.sees("MIC wants") && !person.sees("no place") && !person.sees("MIC's"))
    person.press(.enter)
    #expect(!person.sees("MIC wants") && !person.sees("no place") && !person.sees("MIC's"))
  }

  @Test(
    "on the screen", arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func golden(_ size: Size) throws {
    var person = try Self.typing("140", at: "/tcxn/rssi", size)
    try expectGolden(person.frame(), "lint-typed-\(size.columns)x\(size.rows)")
    person.press(.enter)
    try expectGolden(person.frame(), "lint-staged-\(size.columns)x\(size.rows)")
    person.type("b")
    try expectGolden(person.frame(), "lint-preview-\(size.columns)x\(size.rows)")
  }
}
