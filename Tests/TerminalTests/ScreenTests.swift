import Canvas
import Glibc
import TestSupport
import Testing

@testable import Terminal

// Serialized: curses has one current screen per process, and so have signals.
@Suite("The terminal", .serialized)
struct TerminalTests {
  static let styles: [Role: Style] = [
    .differs: Style(foreground: .rgb(red: 255, green: 0, blue: 0), bold: true),
    .textEscaped: Style(reverse: true),
    .selection: Style(background: .palette(4)),
  ]

  static func frame(_ rows: [String], size: Size, role: Role = .text) -> Frame {
    var frame = Frame(size: size)
    for (row, text) in rows.enumerated() {
      frame.draw([Span(text, role)], row: row, column: 0, width: size.columns)
    }
    return frame
  }

  static func screen(
    on terminal: PseudoTerminal, type: String = "xterm-256color",
    environment: [String: String] = [:]
  ) throws -> Screen {
    let all = ["TERM": type, "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
    return try Screen(
      input: terminal.terminal, output: terminal.terminal, environment: all, styles: styles)
  }

  @Test(
    "shows the frame, and gives the terminal back on the way out",
    arguments: ["xterm", "xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100"])
  func opening(_ type: String) throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let before = terminal.modes
    do {
      let screen = try Self.screen(on: terminal, type: type)
      #expect(screen.size == Size(rows: 4, columns: 30))
      #expect(terminal.modes != before)
      screen.present(Self.frame(["hello"], size: screen.size))
      terminal.collect()
      #expect(terminal.outputText.contains("hello"))
      #expect(terminal.outputText.contains("\u{1B}[?2004h"))
    }
    terminal.collect()
    #expect(terminal.modes == before)
    #expect(terminal.outputText.contains("\u{1B}[?2004l"))
    if type.hasPrefix("xterm") { #expect(terminal.outputText.contains("\u{1B}[?1049l")) }
  }

  @Test("closes once, however often it is asked, and ignores what comes after")
  func closing() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    let screen = try Self.screen(on: terminal)
    screen.close()
    screen.close()
    screen.present(Frame(size: screen.size))
    screen.redraw()
    screen.resize()
    screen.suspend()
    screen.resume()
    screen.recover()
    #expect(screen.nextKey() == nil)
    #expect(terminal.modes == before)
  }

