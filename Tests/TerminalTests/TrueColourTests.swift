import Canvas
import Glibc
import TestSupport
import Testing

@testable import Terminal

@Suite("True colours by COLORTERM")
struct TrueColourTests {
  /// A terminal's description as people read it, one capability a line.
  private static func described(_ type: String, in folder: String) throws -> Set<String> {
    let text = try ChildProcess.run(["infocmp", "-A", folder, "-x", "-1", type]).output
    return Set(text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
  }

  private static func read(_ path: String) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    return Array(buffer[..<max(0, Glibc.read(file, &buffer, buffer.count))])
  }

  @Test(
    "are put into a terminal's own description, which stays the same but for colours",
    arguments: [
      "xterm", "xterm-256color", "screen-256color", "tmux-256color", "linux",
      "rxvt-unicode-256color",
    ])
  func grafting(_ type: String) throws {
    let initial = String(type.prefix(1))
    let entry = try #require(TrueColour.grafted(Self.read("/lib/terminfo/\(initial)/\(type)")))
    let folder = try TemporaryFolder()
    mkdir(folder.path(initial), 0o700)
    let file = open(folder.path("\(initial)/\(type)"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    #expect(write(file, entry, entry.count) == entry.count)
    close(file)
    let before = try Self.described(type, in: "/lib/terminfo")
    let after = try Self.described(type, in: folder.path)
    let changed = ["\tccc,", "\tcolors#", "\tpairs#", "\tsetaf=", "\tsetab=", "\tRGB,"]
    func others(_ lines: Set<String>) -> Set<String> {
      lines.filter { line in !changed.contains { line.hasPrefix($0) } }
    }
    #expect(before.count > 20)
    #expect(others(before) == others(after))
    #expect(after.isSuperset(of: ["\tRGB,", "\tcolors#0x1000000,", "\tpairs#0x10000,"]))
    #expect(!after.contains("\tccc,"))
  }

  @Test("are put into nothing else", arguments: ["vt100", "dumb"])
  func plain(_ type: String) {
    #expect(TrueColour.grafted(Self.read("/lib/terminfo/\(type.prefix(1))/\(type)")) == nil)
    #expect(TrueColour.grafted([]) == nil)
    #expect(TrueColour.grafted(Array("no entry at all".utf8)) == nil)
  }

  @Test("are put into no part of a description, nor into nonsense")
  func hostile() {
    let bytes = Self.read("/lib/terminfo/x/xterm-256color")
    for count in stride(from: 0, to: bytes.count - 2, by: 7) {
      // A whole entry without its extensions is one too; numbers never reach beyond what is there.
      let entry = TrueColour.grafted(Array(bytes[..<count]))
      #expect(entry?.count ?? 0 <= TerminfoEntry.longest)
    }
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<500 {
      var changed = bytes
      for _ in 0..<4 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        changed[Int(state % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: state >> 32)
      }
      #expect(TrueColour.grafted(changed)?.count ?? 0 <= TerminfoEntry.longest)
    }
  }

  @Test(
    "are used where they are announced and nothing speaks against it",
    arguments: [
      (["TERM": "xterm-256color", "COLORTERM": "truecolor"], true),
      (["TERM": "xterm", "COLORTERM": "24bit"], true),
      (["TERM": "tmux-256color", "COLORTERM": "truecolor"], true),
      (["TERM": "screen-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/x"], true),
      (["TERM": "screen-256color", "COLORTERM": "truecolor"], false),
      (["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"], false),
      (["TERM": "xterm-256color", "COLORTERM": "yes"], false),
      (["TERM": "xterm-256color"], false), (["TERM": "vt100", "COLORTERM": "truecolor"], false),
      (["TERM": "../x/xterm", "COLORTERM": "truecolor"], false),
      (["TERM": "no-such-type", "COLORTERM": "truecolor"], false),
    ] as [([String: String], Bool)])
  func announced(_ environment: [String: String], _ expected: Bool) {
    #expect((TrueColour.terminfo(environment) != nil) == expected)
  }
}

extension TerminalTests {
  @Test(
    "writes true colours by COLORTERM, and the palette's as such",
    arguments: ["xterm", "xterm-256color", "tmux-256color"])
  func trueColours(_ type: String) throws {
    let earlier = getenv("TERMINFO").map { String(cString: $0) }
    let terminal = try PseudoTerminal(rows: 3, columns: 20)
    let screen = try Self.screen(
      on: terminal, type: type, environment: ["COLORTERM": "truecolor"])
    #expect(getenv("TERMINFO").map { String(cString: $0) } == earlier)
    screen.styles = [
      .differs: Style(foreground: .rgb(red: 224, green: 164, blue: 88)),
      .path: Style(background: .rgb(red: 0, green: 0, blue: 0)),
      .added: Style(foreground: .palette(2)), .removed: Style(foreground: .palette(9)),
    ]
    var frame = Frame(size: screen.size)
    for (index, role) in [Role.differs, .path, .added, .removed].enumerated() {
      frame.draw([Span("w\(index)", role)], row: 0, column: 3 * index, width: 2)
    }
    screen.present(frame)
    terminal.collect()
    for expected in ["38;2;224;164;88mw0", "48;2;1;0;0mw1", "[32mw2", "[91mw3"] {
      #expect(terminal.outputText.contains(expected), "\(expected)")
    }
    screen.close()
  }

  @Test("draws true colours that tmux understands")
  func trueColoursInTmux() async throws {
    let (tmux, screen, descriptor) = try openInTmux(
      rows: 3, columns: 30, environment: ["COLORTERM": "truecolor"])
    defer { close(descriptor) }
    screen.styles = [.differs: Style(foreground: .rgb(red: 224, green: 164, blue: 88))]
    screen.present(Self.frame(["differs"], size: screen.size, role: .differs))
    try await tmux.wait(for: "differs")
    #expect(try tmux.styledScreen().contains("\u{1B}[38;2;224;164;88mdiffers"))
    screen.close()
  }
}
