import Canvas
import Glibc
import TestSupport
import Testing

@testable import Terminal

@Suite("Reports of the mouse")
struct MouseReportTests {
  private func decoder(capturing: Bool = true) -> KeyDecoder {
    var decoder = KeyDecoder()
    decoder.takesMouse = true
    decoder.takesMouse = capturing
    return decoder
  }

  /// The keys of pieces that arrive too far apart to be one.
  private func keys(_ pieces: [[UInt8]], in decoder: KeyDecoder) -> [Key] {
    var decoder = decoder
    var keys: [Key] = []
    for piece in pieces {
      decoder.feed(piece)
      while let key = decoder.next(atRest: true) { keys.append(key) }
    }
    return keys
  }

  private static let press = MouseEvent(.press(.left), at: Position(row: 2, column: 4))

  @Test(
    "are keys with a button, a place from 0 and the keys held",
    arguments: [
      ("\u{1B}[<0;5;3M", press),
      ("\u{1B}[<1;1;1M", MouseEvent(.press(.middle), at: Position(row: 0, column: 0))),
      ("\u{1B}[<2;300;100M", MouseEvent(.press(.right), at: Position(row: 99, column: 299))),
      ("\u{1B}[<0;5;3m", MouseEvent(.release, at: Position(row: 2, column: 4))),
      ("\u{1B}[<32;5;3M", MouseEvent(.drag(.left), at: Position(row: 2, column: 4))),
      ("\u{1B}[<34;5;3M", MouseEvent(.drag(.right), at: Position(row: 2, column: 4))),
      ("\u{1B}[<64;5;3M", MouseEvent(.wheelUp, at: Position(row: 2, column: 4))),
      ("\u{1B}[<65;5;3M", MouseEvent(.wheelDown, at: Position(row: 2, column: 4))),
      ("\u{1B}[<66;5;3M", MouseEvent(.wheelLeft, at: Position(row: 2, column: 4))),
      ("\u{1B}[<67;5;3M", MouseEvent(.wheelRight, at: Position(row: 2, column: 4))),
      (
        "\u{1B}[<20;5;3M",
        MouseEvent(.press(.left), at: Position(row: 2, column: 4), shift: true, control: true)
      ),
      (
        "\u{1B}[<72;5;3M",
        MouseEvent(.wheelUp, at: Position(row: 2, column: 4), alt: true)
      ),
      ("\u{1B}[M %#", press),
      ("\u{1B}[M#%#", MouseEvent(.release, at: Position(row: 2, column: 4))),
      ("\u{1B}[M`%#", MouseEvent(.wheelUp, at: Position(row: 2, column: 4))),
    ] as [(Raw, MouseEvent)])
  func known(_ raw: Raw, _ event: MouseEvent) {
    #expect(
      keys([Array((raw.text + "x").utf8)], in: decoder()) == [.mouse(event), .character("x")])
  }

  @Test(
    "that are malformed, or of a button without a meaning, are no keys at all",
    arguments: [
      "\u{1B}[<0;5M", "\u{1B}[<0;5;3;1M", "\u{1B}[<0;0;3M", "\u{1B}[<0;5;0M", "\u{1B}[<;;M",
      "\u{1B}[<M", "\u{1B}[<0;99999;3M", "\u{1B}[<99999999999999999999;5;3M", "\u{1B}[<-1;5;3M",
      "\u{1B}[<0;5;3A", "\u{1B}[<35;5;3M", "\u{1B}[<3;5;3M", "\u{1B}[<128;5;3M", "\u{1B}[<65;5;3m",
      "\u{1B}[<96;5;3M", "\u{1B}[<<0;5;3M", "\u{1B}[<0 ;5;3M", "\u{1B}[<200~", "\u{1B}[M\u{1} ",
      "\u{1B}[M   ",
    ] as [Raw])
  func malformed(_ raw: Raw) {
    let padding = raw.text.hasPrefix("\u{1B}[M") && raw.text.utf8.count < 6 ? " " : ""
    #expect(keys([Array((raw.text + padding + "x").utf8)], in: decoder()) == [.character("x")])
  }

  @Test("are held until they are whole, wherever they are cut")
  func pieces() {
    let report = Array("\u{1B}[<0;5;3M".utf8)
    for cut in 1..<report.count {
      var decoder = decoder()
      decoder.feed(report[..<cut])
      #expect(decoder.next(atRest: false) == nil)
      decoder.feed(report[cut...])
      #expect(decoder.next(atRest: false) == .mouse(Self.press))
      #expect(!decoder.isWaiting)
    }
  }

  @Test("are not typed as text when a line stalls in the middle of one")
  func stalled() {
    let report = Array("\u{1B}[<0;5;3M".utf8)
    for cut in 3..<report.count {
      let pieces = [Array(report[..<cut]), Array(report[cut...]), Array("x".utf8)]
      #expect(keys(pieces, in: decoder()) == [.character("x")], "cut at \(cut)")
    }
    // An Escape alone cannot be told from the key, but what follows it can.
    #expect(
      keys([[0x1B], Array("[<0;5;3Mx".utf8)], in: decoder()) == [
        .escape, .mouse(Self.press), .character("x"),
      ])
  }

  @Test("that never end do not hold the next key back")
  func neverEnding() {
    let pieces = ["\u{1B}[<0;5", "\r", "x"].map { Array($0.utf8) }
    #expect(keys(pieces, in: decoder()) == [.enter, .character("x")])
    #expect(
      keys([Array("\u{1B}[<0;\u{1B}[Ax".utf8)], in: decoder()) == [.up, .character("x")])
  }

  @Test("that come late are dropped once the mouse is let go")
  func late() {
    #expect(
      keys([Array("\u{1B}[<0;5;3M\u{1B}[M %#x".utf8)], in: decoder(capturing: false))
        == [.character("x")])
    // What never asked for the mouse takes the text as it is.
    #expect(
      keys([[0x1B], Array("[<".utf8)], in: KeyDecoder()) == [
        .escape, .character("["), .character("<"),
      ])
  }

  @Test("leave a paste alone")
  func pasted() {
    #expect(
      keys([Array("\u{1B}[200~a\u{1B}[<0;5;3Mb\u{1B}[201~".utf8)], in: decoder())
        == [.paste("a\u{1B}[<0;5;3Mb")])
  }

  @Test("of any bytes are used up and end", arguments: 0..<200 as Range<UInt64>)
  func anything(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let alphabet = Array("\u{1B}\u{1B}\u{1B}[[[<<<M;;0123456mMa\r".utf8) + [0xFF, 0x20]
    let bytes = (0..<80).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return alphabet[Int(state % UInt64(alphabet.count))]
    }
    var decoder = decoder()
    var places: [Position] = []
    for start in stride(from: 0, to: bytes.count, by: 7) {
      decoder.feed(bytes[start..<min(start + 7, bytes.count)])
      while let key = decoder.next(atRest: start % 2 == 0) {
        if case .mouse(let event) = key { places.append(event.place) }
      }
    }
    while decoder.next(atRest: true) != nil {}
    #expect(!decoder.isWaiting, "seed \(seed)")
    #expect(places.allSatisfy { $0.row >= 0 && $0.column >= 0 }, "seed \(seed)")
  }
}

