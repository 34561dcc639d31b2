import Canvas
import Testing

@Suite("Safe text")
struct SafeTextTests {
  /// Text with `⟦…⟧` around what is escaped, and its width.
  private func shown(_ text: String) -> String {
    SafeText(text).map { $0.isEscaped ? "⟦\($0.text)⟧" : $0.text }.joined()
      .split(separator: "⟧⟦", omittingEmptySubsequences: false).joined()
  }

  @Test(
    "shows what would act, hide or mislead as an escape",
    arguments: [
      Row("\u{1B}[31mred", "⟦␛⟧[31mred"),
      Row("a\u{0}b\u{8}c\rd\ne\tf\u{7}\u{7F}", "a⟦␀⟧b⟦␈⟧c⟦␍⟧d⟦␊⟧e⟦␉⟧f⟦␇␡⟧"),
      Row("\r\n", "⟦␍␊⟧"),
      Row("\u{9B}31m", "⟦\\u{9B}⟧31m"),
      Row("\u{85}", "⟦\\u{85}⟧"),
      Row("a\u{202E}b\u{2066}c", "a⟦\\u{202E}⟧b⟦\\u{2066}⟧c"),
      Row("a\u{200B}b\u{200D}c\u{FEFF}", "a⟦\\u{200B}⟧b⟦\\u{200D}⟧c⟦\\u{FEFF}⟧"),
      Row("a\u{2028}b\u{2029}", "a⟦\\u{2028}⟧b⟦\\u{2029}⟧"),
      Row("\u{E0041}\u{E007F}", "⟦\\u{E0041}\\u{E007F}⟧"),
      Row("a\u{AD}b\u{34F}", "a⟦\\u{AD}⟧b⟦\\u{34F}⟧"),
      Row("\u{3164}\u{FFA0}\u{115F}\u{1160}", "⟦\\u{3164}\\u{FFA0}\\u{115F}\\u{1160}⟧"),
      Row("\u{E000}\u{10FFFD}", "⟦\\u{E000}\\u{10FFFD}⟧"),
      Row("\u{378}\u{FFFF}", "⟦\\u{378}\\u{FFFF}⟧"),
      Row("a\u{FE00}漢\u{E0100}", "a⟦\\u{FE00}⟧漢⟦\\u{E0100}⟧"),
      Row("21\u{A0}°C\u{2003}x", "21⟦\\u{A0}⟧°C⟦\\u{2003}⟧x"),
      Row("\u{2800}", "⟦\\u{2800}⟧"),
    ])
  func escapes(_ row: Row) {
    #expect(shown(row.text) == row.shown)
  }

  @Test(
    "shows the world's writing as it is",
    arguments: [
      "température", "e\u{301}a\u{308}", "Größe", "温度", "ﾃｽﾄ", "ｔｅｓｔ", "온도",
      "\u{1112}\u{1161}\u{11AB}",
      "อุณหภูมิ", "טמפרטורה", "שָׁלוֹם", "درجة", "तापमान", "→ ≠ │ ▂▃▄ ● …", "a　b", "😀🚀",
    ])
  func passes(_ text: String) {
    #expect(shown(text) == text)
  }

  @Test(
    "measures columns",
    arguments: [
      ("", 0), ("abc", 3), ("温度", 4), ("ｱｲ", 2), ("Ａ", 2), ("e\u{301}", 1),
      ("\u{1112}\u{1161}\u{11AB}", 2), ("한", 2), ("กำ", 2), ("ที่", 1), ("😀", 2), ("❤", 1), ("␛", 1),
      ("\u{1B}", 1), ("\u{202E}", 8), ("👨‍👩‍👧", 6), ("🇩🇪", 2), ("👍🏽", 2), ("❤️", 1), ("1️⃣", 1),
    ])
  func widths(_ text: String, _ columns: Int) {
    #expect(TextWidth.columns(text) == columns)
    #expect(SafeText(text).allSatisfy { $0.width == 1 || $0.width == 2 })
  }

