import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Values and payloads as lines")
struct JSONLinesTests {
  static func text(_ lines: [[Span]]) -> [String] { lines.map { $0.map(\.text).joined() } }

  @Test(
    "reads as pretty JSON does, lexemes, order and duplicates as they came",
    arguments: [
      #"{"b":1.0,"a":[1e3,{"x":[]},{}],"b":"t","":null}"#, "[]", "{}", "12345678901234567890",
      #"[[[true]],["\u0000\u202e"]]"#, #""text""#,
    ])
  func pretty(_ text: String) throws {
    let value = try JSONParser.parse(text)
    for indent in [0, 2, 4] {
      #expect(
        Self.text(JSONLines.lines(of: value, indent: indent)).joined(separator: "\n")
          == value.pretty(indent: indent))
    }
  }

  @Test("tells keys and types apart by role, and marks a key that does not count")
  func roles() throws {
    let value = try JSONParser.parse(#"{"a":1,"b":["x",true,null],"a":{}}"#)
    let lines = JSONLines.lines(of: value)
    #expect(
      lines[1] == [
        Span("  "), Span("\"a\"", .stale), Span(": ", .textDim), Span("1", .typeNumber),
        Span(",", .textDim),
      ])
    #expect(lines[3] == [Span("    "), Span("\"x\"", .typeText), Span(",", .textDim)])
    #expect(lines[4][1] == Span("true", .typeBoolean))
    #expect(lines[5][1] == Span("null", .typeNull))
    #expect(lines[7][1] == Span("\"a\"", .path))
  }

  @Test("counts the lines for which there is no room")
  func limit() throws {
    let value = JSONValue.array((0..<100).map { JSONValue.number(JSONNumber($0)) })
    #expect(
      Self.text(JSONLines.lines(of: value, limit: 3)) == [
        "[", "  0,", "  1,", "… 99 more lines",
      ])
    #expect(JSONLines.lines(of: value, limit: 102).count == 102)
  }

  @Test("takes a value as deep as the parser does, and a text of 100 KB as one line")
  func extremes() throws {
    let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
    let value = try JSONParser.parse(deep, maximumDepth: 1000)
    #expect(JSONLines.lines(of: value).count == 1999)
    let long = JSONValue.string(String(repeating: "x", count: 100_000))
    #expect(JSONLines.lines(of: long).count == 1)
  }

  @Test("shows a payload in the best form it has")
  func forms() {
    #expect(PayloadLines.form(of: Array(#"{"a":1}"#.utf8)) == .pretty)
    #expect(PayloadLines.form(of: Array(#"{"a":1"#.utf8)) == .text)
    #expect(PayloadLines.form(of: [0x7B, 0xFF]) == .hex)
    #expect(Self.text(PayloadLines.lines(of: Array(#"{"a":1}"#.utf8))) == ["{", "  \"a\": 1", "}"])
    #expect(
      Self.text(PayloadLines.lines(of: Array(#"{"a":1}"#.utf8), as: .text)) == [#"{"a":1}"#])
    #expect(
      Self.text(PayloadLines.lines(of: Array("on\u{1B}\n\nå".utf8))) == ["on\u{1B}", "", "å"])
    #expect(Self.text(PayloadLines.lines(of: [])) == ["empty"])
  }

  @Test("shows bytes in hex with their offset and what is ASCII among them")
  func hex() {
    let bytes = Array(#"{"state":{}}"#.utf8) + [0xFF, 0x00, 0x7F, 0x20, 0x41]
    #expect(
      Self.text(PayloadLines.lines(of: bytes, as: .hex)) == [
        #"00000000  7b 22 73 74 61 74 65 22  3a 7b 7d 7d ff 00 7f 20  |{"state":{}}... |"#,
        "00000010  41                                                |A|",
      ])
    #expect(PayloadLines.lines(of: [0xFF], as: .text) == PayloadLines.lines(of: [0xFF], as: .hex))
  }

  @Test(
    "folds a line at the edge and loses nothing of it",
    arguments: [
      ("abcdef", 4, ["abcd", "ef"]), ("", 4, [""]), ("温度計", 3, ["温", "度", "計"]),
      ("温度計", 4, ["温度", "計"]), ("a温", 2, ["a", "温"]), ("e\u{301}e\u{301}", 1, ["é", "é"]),
      ("a\u{202E}b", 4, ["a", "\u{202E}", "b"]), ("abcd", 4, ["abcd"]), ("温", 1, ["温"]),
      ("ab", 0, ["a", "b"]),
    ])
  func folding(_ text: String, _ width: Int, _ rows: [String]) {
    #expect(Self.text(folded([Span(text)], width: width)) == rows)
  }

  @Test("folds over several spans and keeps their roles")
  func foldedSpans() {
    #expect(
      folded([Span("abc", .path), Span("def", .typeText)], width: 4) == [
        [Span("abc", .path), Span("d", .typeText)], [Span("ef", .typeText)],
      ])
  }
}