extension TerminalTests {
  @Test("captures the mouse only when asked to, and lets it go while the terminal is given back")
  func mouseCapture() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let screen = try Self.screen(on: terminal)
    screen.present(Self.frame(["hello"], size: screen.size))
    terminal.type("\u{1B}[<0;5;3M")
    #expect(screen.nextKey() == nil)
    terminal.collect()
    #expect(!terminal.outputText.contains("\u{1B}[?100"))
    #expect(screen.hasMouse)
    let steps: [(String?, String?, (Screen) -> Void)] = [
      (MouseReport.on, nil, { $0.mouseCapture = true }), (nil, nil, { $0.mouseCapture = true }),
      (MouseReport.off, nil, { $0.suspend() }), (MouseReport.on, nil, { $0.resume() }),
      (MouseReport.on, nil, { $0.recover() }),
      (MouseReport.off, MouseReport.on, { $0.mouseCapture = false }),
      (nil, MouseReport.on, { $0.suspend() }), (nil, nil, { $0.mouseCapture = true }),
      (MouseReport.on, nil, { $0.resume() }), (MouseReport.off, MouseReport.on, { $0.close() }),
      (nil, MouseReport.on, { $0.mouseCapture = false }),
    ]
    for (index, (expected, absent, step)) in steps.enumerated() {
      terminal.collect()
      terminal.forgetOutput()
      step(screen)
      terminal.collect()
      if let expected {
        #expect(terminal.outputText.contains(expected), "step \(index)")
      } else {
        #expect(!terminal.outputText.contains("\u{1B}[?100"), "step \(index)")
      }
      if let absent { #expect(!terminal.outputText.contains(absent), "step \(index)") }
    }
  }

  @Test("asks no terminal for its mouse that has none", arguments: ["vt100", "vt220"])
  func noMouse(_ type: String) throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let screen = try Self.screen(on: terminal, type: type)
    screen.mouseCapture = true
    #expect(!screen.mouseCapture)
    #expect(!screen.hasMouse)
    screen.close()
    terminal.collect()
    #expect(!terminal.outputText.contains("\u{1B}[?100"))
  }

  @Test("lets the mouse go when the program crashes")
  func crashWithMouse() async throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let before = terminal.modes
    let path = String(cString: ttyname(terminal.terminal))
    await #expect(processExitsWith: .failure) { [path = path as String] in
      let descriptor = open(path, O_RDWR | O_NOCTTY)
      let screen = try Screen(
        input: descriptor, output: descriptor, environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"],
        styles: [:])
      screen.mouseCapture = true
      screen.present(Frame(size: screen.size))
      raise(SIGSEGV)
      screen.close()
    }
    terminal.collect()
    #expect(terminal.modes == before)
    let parts = terminal.outputText.split(separator: MouseReport.on)
    #expect(parts.count == 2)
    #expect(parts.last?.contains(MouseReport.off) == true)
  }

  @Test("takes the mouse of a real terminal emulator")
  func mouseInTmux() async throws {
    let (tmux, screen, descriptor) = try openInTmux(rows: 10, columns: 40)
    defer { close(descriptor) }
    screen.mouseCapture = true
    screen.present(Self.frame(["ready"], size: screen.size))
    try await tmux.wait(for: "ready")
    #expect(try tmux.mouseModes() == "0 1 1")
    screen.suspend()
    #expect(try tmux.mouseModes() == "0 0 0")
    screen.resume()
    #expect(try tmux.mouseModes() == "0 1 1")
    screen.close()
    #expect(try tmux.mouseModes() == "0 0 0")
  }
}
