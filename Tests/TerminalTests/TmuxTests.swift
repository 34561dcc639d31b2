import Canvas
import Glibc
import TestSupport
import Testing

@testable import Terminal

extension TerminalTests {
  /// A screen of ours on the terminal of a tmux pane, whose program only sleeps.
  func openInTmux(
    rows: Int, columns: Int, type: String = "tmux-256color", environment: [String: String] = [:]
  ) throws -> (tmux: TmuxSession, screen: Screen, descriptor: CInt) {
    let tmux = try TmuxSession(["sleep", "60"], rows: rows, columns: columns, type: type)
    let descriptor = Glibc.open(try tmux.device(), O_RDWR | O_NOCTTY)
    let screen = try Screen(
      input: descriptor, output: descriptor,
      environment: ["TERM": type, "LC_ALL": "C.UTF-8"].merging(environment) { $1 },
      styles: Self.styles)
    return (tmux, screen, descriptor)
  }

  @Test(
    "shows in a terminal what the frame holds, in its columns",
    arguments: [
      "plain", "esc \u{1B}[31m \u{9B}2J \u{1B}]0;title\u{7}", "bs\u{8}\u{8}cr\rlf\ntab\tnul\u{0}",
      "rlo \u{202E}abc\u{202C} zwsp\u{200B}", "tag \u{E0041} pua \u{E000}", "温度計 ｱｲｳ 한국 Ａ",
      "😀🚀 👨‍👩‍👧 🇩🇪 👍🏽 ❤️ 1️⃣", "อุณหภูมิ ที่นี่", "שָׁלוֹם عربى", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
      "⟨→≠│▂▃▄●…⟩", "🫨 \u{1FAE8} \u{20C1}",
    ] as [Raw])
  func rendering(_ raw: Raw) async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 3, columns: 60)
    defer { close(descriptor) }
    var frame = Frame(size: screen.size)
    let used = frame.draw([Span(raw.text)], row: 0, column: 1, width: 57)
    // What follows on the row shows whether a column moved.
    frame.draw([Span("|"), Span("温|")], row: 0, column: used + 1, width: 4)
    frame.draw([Span("end")], row: 1, column: 0, width: 60)
    screen.present(frame)
    let shown = try await tmux.wait(for: "end")
    let before = TextWidth.columns(String(shown.rows[0].prefix { $0 != "|" }))
    #expect(before == used + 1)
    #expect(shown.rows[0].hasSuffix("|温|"))
    screen.close()
  }

  @Test("keeps the picture right through many small changes", arguments: 0..<6 as Range<UInt64>)
  func manyChanges(_ seed: UInt64) async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 6, columns: 20)
    defer { close(descriptor) }
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var frame = Frame(size: screen.size)
    for _ in 0..<60 {
      let text = (0..<1 + random(6)).map { _ in
        ["a", "温", "é", "😀", "e\u{301}", "\u{1B}", " "][random(7)]
      }.joined()
      frame.draw([Span(text)], row: random(5), column: random(20), width: 1 + random(10))
      screen.present(frame)
    }
    frame.draw([Span("done")], row: 5, column: 0, width: 20)
    screen.present(frame)
    let shown = try await tmux.wait(for: "done")
    let expected = (0..<6).map { row in
      let text = (0..<20).map { frame[row, $0].text }.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    #expect(Array(shown.rows.prefix(6)) == expected, "seed \(seed)")
    screen.close()
  }

  @Test("takes tmux's keys and pastes, and follows its size")
  func driving() async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 24, columns: 80)
    defer { close(descriptor) }
    screen.present(Self.frame(["ready"], size: screen.size))
    try await tmux.wait(for: "ready")
    #expect(try tmux.usesSecondScreen())
    try tmux.press("Up", "Enter", "C-c", "F5", "BTab", "M-b", ";")
    try tmux.type("é温;")
    try tmux.paste("two\nlines")
    let expected: [Key] = [
      .up, .enter, .control("c"), .function(5), .backTab, .alt("b"), .character(";"),
      .character("é"), .character("温"), .character(";"), .paste("two\nlines"),
    ]
    var keys: [Key] = []
    let deadline = ContinuousClock.now + .seconds(5)
    while keys.count < expected.count, ContinuousClock.now < deadline {
      var source = pollfd(fd: screen.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, 100)
      while let key = screen.nextKey() { keys.append(key) }
    }
    #expect(keys == expected)

    for (rows, columns) in [(100, 300), (5, 20), (12, 40)] {
      try tmux.resize(rows: rows, columns: columns)
      try await tmux.wait(for: "the new size") { _ in
        screen.resize()
        return screen.size == Size(rows: rows, columns: columns)
      }
      let text = "\(rows) by \(columns)"
      var frame = Self.frame(Array(repeating: text, count: rows), size: screen.size)
      frame.cursor = Position(row: rows - 1, column: 3)
      screen.present(frame)
      let shown = try await tmux.wait(for: text) { $0.rows.prefix(rows).allSatisfy { $0 == text } }
      #expect(shown.rows.filter { $0 == text }.count == rows)
      let cursor = try tmux.cursor()
      #expect(cursor == (rows - 1, 3, true))
    }
    screen.close()
    #expect(try !tmux.usesSecondScreen())
  }

  @Test("shows as much of a frame of another size as fits, and nothing beyond it")
  func otherSizes() async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 4, columns: 10)
    defer { close(descriptor) }
    screen.present(
      Self.frame(Array(repeating: "xxxxxxxxx温温", count: 9), size: Size(rows: 9, columns: 13)))
    try await tmux.wait(for: "the clipped frame") {
      Array($0.rows.prefix(4)) == Array(repeating: "xxxxxxxxx", count: 4)
    }
    screen.present(Self.frame(["small"], size: Size(rows: 1, columns: 6)))
    try await tmux.wait(for: "the small frame") {
      Array($0.rows.prefix(4)) == ["small", "", "", ""]
    }
    screen.close()
  }

  @Test("draws colours and attributes that tmux understands")
  func styles() async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 3, columns: 30)
    defer { close(descriptor) }
    screen.present(Self.frame(["differs"], size: screen.size, role: .differs))
    try await tmux.wait(for: "differs")
    #expect(try tmux.styledScreen().contains("\u{1B}[1m\u{1B}[38;5;196mdiffers"))
    screen.close()
  }

  @Test("hands a paste of 100 KB out whole")
  func hugePaste() async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 3, columns: 30)
    defer { close(descriptor) }
    screen.present(Self.frame(["ready"], size: screen.size))
    try await tmux.wait(for: "ready")
    let text = String(repeating: "{\"key\": \"värde\"}\n", count: 6000)
    try tmux.paste(text)
    var keys: [Key] = []
    let deadline = ContinuousClock.now + .seconds(10)
    while keys.isEmpty, ContinuousClock.now < deadline {
      var source = pollfd(fd: screen.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, 100)
      while let key = screen.nextKey() { keys.append(key) }
    }
    #expect(keys == [.paste(text)])
    screen.close()
  }

  @Test("is told how a program in tmux ended, with its last screen")
  func ending() async throws {
    let tmux = try TmuxSession(
      ["sh", "-c", "echo \"$WORD;\"; read line; exit 3"], environment: ["WORD": "bye"])
    // tmux drops what a program wrote if it learns of its end first: the end waits for the words.
    try await tmux.wait(for: "bye;")
    try tmux.press("Enter")
    #expect(try await tmux.waitForEnd() == 3)
    let killed = try TmuxSession(["sh", "-c", "kill -KILL $$"])
    #expect(try await killed.waitForEnd() == nil)
    let failure = await #expect(throws: ChildProcess.Failure.self) {
      try await tmux.wait(seconds: 0.1, for: "never shown")
    }
    #expect(failure?.description.contains("bye;") == true)
  }
}
