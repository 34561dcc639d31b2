import TestSupport
import Testing

@Suite("The first minutes")
struct FirstUseTests {
  @Test("need only keys, from the start screen to an answered wish, and leave nothing behind")
  func keys() async throws {
    let folder = try TemporaryFolder()
    let screen = try Program.inTerminal([], environment: ["TMPDIR": folder.path])
    try await screen.wait(seconds: 30, for: "No thing is named yet")
    try screen.press("d")
    try await screen.waitForLiveValues()

    // Narrowed and wide again; the difference is found.
    try screen.press("/")
    try screen.type("flow")
    try await screen.wait(seconds: 20, for: "one resource") {
      $0.contains("1 of 21") && !$0.contains("humidity")
    }
    try screen.press("Escape")
    try await screen.wait(seconds: 20, for: "all resources") {
      $0.contains("humidity") && !$0.contains("1 of 21")
    }
    try screen.press("n")
    try await screen.wait(seconds: 20, for: "the difference") { $0.selected.contains("flow") }

    // A wish, looked at before it leaves.
    try screen.press("g", "j", "t", "e")
    try await screen.wait(seconds: 20, for: "desired interval")
    try screen.press("C-u", "2", "Enter")
    try await screen.wait(seconds: 20, for: "1 staged")
    try screen.press("b")
    let preview = try await screen.wait(seconds: 20, for: "what P sends")
    #expect(preview.contains(#""interval": 2"#))
    #expect(preview.contains("$aws/things/greenhouse-07/shadow/update"))
    try screen.press("Escape")
    try await screen.wait(seconds: 20, for: "the table") { !$0.contains("what P sends") }
    try screen.press("v", "P")
    try await screen.wait(seconds: 20, for: "accepted v")
    // The station may answer before a frame shows the wish as open.
    try await screen.wait(seconds: 20, for: "interval 2: answered by the thing after")

    // What it was, over time.
    try screen.press("i")
    let detail = try await screen.wait(seconds: 20, for: "the plot") {
      $0.contains("over time") && $0.contains(" ┤")
    }
    #expect(detail.contains("interval · "))
    #expect(detail.contains("number"))
    try screen.press("[")
    let past = try await screen.wait(seconds: 20, for: "End returns to live")
    #expect(past.contains("as of v"))
    try screen.press("End")
    try await screen.wait(seconds: 20, for: "the present") { !$0.contains("returns to live") }

    // The log: its newest message, and what that changed.
    try screen.press("i")
    try await screen.wait(seconds: 20, for: "the detail gone") { !$0.contains("over time") }
    try screen.press("Tab")
    let log = try await screen.wait(seconds: 20, for: "the log") {
      $0.selectedMessage.contains("update")
    }
    #expect(log.contains("Enter read"))
    try screen.press("L")
    try screen.type("update/documents")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "documents alone") { shown in
      shown.selectedMessage.contains("update/documents") && !shown.contains("update/accepted")
    }
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: #""previous": {"#)
    try screen.press("3")
    let change = try await screen.wait(seconds: 20, for: "unchanged")
    #expect(change.contains("│ ~   ") && change.contains(" → "))
    try screen.press("Escape")
    try await screen.wait(seconds: 20, for: "the panes") {
      $0.contains("─ resources ") || $0.contains("┌ resources ")
    }

    // By name, and the help.
    try screen.press(":")
    try screen.type("sort")
    try await screen.wait(seconds: 20, for: "▌ sort")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "age ↓")
    try screen.press("?")
    try await screen.wait(seconds: 20, for: "┌ help ")
    try screen.press("q")
    try await screen.wait(seconds: 20, for: "┌ resources ")
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    #expect(processes(mentioning: folder.path) == [])
    #expect(entries(of: folder.path) == [])
  }

  @Test("can be had with the mouse")
  func mouse() async throws {
    let folder = try TemporaryFolder()
    let screen = try Program.inTerminal(
      ["demo"], rows: 40, columns: 120, environment: ["TMPDIR": folder.path])
    let first = try await screen.waitForLiveValues()
    #expect(try screen.mouseModes() == "0 1 1")

    // A press selects, a second one folds.
    let wind = try #require(first.row(with: " wind "))
    try screen.click(row: wind, column: 8)
    try await screen.wait(seconds: 20, for: "the row") { $0.selected.contains(" wind ") }
    let pump = try #require(first.row(with: "pump1"))
    try screen.click(row: pump, column: 8)
    try await screen.wait(seconds: 20, for: "the fold's row") { $0.selected.contains("▾ pump1") }
    try screen.click(row: pump, column: 8)
    try await screen.wait(seconds: 20, for: "the closed fold") {
      $0.selected.contains("▸ pump1") && !$0.contains("running")
    }
    try screen.wheel(down: true, row: 8, column: 8)
    try await screen.wait(seconds: 20, for: "three rows on") {
      $0.selected.contains("temperature")
    }
    try screen.wheel(down: false, row: 8, column: 8)
    let before = try await screen.wait(seconds: 20, for: "three rows back") {
      $0.selected.contains("▸ pump1")
    }

    // The line above the log goes along.
    let divider = try #require(before.row(with: "├ log "))
    try screen.drag(from: divider, to: divider - 6, column: 40)
    try await screen.wait(seconds: 20, for: "a higher log") {
      $0.row(with: "├ log ") == divider - 6
    }

    // A message: selected, opened.
    try screen.click(row: divider - 5, column: 30)
    try await screen.wait(seconds: 20, for: "the message") { $0.selectedMessage != "" }
    // Further messages have moved it down meanwhile.
    try await screen.wait(seconds: 20, for: "an opened message") { shown in
      if shown.contains("1 raw  2 pretty  3 diff") { return true }
      if let row = shown.rows.lastIndex(of: shown.selectedMessage) {
        try screen.click(row: row, column: 30)
      }
      return false
    }
    try screen.press("Escape")
    try await screen.wait(seconds: 20, for: "┌ resources ")

    // A list to choose from.
    try screen.press(":")
    try screen.type("help")
    let palette = try await screen.wait(seconds: 20, for: "▌ help")
    let command = try #require(palette.row(with: "▌ help"))
    try screen.click(row: command, column: 8)
    try await screen.wait(seconds: 20, for: "┌ help ")
    try screen.press("q")
    try await screen.wait(seconds: 20, for: "┌ resources ")

    // And given back to the terminal.
    try screen.press("M")
    try await screen.wait(seconds: 20, for: "The mouse is the terminal's now")
    #expect(try screen.mouseModes() == "0 0 0")
    try screen.press("M")
    try await screen.wait(seconds: 20, for: "M leaves it to the terminal")
    #expect(try screen.mouseModes() == "0 1 1")
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    #expect(try screen.mouseModes() == "0 0 0")
  }
}

extension TmuxSession {
  /// Waits for the demo's first values.
  @discardableResult
  fileprivate func waitForLiveValues() async throws -> Screen {
    try await wait(seconds: 30, for: "live values") {
      $0.contains("● connected") && $0.contains(" humidity ") && $0.contains("≠     flow")
    }
  }
}

extension TmuxSession.Screen {
  /// The selected row; empty for none.
  fileprivate var selected: String { rows.first { $0.hasPrefix("│▌") } ?? "" }

  /// The selected row of the log; empty for none.
  fileprivate var selectedMessage: String {
    guard let log = row(with: "├ log ") else { return "" }
    return rows[log...].first { $0.hasPrefix("│▌") } ?? ""
  }
}
