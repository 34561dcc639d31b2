import Canvas
import Monitor
import Testing

@Suite("Reading lines on a screen")
struct TextReaderTests {
  static let size = Size(rows: 4, columns: 10)

  static func numbered(_ count: Int) -> [[Span]] { (1...count).map { [Span("line \($0)")] } }

  static func shown(_ reader: TextReader, in size: Size = size) -> [String] {
    reader.rows(in: size).map { row in
      row.spans.map { $0.role == .match ? "[\($0.text)]" : $0.text }.joined()
        + (row.isCurrent ? " <" : "")
    }
  }

  @Test(
    "moves and stops at both ends",
    arguments: [
      ([], 1), ([.down], 2), ([.down, .up, .up], 1), ([.pageDown], 4), ([.pageDown, .pageUp], 1),
      ([.toBottom], 7), ([.toBottom, .down], 7), ([.toBottom, .toTop], 1),
      ([.pageDown, .pageDown, .pageDown], 7),
    ] as [([TextReader.Move], Int)])
  func moves(_ moves: [TextReader.Move], _ first: Int) {
    var reader = TextReader(Self.numbered(10))
    for move in moves { reader.move(move, in: Self.size) }
    #expect(Self.shown(reader) == (first..<first + 4).map { "line \($0)" })
  }

  @Test("says where it stands only if there is more than the screen shows")
  func position() {
    var reader = TextReader(Self.numbered(10))
    #expect(reader.positionNote(in: Self.size) == "1–4 of 10")
    reader.move(.toBottom, in: Self.size)
    #expect(reader.positionNote(in: Self.size) == "7–10 of 10")
    #expect(reader.positionNote(in: Size(rows: 10, columns: 10)) == nil)
    #expect(TextReader([]).positionNote(in: Self.size) == nil)
  }

  @Test("has no rows for no lines, and fewer than the screen for few")
  func fewLines() {
    var reader = TextReader([])
    for move in [TextReader.Move.down, .toBottom, .right, .pageUp] {
      reader.move(move, in: Self.size)
    }
    reader.find("x", in: Self.size)
    reader.findNext(in: Self.size)
    #expect(Self.shown(reader).isEmpty)
    #expect(Self.shown(TextReader(Self.numbered(2))) == ["line 1", "line 2"])
    #expect(Self.shown(TextReader(Self.numbered(2)), in: Size(rows: 0, columns: 0)).isEmpty)
  }

  @Test("fills a screen that has grown, from the end if need be")
  func resized() {
    var reader = TextReader(Self.numbered(10))
    reader.move(.toBottom, in: Self.size)
    #expect(Self.shown(reader, in: Size(rows: 8, columns: 10)).first == "line 3")
  }

  @Test("scrolls sideways by half a screen, no further than a line in sight reaches")
  func sideways() {
    var reader = TextReader([[Span("abcdefghij", .path), Span("klmnopq")], [Span("short")]])
    reader.move(.right, in: Self.size)
    #expect(Self.shown(reader) == ["fghijklmnopq", ""])
    reader.move(.right, in: Self.size)
    #expect(Self.shown(reader) == ["klmnopq", ""])
    reader.move(.right, in: Self.size)
    #expect(reader.left == 10)
    reader.move(.left, in: Self.size)
    reader.move(.left, in: Self.size)
    reader.move(.left, in: Self.size)
    #expect(reader.left == 0)
  }

  @Test("leaves a space where half a wide character is scrolled out")
  func wide() {
    var reader = TextReader([[Span("ab温度温度温度温度温度")]])
    reader.move(.right, in: Size(rows: 1, columns: 10))
    #expect(Self.shown(reader) == [" 温度温度温度温度"])
  }

