import JSON
import Testing

@Suite("A JSON syntax error")
struct SyntaxErrorTests {
  static func fault(_ text: String) throws -> JSONSyntaxError {
    try #require(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
  }

  @Test(
    "names line, column, what was expected and what was found",
    arguments: [
      (#"{"a" 1}"#, "line 1, column 6: expected ':', found '1'"),
      ("{'a':1}", "line 1, column 2: expected a key in double quotes or '}', found a single quote"),
      (#"{"a":1,}"#, "line 1, column 8: expected another key in double quotes, found '}'"),
      ("{a:1}", "line 1, column 2: expected a key in double quotes or '}', found 'a'"),
      (#"{"a":}"#, "line 1, column 6: expected a value after ':', found '}'"),
      (#"{"a":1 "b":2}"#, #"line 1, column 8: expected ',' or '}', found '"'"#),
      ("[1 2]", "line 1, column 4: expected ',' or ']', found '2'"),
      ("[1,]", "line 1, column 4: expected another value, found ']'"),
      ("[,1]", "line 1, column 2: expected a value or ']', found ','"),
      ("nul", "line 1, column 1: expected 'null', found 'nul'"),
      ("[nullx]", "line 1, column 2: expected 'null', found 'nullx'"),
      ("True", "line 1, column 1: expected 'true', found 'True'"),
      ("None", "line 1, column 1: expected a value, found 'None'"),
      ("NaN", "line 1, column 1: expected a value, found 'NaN'"),
      (
        String(repeating: "x", count: 30),
        "line 1, column 1: expected a value, found 'xxxxxxxxxxxxxxxxxxxx...'"
      ),
      ("01", "line 1, column 2: expected no digit after a leading 0, found '1'"),
      ("1.", "line 1, column 3: expected a digit after '.', found the end of the text"),
      ("-", "line 1, column 2: expected a digit after '-', found the end of the text"),
      ("1e+x", "line 1, column 4: expected a digit in the exponent, found 'x'"),
      ("+1", "line 1, column 1: expected a value, found '+'"),
      (#""\x""#, #"line 1, column 3: expected one of " \ / b f n r t u after '\', found 'x'"#),
      (#""\u12""#, #"line 1, column 6: expected four hexadecimal digits after '\u', found '"'"#),
      (
        #""\ud800!""#,
        #"line 1, column 2: expected both halves of a surrogate pair, found '\ud800'"#
      ),
      (
        #""\udc00""#, #"line 1, column 2: expected both halves of a surrogate pair, found '\udc00'"#
      ),
      ("", "line 1, column 1: expected a value, found the end of the text"),
      (" \n ", "line 2, column 2: expected a value, found the end of the text"),
      (#"{"a":1}x"#, "line 1, column 8: expected the end of the text, found 'x'"),
      ("[1] // one", "line 1, column 5: expected the end of the text, found a comment"),
      (#""lamp"#, #"line 1, column 6: expected a closing '"', found the end of the text"#),
      (
        "\"on\noff\"",
        #"line 1, column 4: expected a closing '"' or the escape \n, found a line break"#
      ),
      ("\"on\toff\"", #"line 1, column 4: expected the escape \t, found a tab"#),
      ("\"\u{1B}[2J\"", #"line 1, column 2: expected the escape \u001b, found U+001B"#),
      (
        "{“a”:1}",
        "line 1, column 2: expected a key in double quotes or '}', found a typographic quote (U+201C)"
      ),
      ("[1,\u{A0}2]", "line 1, column 4: expected another value, found a no-break space (U+00A0)"),
      ("\u{FEFF}{}", "line 1, column 1: expected a value, found a byte-order mark (U+FEFF)"),
      ("[\u{202E}]", "line 1, column 2: expected a value or ']', found U+202E"),
      ("[1;2]", "line 1, column 3: expected ',' or ']', found ';'"),
    ])
  func message(_ text: String, _ message: String) throws {
    #expect(try Self.fault(text).message == message)
  }

  @Test("names the bracket or quote that is still open at the end, when it is on another line")
  func opening() throws {
    #expect(
      try Self.fault("{\n  \"a\": [1,\n  2\n").message
        == "line 4, column 1: expected ',' or ']' for the '[' at line 2, column 8, found the end of the text"
    )
    #expect(
      try Self.fault("{\n").expected
        == "a key in double quotes or '}' for the '{' at line 1, column 1")
  }

  @Test("counts columns in code points and lines by line feeds, and the offset in bytes")
  func counting() throws {
    let error = try Self.fault("{\r\n\"é日💡e\u{301}\" 1}")
    #expect(error.line == 2)
    #expect(error.column == 9)
    #expect(error.offset == 3 + 1 + 2 + 3 + 4 + 3 + 1 + 1)
  }

  @Test("says which byte is no UTF-8")
  func encoding() throws {
    let error = try #require(throws: JSONSyntaxError.self) {
      try JSONParser.parse([0x22, 0xC3, 0xA9, 0xFF, 0x22])
    }
    #expect(error.message == "line 1, column 3: expected valid UTF-8, found the byte 0xFF")
    #expect(
      error.excerpt(of: [0x22, 0xC3, 0xA9, 0xFF, 0x22]) == "\"é\u{FFFD}\"\n  ^ expected valid UTF-8"
    )
  }

  // MARK: Excerpt

  @Test(
    "shows the line with a caret under the fault",
    arguments: [
      (
        #"{"a" 1}"#,
        """
        {"a" 1}
             ^ expected ':'
        """
      ),
      (
        "{\n  \"power\" \"on\"\n}",
        """
          "power" "on"
                  ^ expected ':'
        """
      ),
      (
        "{\r\n\t\"on\": tru\r\n}",
        """
         "on": tru
               ^ expected 'true'
        """
      ),
      (
        "[\"日本\" 1]",
        """
        ["日本" 1]
                ^ expected ',' or ']'
        """
      ),
      (
        "[\"e\u{301}💡🇫🇮\" 1]",
        """
        ["e\u{301}💡🇫🇮" 1]
                 ^ expected ',' or ']'
        """
      ),
      (
        "[1",
        """
        [1
          ^ expected ',' or ']'
        """
      ),
      (
        "",
        """

        ^ expected a value
        """
      ),
    ])
  func excerpt(_ text: String, _ excerpt: String) throws {
    #expect(try Self.fault(text).excerpt(of: text) == excerpt)
  }

  @Test("gives each control or invisible character one cell, and shows none as it is")
  func controls() throws {
    let text = "[\"\u{7F}\u{9B}\u{202E}\u{200B}\u{2028}\" \u{1B}]"
    let lines = try Self.fault(text).excerpt(of: text).split(separator: "\n").map(String.init)
    #expect(lines.first == "[\"\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\" \u{FFFD}]")
    #expect(lines.last == "         ^ expected ',' or ']'")
  }

  @Test("cuts a long line around the fault", arguments: [20, 40, 76])
  func longLine(_ width: Int) throws {
    let before = String(repeating: "1,", count: 50_000)
    for text in ["[\(before)x,\(before)", "[\(before)x", "[x,\(before)", "[\"\(before)\" x"] {
      let error = try Self.fault(text)
      let lines = error.excerpt(of: text, width: width).split(separator: "\n").map(String.init)
      try #require(lines.count == 2)
      #expect(lines[0].count <= width)
      let caret = try #require(lines[1].firstIndex(of: "^"))
      let column = lines[1].distance(from: lines[1].startIndex, to: caret)
      #expect(Array(lines[0])[column] == "x")
    }
  }

  @Test("cuts a long line of wide characters to its columns, not its letters")
  func longWideLine() throws {
    let text = "[\"" + String(repeating: "日", count: 300) + "\" x"
    let lines = try Self.fault(text).excerpt(of: text, width: 40).split(separator: "\n").map(
      String.init)
    #expect(lines.first == "…" + String(repeating: "日", count: 18) + "\" x")
    #expect(lines.last == String(repeating: " ", count: 39) + "^ expected ',' or ']'")
  }

  @Test("shows a whole line where it fits exactly")
  func fitting() throws {
    let text = "[" + String(repeating: "1,", count: 36) + "x]"
    #expect(text.count == 75)
    #expect(try Self.fault(text).excerpt(of: text, width: 75).hasPrefix(text + "\n"))
    #expect(try Self.fault(text).excerpt(of: text, width: 74).contains("…"))
  }

  @Test("stays sane beside a text that is not the one it came from")
  func otherText() throws {
    let error = try Self.fault("[1, 2, 3, x")
    #expect(error.excerpt(of: "") == "\n^ expected another value")
    #expect(error.excerpt(of: "[]").hasPrefix("[]\n  ^"))
  }
}
