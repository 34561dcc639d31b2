import Canvas
import Testing

@Suite("Lines on a frame")
struct FrameLinesTests {
  private func text(_ frame: Frame) -> String {
    (0..<frame.size.rows).map { row in
      (0..<frame.size.columns).map { frame[row, $0].text }.joined()
    }.joined(separator: "\n")
  }

  @Test("make boxes with a title at the left and a note at the right")
  func boxes() {
    var frame = Frame(size: Size(rows: 5, columns: 32))
    frame.drawBox(
      rows: 0..<5, columns: 0..<32, title: [Span("resources", .paneTitleFocused)],
      note: [Span("14 · 1 differs", .textDim)])
    frame.drawDivider(row: 2, columns: 0..<32, title: [Span("log")], note: [Span("live")])
    #expect(
      text(frame) == """
        ┌ resources ─── 14 · 1 differs ┐
        │                              │
        ├ log ─────────────────── live ┤
        │                              │
        └──────────────────────────────┘
        """)
  }

  @Test("join where they meet")
  func joining() {
    var frame = Frame(size: Size(rows: 4, columns: 7))
    frame.drawBox(rows: 0..<4, columns: 0..<7)
    frame.drawLine(rows: 0..<4, column: 3)
    frame.drawLine(row: 2, columns: 0..<7)
    #expect(text(frame) == "┌──┬──┐\n│  │  │\n├──┼──┤\n└──┴──┘")
  }

  @Test("do not join text that looks like a line")
  func lookalike() {
    var frame = Frame(size: Size(rows: 1, columns: 3))
    frame.draw([Span("│││", .typeText)], row: 0, column: 0, width: 3)
    frame.drawLine(row: 0, columns: 0..<3)
    #expect(text(frame) == "╶─╴")
  }

  @Test(
    "cut a title that is too long and leave a note out that has no room",
    arguments: [0, 1, 2, 3, 8])
  func narrow(_ columns: Int) {
    var frame = Frame(size: Size(rows: 2, columns: columns))
    frame.drawBox(
      rows: 0..<2, columns: 0..<columns, title: [Span("resources")], note: [Span("14")])
    let expected = [0: "\n", 1: " \n ", 2: "┌┐\n└┘", 3: "┌─┐\n└─┘", 8: "┌ res… ┐\n└──────┘"]
    #expect(text(frame) == expected[columns])
  }
}