  @Test(
    "says what is wrong with a terminal that it cannot use, and leaves it alone",
    arguments: [
      (nil, .typeUnset, "TERM is not set"), ("", .typeUnset, "TERM is not set"),
      ("nonsense", .typeUnknown("nonsense"), "no description of the terminal type \"nonsense\""),
      ("dumb", .typeTooPlain("dumb"), "cannot move its cursor"),
      ("unknown", .typeUnknown("unknown"), "\"unknown\""),
    ] as [(String?, ScreenError, String)])
  func refusing(_ type: String?, _ error: ScreenError, _ words: String) throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    let found = #expect(throws: ScreenError.self) {
      try Screen(
        input: terminal.terminal, output: terminal.terminal,
        environment: type.map { ["TERM": $0] } ?? [:], styles: [:])
    }
    #expect(found == error)
    #expect(found?.description.contains(words) == true)
    #expect(terminal.modes == before)
    terminal.collect()
    #expect(terminal.outputText.filter { !$0.isWhitespace } == "")
  }

  @Test("needs a terminal on both sides")
  func redirected() throws {
    let terminal = try PseudoTerminal()
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(throws: ScreenError.inputIsNoTerminal) {
      try Screen(
        input: null, output: terminal.terminal, environment: ["TERM": "xterm"], styles: [:])
    }
    #expect(throws: ScreenError.outputIsNoTerminal) {
      try Screen(
        input: terminal.terminal, output: null, environment: ["TERM": "xterm"], styles: [:])
    }
  }

  @Test("writes only what changed")
  func differences() throws {
    let terminal = try PseudoTerminal(rows: 60, columns: 200)
    let screen = try Self.screen(on: terminal)
    let rows = (0..<60).map { "row \($0) " + String(repeating: "x", count: 150) }
    screen.present(Self.frame(rows, size: screen.size))
    terminal.collect()
    #expect(terminal.output.count > 9000)
    terminal.forgetOutput()
    var changed = rows
    changed[30] = "another row " + String(repeating: "y", count: 60)
    screen.present(Self.frame(changed, size: screen.size))
    terminal.collect()
    #expect(terminal.output.count < 300)
    terminal.forgetOutput()
    screen.present(Self.frame(changed, size: screen.size))
    terminal.collect()
    #expect(terminal.output.isEmpty)
    screen.redraw()
    terminal.collect()
    #expect(terminal.output.count > 9000)
  }

  @Test("hides the cursor unless the frame has one")
  func cursor() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let screen = try Self.screen(on: terminal)
    var frame = Frame(size: screen.size)
    screen.present(frame)
    terminal.collect()
    #expect(terminal.outputText.contains("\u{1B}[?25l"))
    terminal.forgetOutput()
    frame.cursor = Position(row: 2, column: 5)
    screen.present(frame)
    terminal.collect()
    #expect(terminal.outputText.contains("\u{1B}[3;6H"))
    #expect(terminal.outputText.contains("\u{1B}[?25h") || terminal.outputText.contains("[?12l"))
  }

  @Test("takes keys as they arrive, Control-C and Control-Z among them")
  func keys() throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.screen(on: terminal)
    #expect(screen.nextKey() == nil)
    terminal.type("q\u{1B}OA\u{3}\u{1A}\u{1C}\r\u{1B}[200~a\rb\u{1B}[201~é\u{1B}")
    var keys: [Key] = []
    while let key = screen.nextKey() { keys.append(key) }
    #expect(
      keys == [
        .character("q"), .up, .control("c"), .control("z"), .control("\\"), .enter, .paste("a\nb"),
        .character("é"), .escape,
      ])
    #expect(!screen.isInputOver)
  }

  @Test("follows the window's size")
  func resizing() throws {
    let terminal = try PseudoTerminal(rows: 24, columns: 80)
    let screen = try Self.screen(on: terminal)
    screen.present(Self.frame(["a"], size: screen.size))
    for size in [(5, 20), (60, 150), (24, 80), (1, 2)] {
      terminal.resize(rows: size.0, columns: size.1)
      screen.resize()
      #expect(screen.size == Size(rows: size.0, columns: size.1))
      terminal.collect()
      terminal.forgetOutput()
      let text = String(repeating: "\(size.0)x\(size.1) ", count: 60)
      screen.present(Self.frame(Array(repeating: text, count: 100), size: screen.size))
      terminal.collect()
      #expect(terminal.output.count > size.0 * size.1 / 2)
    }
  }

  @Test("gives the terminal back while it is suspended, and takes it again in its new size")
  func suspending() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let before = terminal.modes
    let screen = try Self.screen(on: terminal)
    let during = terminal.modes
    screen.present(Self.frame(["hello"], size: screen.size))
    screen.suspend()
    #expect(terminal.modes == before)
    terminal.resize(rows: 6, columns: 40)
    terminal.collect()
    terminal.forgetOutput()
    screen.present(Self.frame(["unseen"], size: screen.size))
    terminal.collect()
    #expect(terminal.output.isEmpty)
    screen.resume()
    #expect(screen.size == Size(rows: 6, columns: 40))
    #expect(terminal.modes == during)
    terminal.collect()
    #expect(terminal.outputText.contains("unseen"))
    #expect(terminal.outputText.contains("\u{1B}[?1049h"))
    #expect(terminal.outputText.contains("\u{1B}[?2004h"))
    screen.close()
    #expect(terminal.modes == before)
  }

  @Test("takes the terminal again after a stop that nobody announced")
  func recovering() throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let before = terminal.modes
    let screen = try Self.screen(on: terminal)
    let during = terminal.modes
    screen.present(Self.frame(["hello"], size: screen.size))
    terminal.collect()
    terminal.forgetOutput()
    _ = try ChildProcess.run(["stty", "-F", String(cString: ttyname(terminal.terminal)), "sane"])
    #expect(terminal.modes != during)
    screen.recover()
    terminal.collect()
    #expect(terminal.modes == during)
    #expect(terminal.outputText.contains("hello"))
    screen.close()
    #expect(terminal.modes == before)
  }

  @Test("writes ASCII alone without UTF-8, and keeps the columns", arguments: ["C", "POSIX"])
  func asciiOnly(_ locale: String) throws {
    let terminal = try PseudoTerminal(rows: 3, columns: 20)
    let screen = try Self.screen(on: terminal, type: "vt100", environment: ["LC_ALL": locale])
    var frame = Frame(size: screen.size)
    frame.drawBox(rows: 0..<3, columns: 0..<20)
    frame.draw([Span("温é\u{9B}→x")], row: 1, column: 1, width: 18)
    screen.present(frame)
    terminal.collect()
    #expect(terminal.outputText.contains("+------------------+"))
    #expect(terminal.outputText.contains("|? ?\u{1B}[0;7m\u{F}\\u{9B}\u{1B}[m\u{F}>x"))
    #expect(terminal.output.allSatisfy { $0 < 0x80 })
  }

  @Test("uses no colour with NO_COLOR, and still tells differences and selection apart")
  func noColour() throws {
    let terminal = try PseudoTerminal(rows: 3, columns: 20)
    let screen = try Self.screen(on: terminal, environment: ["NO_COLOR": "1"])
    var frame = Frame(size: screen.size)
    frame.draw([Span("differs", .differs)], row: 0, column: 0, width: 20)
    frame.draw([Span("selected")], row: 1, column: 0, width: 20, selected: true)
    screen.present(frame)
    terminal.collect()
    let sequences = terminal.outputText.split(separator: "\u{1B}[").map { $0.prefix { $0 != "m" } }
    #expect(!sequences.contains { $0.hasPrefix("3") && $0.count <= 8 && $0.allSatisfy(\.isNumber) })
    #expect(!terminal.outputText.contains("38;5"))
    #expect(terminal.outputText.contains(";1mdiffers"))
    #expect(terminal.outputText.contains(";7mselected"))
  }

  @Test("uses the 256 colours, and new styles at once")
  func colours() throws {
    let terminal = try PseudoTerminal(rows: 3, columns: 20)
    let screen = try Self.screen(on: terminal)
    screen.present(Self.frame(["differs"], size: screen.size, role: .differs))
    terminal.collect()
    #expect(terminal.outputText.contains("38;5;196m"))
    terminal.forgetOutput()
    screen.styles = [.differs: Style(foreground: .palette(2))]
    terminal.collect()
    #expect(terminal.outputText.contains("\u{1B}[32mdiffers"))
  }

  @Test("notices that the terminal has hung up")
  func hangUp() async throws {
    var terminal: PseudoTerminal? = try PseudoTerminal()
    let copy = try dup(#require(terminal).terminal)
    defer { close(copy) }
    let screen = try Screen(
      input: copy, output: copy, environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"], styles: [:])
    terminal = nil
    // A child that another test is just starting may hold the other end for a moment.
    try await waitUntil("the end of the input") { screen.nextKey() == nil && screen.isInputOver }
    screen.present(Self.frame(["x"], size: screen.size))
    screen.close()
  }

  @Test("gives every shown scalar the width that this machine gives it")
  func widths() throws {
    setlocale(LC_CTYPE, "C.UTF-8")
    // glibc 2.36 is Unicode 14: newer scalars have no width there and are drawn as `?`.
    var wrong: [String] = []
    for value in Array(UInt32(0xA0)...0x1FFFF) + Array(0x2FFF0...0x30010) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let pieces = Array(SafeText(String(scalar)))
      guard pieces.count == 1, let piece = pieces.first, !piece.isEscaped else { continue }
      let width = CellWriter.libraryWidth(of: scalar)
      if width >= 0, width != piece.width { wrong.append(String(value, radix: 16)) }
    }
    // Ahom's medial ra is a spacing mark to Unicode and takes no column in glibc: drawn as `?` too.
    #expect(wrong == ["1171e"])
  }

  @Test(
    "gives the terminal back when the program crashes",
    arguments: [SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGFPE, SIGBUS])
  func crashing(_ number: CInt) async throws {
    let terminal = try PseudoTerminal(rows: 4, columns: 30)
    let before = terminal.modes
    let path = String(cString: ttyname(terminal.terminal))
    let result = await #expect(processExitsWith: .failure, observing: []) {
      [path = path as String, number = number as CInt] in
      let descriptor = open(path, O_RDWR | O_NOCTTY)
      let screen = try Screen(
        input: descriptor, output: descriptor, environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"],
        styles: [:])
      screen.present(Frame(size: screen.size))
      // Threads of the test runner hold SIGABRT back unless it comes by abort().
      if number == SIGABRT { abort() } else { raise(number) }
      screen.close()
    }
    #expect(result?.exitStatus == .signal(number))
    terminal.collect()
    #expect(terminal.modes == before)
    #expect(terminal.outputText.contains("\u{1B}[?2004l"))
    #expect(terminal.outputText.contains("\u{1B}[?1049l"))
    #expect(terminal.outputText.contains("\u{1B}[?25h") || terminal.outputText.contains("[?12l"))
  }

  @Test("turns signals into something to poll for, and puts the earlier handlers back")
  func signals() throws {
    var earlier = sigaction()
    sigaction(SIGWINCH, nil, &earlier)
    do {
      let signals = try Signals([.windowChanged, .continued])
      #expect(signals.collect() == [])
      for number in [SIGCONT, SIGWINCH, SIGWINCH] { kill(getpid(), number) }
      // Whichever thread takes them, it has done so soon.
      var numbers: Set<Signals.Signal> = []
      let deadline = ContinuousClock.now + .seconds(5)
      var source = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
      while numbers.count < 2, ContinuousClock.now < deadline {
        poll(&source, 1, 100)
        numbers.formUnion(signals.collect())
      }
      #expect(numbers == [.windowChanged, .continued])
      #expect(poll(&source, 1, 0) == 0)
      #expect(signals.collect() == [])
    }
    var later = sigaction()
    sigaction(SIGWINCH, nil, &later)
    #expect(later.sa_flags == earlier.sa_flags)
    let again = try Signals([.windowChanged])
    #expect(again.collect() == [])
  }
}
