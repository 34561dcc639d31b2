import Glibc
import TestSupport
import Testing

@Suite("Where no screen can be drawn")
struct RefusedTerminalTests {
  /// What is not as it should be.
  enum Flaw: CaseIterable {
    case dumb, unset, unknown, output, input
  }

  @Test(
    "the monitor says so, names the commands without a screen and leaves the terminal alone",
    arguments: Flaw.allCases)
  func refused(_ flaw: Flaw) throws {
    let terminal = try PseudoTerminal()
    let modes = terminal.modes
    var environment = ["HOME": "/dev/null", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"]
    switch flaw {
    case .dumb: environment["TERM"] = "dumb"
    case .unset: environment["TERM"] = nil
    case .unknown: environment["TERM"] = "no\u{1B}such"
    case .output, .input: break
    }
    let program = try ChildProcess(
      [try Program.path, "monitor"], environment: environment,
      input: flaw == .input ? .nothing : .descriptor(terminal.terminal),
      output: flaw == .output ? .collected : .descriptor(terminal.terminal))
    #expect(try program.waitForEnd(seconds: 20) == .exited(1))
    let words = program.errorText
    let reason =
      switch flaw {
      case .dumb: "\"dumb\" that TERM names cannot move its cursor"
      case .unset: "TERM is not set"
      case .unknown: "no description of the terminal type \"no␛such\""
      case .output: "Standard output is not a terminal"
      case .input: "Standard input is not a terminal"
      }
    #expect(words.contains(reason))
    #expect(words.contains("shadowscope get") && words.contains("shadowscope update"))
    #expect(program.output == [])
    terminal.collect()
    #expect(terminal.outputText.filter { !$0.isWhitespace } == "")
    #expect(terminal.modes == modes)
  }
}
