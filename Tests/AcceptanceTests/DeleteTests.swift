import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

@Suite("delete")
struct DeleteTests {
  @Test("--yes deletes the shadow, another stays, and prints what was accepted")
  func yes() throws {
    let sandbox = try TestSandbox()
    for shadow in [[], ["--shadow", "night"]] {
      #expect(try Program.run(["update", "a=1"] + sandbox.options + shadow).status == 0)
    }
    let run = try Program.run(["delete", "--yes", "--shadow", "night"] + sandbox.options)
    #expect(run.status == 0, "\(run.errors)")
    let answer = try JSONParser.parse(run.output.utf8)
    #expect(answer.object?["version"] == 1)
    #expect(answer.object?["clientToken"] == nil)
    #expect(try Program.run(["get", "--shadow", "night"] + sandbox.options).status == 4)
    #expect(try Program.run(["get"] + sandbox.options).status == 0)
  }

  @Test("answers 4 where there is none, and 64 where nobody can be asked")
  func refused() throws {
    let sandbox = try TestSandbox()
    let missing = try Program.run(["delete", "--yes"] + sandbox.options)
    #expect(missing.status == 4)
    #expect(missing.output.isEmpty)
    let silent = try Program.run(["delete"] + sandbox.options)
    #expect(silent.status == 64)
    #expect(silent.errors.contains("the classic shadow of lamp1"))
    #expect(silent.errors.contains("--yes"))
  }

  @Test("answers 75 when no answer comes, for it may have been deleted")
  func unknown() throws {
    let sandbox = try TestSandbox(faults: [
      "drop kind=accepted operation=delete", "disconnect operation=delete",
    ])
    #expect(try Program.run(["update", "a=1"] + sandbox.options).status == 0)
    let run = try Program.run(["delete", "--yes"] + sandbox.options)
    #expect(run.status == 75)
    #expect(run.errors.contains("It is not known whether the shadow was deleted."))
  }

  @Test(
    "asks on a terminal, names thing and shadow, and takes yes for yes alone",
    arguments: [("y\n", CInt(0), CInt(4)), ("\n", 1, 0), ("no\n", 1, 0), ("\u{3}", 130, 0)])
  func asks(answer: String, status: CInt, after: CInt) throws {
    let sandbox = try TestSandbox()
    let named = sandbox.options + ["--shadow", "night"]
    #expect(try Program.run(["update", "a=1"] + named).status == 0)
    let terminal = try PseudoTerminal()
    let child = try ChildProcess(
      ["setsid", "--wait", "--ctty", Program.path, "delete"] + named, environment: Program.ours,
      input: .descriptor(terminal.terminal), output: .descriptor(terminal.terminal),
      errors: .descriptor(terminal.terminal))
    #expect(
      terminal.collect(seconds: 20) {
        $0.contains("Delete the shadow “night” of lamp1 at localhost:")
      }, "\(terminal.outputText)")
    terminal.type(answer)
    #expect(try child.waitForEnd(seconds: 20) == .exited(status))
    if status != 0 {
      terminal.collect(seconds: 5) { $0.contains("Nothing was deleted.") }
      #expect(terminal.outputText.contains("Nothing was deleted."))
    }
    #expect(try Program.run(["get"] + named).status == after)
  }
}