  @Test(
    "reduces emoji sequences to what all terminals agree on, and marks them",
    arguments: [
      Row("👨\u{200D}👩\u{200D}👧", "⟦👨👩👧⟧"),
      Row("👨👩", "👨👩"),
      Row("🇩🇪🇳🇴", "⟦DENO⟧"),
      Row("🇩", "⟦\\u{1F1E9}⟧"),
      Row("👍\u{1F3FD}", "⟦👍⟧"),
      Row("\u{1F3FD}", "\u{1F3FD}"),
      Row("❤\u{FE0F}", "⟦❤⟧"),
      Row("😀\u{FE0E}", "⟦😀⟧"),
      Row("1\u{FE0F}\u{20E3}", "⟦1⟧"),
      Row("❤\u{FE0F}\u{200D}🔥", "⟦❤🔥⟧"),
      Row("🏴\u{E0067}", "🏴⟦\\u{E0067}⟧"),
      Row("👨\u{200D}x", "👨⟦\\u{200D}⟧x"),
      Row("❤\u{FE0F}\u{FE0F}", "⟦❤\\u{FE0F}⟧"),
    ])
  func emoji(_ row: Row) {
    #expect(shown(row.text) == row.shown)
  }

  @Test("spells out in a line of text whatever the screen leaves out of emoji")
  func exactLine() {
    let line = SafeText.escaped("👨\u{200D}👩 ❤\u{FE0F} 👍\u{1F3FD} \u{1B}]0;x\u{7}\n")
    #expect(line == "👨\\u{200D}👩 ❤\\u{FE0F} 👍\u{1F3FD} ␛]0;x␇␊")
  }

  @Test("cuts a line at its limit")
  func limitedLine() {
    #expect(SafeText.escaped("abcdef", limit: 3) == "abc…")
    #expect(SafeText.escaped("abc", limit: 3) == "abc")
  }

  @Test("lets four combining marks into a cell and escapes the others")
  func markFlood() {
    let text = "a" + String(repeating: "\u{301}", count: 6)
    #expect(shown(text) == "a" + String(repeating: "\u{301}", count: 4) + "⟦\\u{301}\\u{301}⟧")
  }

  @Test(
    "escapes a combining mark with nothing to stand on", arguments: ["\u{301}", "\u{1B}\u{301}"])
  func loneMark(_ text: String) {
    #expect(shown(text).hasSuffix("\\u{301}⟧"))
  }

  @Test("lets a Hangul vowel join a Hangul consonant only")
  func jamo() {
    #expect(shown("a\u{1161}") == "a⟦\\u{1161}⟧")
  }

  @Test("fits text to a width, cut or padded")
  func fitting() {
    #expect(TextWidth.fitted("abc", width: 5) == "abc  ")
    #expect(TextWidth.fitted("abc", width: 5, trailing: true) == "  abc")
    #expect(TextWidth.fitted("abcdef", width: 4) == "abc…")
    #expect(TextWidth.fitted("温度計", width: 4) == "温… ")
    #expect(TextWidth.fitted("温度計", width: 5) == "温度…")
    #expect(TextWidth.fitted("\u{1B}[2J", width: 3) == "␛[…")
    #expect(TextWidth.fitted("abc", width: 0) == "")
    #expect(TextWidth.fitted("abc", width: -1) == "")
  }

  @Test("never lets a scalar through that a terminal would obey or hide")
  func everyScalar() {
    // Beyond: ideographs, private use and what is unassigned for good, one of each.
    let values = [UInt32(0)...0x1FFFF, 0x2FFF0...0x30010, 0xDFFFF...0xE0FFF, 0x10FFF0...0x10FFFF]
    for value in values.joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let kept = SafeText("a" + String(scalar)).contains { piece in
        piece.text.unicodeScalars.contains(scalar)
      }
      guard kept, value != 0x61 else { continue }
      let properties = scalar.properties
      let isSafe =
        !properties.isDefaultIgnorableCodePoint
        && ![.control, .format, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator]
          .contains(properties.generalCategory)
      #expect(isSafe, "U+\(String(value, radix: 16))")
    }
  }
}

/// A text and how it is shown; a failure names it without handing it to the reader's terminal.
struct Row: CustomTestStringConvertible, Sendable {
  let text: String
  let shown: String

  init(_ text: String, _ shown: String) {
    self.text = text
    self.shown = shown
  }

  var testDescription: String { SafeText.escaped(text) }
}
