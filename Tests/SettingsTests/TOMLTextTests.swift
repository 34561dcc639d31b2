import Testing

@testable import Settings

@Suite("TOML")
struct TOMLTextTests {
  /// The values of a text, one a line: `3 a.b = 1`, where 3 is the line.
  private func flat(_ text: String) throws -> [String] {
    lines(of: try TOMLText.entries(of: text), at: "")
  }

  private func lines(of entries: [SettingsText.Entry], at path: String) -> [String] {
    entries.flatMap { entry in
      let path = path + (path.isEmpty ? "" : ".") + entry.key
      if let table = entry.value.table { return lines(of: table, at: path) }
      return ["\(entry.line) \(path) = \(words(entry.value))"]
    }
  }

  private func words(_ value: SettingsText.Value) -> String {
    switch value {
    case .text(let text): "<\(text)>"
    case .flag(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .fraction(let number): "\(number)"
    case .list(let values): "[\(values.map(words).joined(separator: " "))]"
    case .table(let entries): "{\(lines(of: entries, at: "").joined(separator: " "))}"
    case .other: "…"
    }
  }

  @Test(
    "has values of these kinds",
    arguments: [
      ("true", "true"), ("false", "false"), ("0", "0"), ("+7", "7"), ("-12_000", "-12000"),
      ("0xfF", "255"), ("0o17", "15"), ("0b1_01", "5"),
      ("9223372036854775807", "9223372036854775807"),
      ("1.5", "1.5"), ("-3.1_4e+1_0", "-31400000000.0"), ("1e6", "1000000.0"), ("inf", "…"),
      ("-nan", "…"),
      ("1979-05-27", "…"), ("1979-05-27T07:32:00.5-07:00", "…"), ("1979-05-27 07:32:00Z", "…"),
      ("07:32:00", "…"), ("\"\"", "<>"), ("''", "<>"), ("\"\"\"\"\"\"", "<>"), ("''''''", "<>"),
      ("\"a\\tb\\\\\\\"\\u00e9\\U0001F600\"", "<a\tb\\\"é😀>"), ("'C:\\x'", "<C:\\x>"),
      ("\"\"\"\na\n  b\"\"\"", "<a\n  b>"), ("\"\"\"a \\\n\n   b\"\"\"", "<a b>"),
      ("\"\"\"\\\n  é\"\"\"", "<é>"),
      ("'''\r\n'a' \\ ''''", "<'a' \\ '>"), ("\"\"\"\"\"a\"\"\"\"\"", "<\"\"a\"\">"),
      ("[]", "[]"), ("[1, 'a' , [true],]", "[1 <a> [true]]"),
      ("[ # one\n 1,\n\n 2 # two\n]", "[1 2]"),
      ("[{a = 1}, {}]", "[{1 a = 1} {}]"), ("\"é\u{202E}\"", "<é\u{202E}>"),
    ])
  func values(_ text: String, _ value: String) throws {
    #expect(try flat("x = \(text) # end") == ["1 x = \(value)"])
  }

  @Test("has keys on lines of their own, in tables that may come in parts")
  func tables() throws {
    let text = """
      # about
      a.b = 1
      a . "c.d" = 2\r

      [t.u]
      'x y' = { p.q = 1, r = "" }
      \tbare-key_1 = '''
      two'''
      [t]
      z = 1
      [[list]]
      one = 1
      [[list]]
      [list.deep]
      two = 2
      """
    #expect(
      try flat(text) == [
        "2 a.b = 1", "3 a.c.d = 2", "6 t.u.x y.p.q = 1", "6 t.u.x y.r = <>",
        "7 t.u.bare-key_1 = <two>", "10 t.z = 1", "11 list = [{12 one = 1} {15 deep.two = 2}]",
      ])
  }

  @Test(
    "is told apart from what is none, with the line",
    arguments: [
      ("a", 1), ("= 1", 1), ("\na = ", 2), ("a = 1 b = 2", 1), ("a = 01", 1), ("a = 1__0", 1),
      ("a = _1", 1), ("a = 0x-1", 1), ("a = 1.", 1), ("a = .5", 1), ("a = 1e", 1), ("a = yes", 1),
      ("a = 9223372036854775808", 1), ("a = \"\\q\"", 1), ("a = \"\\ud800\"", 1),
      ("a = \"\\u12\"", 1), ("a = \"x", 1), ("a = 'x\n'", 1), ("\na = \"\"\"x\n\n", 3),
      ("a = \"\u{7}\"", 1), ("# \u{7}", 1), ("a = \"\0\"", 1), ("a = [1 2]", 1), ("a = [,]", 1),
      ("a = [1,\n\n", 2), ("a = {b = 1,}", 1), ("a = {\nb = 1}", 1), ("a = {b = 1 c = 2}", 1),
      ("a = {b = 1, b = 2}", 1), ("a = 1\na = 2", 2), ("[a]\n[a]", 2), ("a = 1\n[a]", 2),
      ("[a.b]\n[a]\nb.c = 1", 3), ("a.b = 1\n[a]", 2), ("a = {}\n[a.b]", 2), ("a = {}\na.b = 1", 2),
      ("[[a]]\n[a]", 2), ("[a]\n[[a]]", 2), ("a = []\n[[a]]", 2), ("[a", 1), ("[[a]", 1), ("[]", 1),
      ("[a.]", 1), ("[a] b = 1", 1), ("a..b = 1", 1), ("é = 1", 1), ("a = \"x\"\r", 1),
      ("\"\"\"a\"\"\" = 1", 1), ("]", 1), ("a = }", 1), ("a = -", 1), ("a = 1979-05-27x", 1),
      ("a = 1\n[&", 2), ("\n[é]", 2), ("a = [}", 1), ("[a.", 1), ("\n\n\"a\" . 'b' . # c", 3),
    ])
  func malformed(_ text: String, _ line: Int) throws {
    let fault = #expect(throws: TOMLText.Fault.self) {
      _ = try TOMLText.entries(of: text)
    }
    #expect(fault?.line == line, "\(fault?.reason ?? "")")
  }

  @Test("has tables on the line of their own header, if they have one")
  func tableLines() throws {
    let entries = try TOMLText.entries(of: "[a.b]\nc.d = 1\n[a]\n[[e]]\n[[e]]\n[f.g]")
    #expect(entries.map(\.key) == ["a", "e", "f"])
    #expect(entries.map(\.line) == [3, 4, 6])
    let inner = try #require(entries.first?.value.table?.first)
    #expect(inner.line == 1)
    #expect(inner.value.table?.first?.line == 2)
  }

  @Test("has keys of sixteen parts and no more, dots elsewhere not counted")
  func longKeys() throws {
    let key = Array(repeating: "a", count: 16).joined(separator: " . ")
    let dots = String(repeating: ".", count: 20)
    let text = #"""
      # \#(dots) "
      [\#(key)]
      \#(key) = { \#(key) = '\#(dots)' }
      "\"\#(dots)" = [1.5, "\#(dots)", '''
      '\#(dots)' \''', """""
      \#(dots)\"""""] # '
      """#
    #expect(try flat(text).count == 2)
    for more in ["\(key).b = 1", "[\(key).b]", "[[\(key) . 'b']]", "x = { \(key).\"b\" = 1 }"] {
      #expect(throws: TOMLText.Fault(line: 7, reason: "a key has more than 16 parts")) {
        _ = try TOMLText.entries(of: text + "\n" + more)
      }
    }
  }
}