  @Test("folds long lines and moves by rows then")
  func folding() {
    var reader = TextReader([[Span("abcdefghijklmnopqrstuvwxyz")], [Span("1")], [Span("2")]])
    reader.toggleFolding()
    #expect(Self.shown(reader) == ["abcdefghij", "klmnopqrst", "uvwxyz", "1"])
    reader.move(.down, in: Self.size)
    #expect(Self.shown(reader) == ["klmnopqrst", "uvwxyz", "1", "2"])
    reader.move(.down, in: Self.size)
    #expect(Self.shown(reader).first == "klmnopqrst")
    reader.move(.up, in: Self.size)
    #expect(Self.shown(reader).first == "abcdefghij")
    reader.toggleFolding()
    #expect(Self.shown(reader).first == "abcdefghijklmnopqrstuvwxyz")
  }

  @Test("shows all of a folded line after the screen has become wider")
  func widened() {
    var reader = TextReader(
      [[Span(String(repeating: "x", count: 40))]] + Self.numbered(9), isFolding: true)
    for _ in 0..<3 { reader.move(.down, in: Self.size) }
    #expect(Self.shown(reader, in: Size(rows: 3, columns: 80))[0].count == 40)
  }

  @Test("finds a text, marks it, and goes around from the last to the first")
  func search() {
    var reader = TextReader(Self.numbered(10))
    reader.find("LINE", in: Self.size)
    #expect(reader.searchNote == "not found")
    reader.find("ne 1", in: Self.size)
    #expect(Self.shown(reader) == ["li[ne 1] <", "line 2", "line 3", "line 4"])
    #expect(reader.searchNote == "1 of 2")
    reader.findNext(in: Self.size)
    #expect(Self.shown(reader).last == "li[ne 1]0 <")
    reader.findNext(in: Self.size)
    #expect(reader.searchNote == "1 of 2")
    #expect(Self.shown(reader).first == "li[ne 1] <")
    reader.findNext(backwards: true, in: Self.size)
    #expect(reader.searchNote == "2 of 2")
    reader.find("", in: Self.size)
    #expect(reader.searchNote == nil)
  }

  @Test("begins to look at the top of the screen, and does not scroll for what is in sight")
  func searchFromHere() {
    var reader = TextReader(Self.numbered(10))
    reader.move(.pageDown, in: Self.size)
    reader.find("6", in: Self.size)
    #expect(Self.shown(reader) == ["line 4", "line 5", "line [6] <", "line 7"])
    reader.find("2", in: Self.size)
    #expect(Self.shown(reader).contains("line [2] <"))
  }

  @Test("goes from one occurrence to the next within a line, cut or folded")
  func searchInLine() {
    let long = String(repeating: "-", count: 95) + "needle" + String(repeating: "-", count: 20)
    var reader = TextReader([[Span(long + "Needle")]])
    reader.find("needle", in: Self.size)
    #expect(reader.searchNote == "1 of 2")
    #expect(Self.shown(reader)[0].hasPrefix("---[needle]"))
    reader.findNext(in: Self.size)
    #expect(Self.shown(reader)[0].hasPrefix("---[Needle]"))
    reader.toggleFolding()
    reader.findNext(in: Self.size)
    #expect(Self.shown(reader).contains("-----[needl] <"))
  }

  @Test("stays where it was when the lines are replaced")
  func replacing() {
    var reader = TextReader(Self.numbered(10))
    reader.move(.pageDown, in: Self.size)
    reader.replace(with: Self.numbered(20))
    #expect(Self.shown(reader).first == "line 4")
    reader.replace(with: Self.numbered(2))
    #expect(Self.shown(reader).first == "line 1")
  }
}

@Suite("Words in lines")
struct WrappingTests {
  @Test("break before a word that has no room, be it the first of a span behind a space")
  func spans() {
    let spans = [Span("Asking again in 10 s, "), Span("r", .keyHint), Span(" now.")]
    for width in 6...40 {
      let lines = wrapped(spans, width: width).map { $0.map(\.text).joined() }
      #expect(lines.allSatisfy { TextWidth.columns($0) <= width })
      let words = lines.flatMap { $0.split(separator: " ") }
      #expect(words == ["Asking", "again", "in", "10", "s,", "r", "now."])
    }
  }
}
