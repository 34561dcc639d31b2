import Canvas
import Glibc
import TestSupport
import Testing

@testable import Terminal

@Suite("Synchronised output")
struct SynchronisedOutputTests {
  @Test(
    "is asked for only where the question cannot be printed",
    arguments: [
      (["TERM": "xterm-256color", "COLORTERM": "truecolor"], true),
      (["TERM": "xterm-256color", "COLORTERM": "24bit"], true),
      (["TERM": "tmux-256color", "COLORTERM": "truecolor"], true),
      (["TERM": "xterm-kitty"], true), (["TERM": "foot"], true),
      (["TERM": "xterm-256color"], false), (["TERM": "linux", "COLORTERM": "truecolor"], false),
      (["TERM": "screen-256color", "COLORTERM": "truecolor"], false), (["TERM": "vt100"], false),
      (
        [
          "TERM": "xterm-256color", "COLORTERM": "truecolor", "TERM_PROGRAM": "Apple_Terminal",
        ], false
      ), ([:], false),
    ] as [([String: String], Bool)])
  func asking(_ environment: [String: String], _ expected: Bool) {
    #expect(SynchronisedOutput.mayAsk(environment) == expected)
  }

  @Test(
    "is announced by an answer that is no key, whole or in pieces",
    arguments: [
      ("\u{1B}[?2026;1$y", .hasMode), ("\u{1B}[?2026;2$y", .hasMode),
      ("\u{1B}[?2026;0$y", .hasNotMode), ("\u{1B}[?2026;4$y", .hasNotMode),
      ("\u{1B}[?2026;3$y", .hasNotMode), ("\u{1B}[?2027;2$y", nil),
    ] as [(Raw, KeyDecoder.Answer?)])
  func answers(_ raw: Raw, _ expected: KeyDecoder.Answer?) {
    let bytes = Array(raw.text.utf8)
    for cut in 0..<bytes.count {
      var decoder = KeyDecoder()
      decoder.expectAnswer()
      decoder.feed(bytes[..<cut])
      #expect(decoder.next(atRest: false) == nil)
      decoder.feed(bytes[cut...] + Array("x".utf8))
      #expect(decoder.next(atRest: false) == .character("x"))
      #expect(decoder.answer == expected)
    }
    // Torn by a line that stalls, it is lost, but still nothing is typed.
    for cut in 3..<bytes.count {
      var decoder = KeyDecoder()
      decoder.expectAnswer()
      decoder.feed(bytes[..<cut])
      #expect(decoder.next(atRest: true) == nil)
      decoder.feed(bytes[cut...] + Array("x".utf8))
      #expect(decoder.next(atRest: true) == .character("x"))
    }
  }
}

extension TerminalTests {
  private static let modern = ["COLORTERM": "truecolor"]

  private static func many(_ letter: String, on screen: Screen) -> Frame {
    frame(Array(repeating: letter, count: screen.size.rows), size: screen.size)
  }

  @Test("holds a frame of several rows together once the terminal said that it can")
  func synchronised() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let screen = try Self.screen(on: terminal, environment: Self.modern)
    screen.present(Self.many("a", on: screen))
    terminal.collect()
    #expect(terminal.outputText.contains(SynchronisedOutput.question))
    #expect(!terminal.outputText.contains("?2026h"))
    terminal.type("\u{1B}[?2026;2$y")
    #expect(screen.nextKey() == nil)
    terminal.forgetOutput()
    screen.present(Self.many("b", on: screen))
    terminal.collect()
    #expect(terminal.outputText.hasPrefix("\u{1B}[?2026h"))
    #expect(terminal.outputText.hasSuffix("\u{1B}[?2026l"))
    terminal.forgetOutput()
    var frame = Self.many("b", on: screen)
    frame.draw([Span("c")], row: 2, column: 0, width: 3)
    screen.present(frame)
    screen.present(frame)
    screen.close()
    terminal.collect()
    #expect(!terminal.outputText.contains("?2026"))
  }

  @Test(
    "never holds anything together where the terminal did not say so",
    arguments: ["\u{1B}[?2026;0$y", "\u{1B}[?2026;4$y", "", "q"] as [Raw])
  func notSynchronised(_ answer: Raw) throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let screen = try Self.screen(on: terminal, environment: Self.modern)
    screen.present(Self.many("a", on: screen))
    terminal.type(answer.text)
    #expect(screen.nextKey() == (answer.text == "q" ? .character("q") : nil))
    screen.present(Self.many("b", on: screen))
    screen.redraw()
    screen.close()
    terminal.collect()
    #expect(!terminal.outputText.contains("?2026h"))
    #expect(terminal.outputText.components("?2026$p") == 1)
  }

  @Test("waits for an answer under way before it gives the terminal back, but not for long")
  func answerAtTheEnd() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let before = terminal.modes
    var screen = try Self.screen(on: terminal, environment: Self.modern)
    screen.present(Self.many("a", on: screen))
    terminal.type("\u{1B}[?2026;2$y")
    let start = ContinuousClock.now
    screen.close()
    #expect(ContinuousClock.now - start < .milliseconds(200))
    var waiting: CInt = -1
    _ = ioctl(terminal.terminal, UInt(FIONREAD), &waiting)
    #expect(waiting == 0)
    screen = try Self.screen(on: terminal, environment: Self.modern)
    screen.present(Self.many("a", on: screen))
    screen.suspend()
    screen.resume()
    screen.close()
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(terminal.modes == before)
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ part: String) -> Int {
    split(separator: part, omittingEmptySubsequences: false).count - 1
  }
}
