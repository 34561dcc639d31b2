import Canvas
import Shadow
import Testing

@Suite("A frame")
struct FrameTests {
  private func row(_ row: Int, of frame: Frame) -> String {
    (0..<frame.size.columns).map { frame[row, $0].text }.joined()
  }

  private func drawn(_ text: String, columns: Int, column: Int = 0, width: Int = 100) -> String {
    var frame = Frame(size: Size(rows: 1, columns: columns))
    frame.draw([Span(text)], row: 0, column: column, width: width)
    return row(0, of: frame)
  }

  @Test(
    "cuts what does not fit and says so",
    arguments: [
      ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("", 2, "  "),
      ("温度", 4, "温度"), ("温度", 3, "温…"), ("温度計", 4, "温… "), ("温", 1, "…"), ("a温", 2, "a…"),
    ])
  func cutting(_ text: String, _ columns: Int, _ expected: String) {
    #expect(drawn(text, columns: columns) == expected)
  }

  @Test("uses no more than the width given and leaves the rest alone")
  func width() {
    var frame = Frame(size: Size(rows: 1, columns: 8))
    frame.draw([Span("--------")], row: 0, column: 0, width: 8)
    let used = frame.draw([Span("abc"), Span("def")], row: 0, column: 1, width: 4)
    #expect(used == 4)
    #expect(row(0, of: frame) == "-abc…---")
  }

  @Test("does not cut text whose last piece just fits before an empty span")
  func emptySpan() {
    var frame = Frame(size: Size(rows: 1, columns: 3))
    frame.draw([Span("abc"), Span("")], row: 0, column: 0, width: 3)
    #expect(row(0, of: frame) == "abc")
  }

  @Test("draws escapes in their own role")
  func escapedRole() {
    var frame = Frame(size: Size(rows: 1, columns: 4))
    frame.draw([Span("a\u{1B}b", .typeText)], row: 0, column: 0, width: 4)
    #expect((0..<3).map { frame[0, $0].role } == [.typeText, .textEscaped, .typeText])
  }

  @Test("draws text that ends at a column")
  func trailing() {
    var frame = Frame(size: Size(rows: 1, columns: 8))
    #expect(frame.draw([Span("12 s")], row: 0, endingAt: 7, width: 6) == 4)
    #expect(row(0, of: frame) == "   12 s ")
    frame.draw([Span("too long")], row: 0, endingAt: 7, width: 4)
    #expect(row(0, of: frame) == "   too… ")
  }

  @Test("ignores what lies outside", arguments: [(-1, 0), (2, 0), (0, -3), (0, 4), (.max, .max)])
  func outside(_ row: Int, _ column: Int) {
    var frame = Frame(size: Size(rows: 2, columns: 4))
    let blank = frame
    frame[row, column] = Cell(text: "x")
    frame.draw([Span("xy")], row: row, column: column, width: 2)
    #expect(frame == blank)
    #expect(frame[row, column] == Cell())
  }

  @Test("repairs the half of a wide grapheme that is left")
  func halves() {
    var frame = Frame(size: Size(rows: 1, columns: 6))
    frame.draw([Span("温度計")], row: 0, column: 0, width: 6)
    frame[0, 1] = Cell(text: "x")
    #expect(row(0, of: frame) == " x度計")
    frame[0, 2] = Cell(text: "y")
    #expect(row(0, of: frame) == " xy 計")
    frame[0, 3] = Cell(text: "温", width: 2)
    #expect(row(0, of: frame) == " xy温 ")
    frame[0, 5] = Cell(text: "温", width: 2)
    #expect(row(0, of: frame) == " xy温 ")
    #expect((0..<6).map { frame[0, $0].width } == [1, 1, 1, 2, 0, 1])
  }

  @Test("keeps every wide grapheme whole whatever is drawn over it", arguments: 0..<50)
  func wideInvariant(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var frame = Frame(size: Size(rows: 1, columns: 9))
    for _ in 0..<40 {
      let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        ["a", "温", "\u{1B}", "😀", "\u{AD}"].randomElement(using: &random) ?? "a"
      }.joined()
      frame.draw(
        [Span(text)], row: 0, column: Int.random(in: -2...9, using: &random),
        width: Int.random(in: 0...9, using: &random))
      let widths = (0..<9).map { frame[0, $0].width }
      for column in 0..<9 {
        #expect((widths[column] == 2) == (column < 8 && widths[column + 1] == 0), "seed \(seed)")
      }
    }
  }

  @Test("copies another frame into a place, cursor and wide graphemes included")
  func subframe() {
    var part = Frame(size: Size(rows: 1, columns: 3))
    part.draw([Span("温b")], row: 0, column: 0, width: 3)
    part.cursor = Position(row: 0, column: 2)
    var frame = Frame(size: Size(rows: 2, columns: 5))
    frame.draw(part, row: 1, column: 1)
    #expect(row(1, of: frame) == " 温b ")
    #expect(frame.cursor == Position(row: 1, column: 3))
  }

  @Test("names the places that changed, and all of them after a change of size")
  func changes() {
    let before = Frame(size: Size(rows: 2, columns: 3))
    var after = before
    #expect(after.changes(since: before) == [])
    after.draw([Span("温")], row: 1, column: 1, width: 2)
    #expect(
      after.changes(since: before)
        == [Position(row: 1, column: 1), Position(row: 1, column: 2)])
    #expect(after.changes(since: nil).count == 6)
    #expect(after.changes(since: Frame(size: Size(rows: 1, columns: 3))).count == 6)
  }

  @Test("reads as text: rows, roles, legend, selection, cursor")
  func golden() {
    var frame = Frame(size: Size(rows: 3, columns: 12))
    frame.draw(
      [Span("temp", .path), Span("  "), Span("温\u{7}", .typeText)], row: 0, column: 0, width: 12)
    frame.draw([Span("≠", .differs)], row: 1, column: 0, width: 1, selected: true)
    frame.select(rows: 2..<3, columns: 4..<6)
    frame.cursor = Position(row: 1, column: 8)
    #expect(
      frame.golden == """
        3 rows, 12 columns
        temp  温␇
        ≠

        ---
        pppp  xxX
        d

        ---
        X text.escaped
        d differs
        p path
        x type.text
        selected: row 1, columns 0...0
        selected: row 2, columns 4...5
        cursor: row 1, column 8

        """)
  }

  @Test("gives each role a letter of its own")
  func letters() {
    #expect(Set(Role.allCases.map(\.letter)).count == Role.allCases.count)
  }

  @Test(
    "reads no more of a long text than it draws",
    arguments: ["x", "温", "\u{301}", "\u{FE0F}", "\u{1B}"])
  func longText(_ unit: String) {
    let text = "a" + String(repeating: unit, count: 100_000)
    let clock = ContinuousClock()
    let time = clock.measure {
      for _ in 0..<100 { _ = drawn(text, columns: 20) }
    }
    // Reading it all a hundred times takes seconds in a debug build; twenty columns, milliseconds.
    #expect(time < .seconds(1))
  }
}
