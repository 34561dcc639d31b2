import Canvas
import Glibc
import TestSupport
import Testing

@testable import Terminal

@Suite("The terminal's clipboard")
struct ClipboardTests {
  @Test(
    "writes bytes as letters",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("é温😀>>>", "w6nmuKnwn5iAPj4+"),
    ])
  func base64(_ text: String, _ letters: String) {
    #expect(String(decoding: Base64.encoded(Array(text.utf8)), as: UTF8.self) == letters)
  }

  private static let plain = "\u{1B}]52;c;aGk=\u{7}"
  private static let wrapped = "\u{1B}P\u{1B}]52;c;aGk=\u{7}\u{1B}\\"

  @Test(
    "is reached as the terminal and what lies between allow",
    arguments: [
      (["TERM": "xterm-256color"], false, plain), (["TERM": "foot"], false, plain),
      (["TERM": "new"], true, plain), (["TERM": "new"], false, nil),
      (["TERM": "linux"], false, nil), (["TERM": "vt100"], false, nil), ([:], false, nil),
      (["TERM": "xterm-256color", "VTE_VERSION": "7006"], true, nil),
      (["TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"], true, nil),
      (["TERM": "tmux-256color", "VTE_VERSION": "7006"], true, plain),
      (["TERM": "screen-256color", "TMUX": "/tmp/x"], false, plain),
      (["TERM": "screen-256color", "STY": "1.x"], false, wrapped),
      (["TERM": "screen"], false, plain + wrapped),
    ] as [([String: String], Bool, String?)])
  func ways(_ environment: [String: String], _ hasCapability: Bool, _ sequence: String?) {
    let clipboard = Clipboard(environment: environment, hasCapability: hasCapability)
    #expect(
      clipboard.map { String(decoding: $0.sequence(copying: "hi"), as: UTF8.self) } == sequence)
  }

  @Test("is told to the person where tmux may drop it")
  func tmux() throws {
    let inside = try #require(Clipboard(environment: ["TERM": "tmux"], hasCapability: true))
    #expect(inside.isThroughTmux)
    let outside = try #require(Clipboard(environment: ["TERM": "xterm"], hasCapability: true))
    #expect(!outside.isThroughTmux)
  }

  @Test("is reached through GNU screen in pieces that it takes")
  func pieces() throws {
    let text = String(repeating: "0123456789", count: 200)
    let clipboard = try #require(
      Clipboard(environment: ["TERM": "screen", "STY": "1.x"], hasCapability: false))
    let pieces = String(decoding: clipboard.sequence(copying: text), as: UTF8.self)
      .split(separator: "\u{1B}\\", omittingEmptySubsequences: false)
    #expect(pieces.last == "")
    #expect(pieces.dropLast().allSatisfy { $0.hasPrefix("\u{1B}P") && $0.utf8.count <= 256 })
    let whole = pieces.dropLast().map { $0.dropFirst(2) }.joined()
    #expect(
      whole
        == "\u{1B}]52;c;\(String(decoding: Base64.encoded(Array(text.utf8)), as: UTF8.self))\u{7}")
  }
}

extension TerminalTests {
  @Test("copies text of any characters, and no more of it than terminals take")
  func copying() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let screen = try Self.screen(on: terminal)
    terminal.collect()
    terminal.forgetOutput()
    try screen.copy("a\u{1B}]52\u{7}")
    terminal.collect()
    #expect(terminal.outputText == "\u{1B}]52;c;YRtdNTIH\u{7}")
    let tooLong = #expect(throws: CopyError.self) {
      try screen.copy(String(repeating: "x", count: Clipboard.longestText + 1))
    }
    #expect(tooLong == .tooLong(count: 74_995, limit: 74_994))
    #expect(screen.copyAdvice == nil)
    screen.suspend()
    #expect(throws: CopyError.self) { try screen.copy("x") }
  }

  @Test("says so where the terminal has no clipboard")
  func noClipboard() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let screen = try Self.screen(on: terminal, type: "linux")
    let error = #expect(throws: CopyError.noClipboard("linux")) { try screen.copy("x") }
    #expect(error?.description.contains("(linux) offers programs no clipboard") == true)
    terminal.collect()
    #expect(!terminal.outputText.contains("\u{1B}]52"))
  }

  @Test("copies into tmux's buffer, also the longest text", arguments: [10, Clipboard.longestText])
  func copyingInTmux(_ count: Int) async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 3, columns: 30)
    defer { close(descriptor) }
    try tmux.acceptCopies()
    let text = "温é\n" + String(repeating: "x", count: count - 6)
    #expect(text.utf8.count == count)
    try screen.copy(text)
    try await waitUntil("the copy") { try tmux.copied() == text }
    #expect(screen.copyAdvice?.contains("set-clipboard on") == true)
    screen.close()
  }
}
