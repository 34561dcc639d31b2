import Glibc
import Testing
import TestSupport

@Suite("A child process of a test")
struct ChildProcessTests {
  @Test("hands back what it wrote and how it ended")
  func running() throws {
    let (ending, output, errors) = try ChildProcess.run(
      ["sh", "-c", "pwd; echo $WORD; echo bad >&2; exit 3"],
      environment: ["WORD": "héllo", "PATH": "/usr/bin:/bin"], in: "/tmp")
    #expect(ending == .exited(3))
    #expect(output == "/tmp\nhéllo\n")
    #expect(errors == "bad\n")
  }

  @Test("reads what it is sent and is waited for by its output")
  func conversation() throws {
    let child = try ChildProcess(["cat"], input: .pipe)
    try child.send("one\n")
    try child.wait(for: "the echo") { $0.outputText == "one\n" }
    #expect(child.isRunning)
    child.closeInput()
    #expect(try child.waitForEnd() == .exited(0))
  }

  @Test("says what it wrote when what is waited for never comes")
  func failing() throws {
    let child = try ChildProcess(["sh", "-c", "echo only this"])
    let failure = try #require(throws: ChildProcess.Failure.self) {
      try child.wait(for: "a miracle") { $0.outputText.contains("miracle") }
    }
    #expect(failure.description.contains("it ended without a miracle"))
    #expect(failure.description.contains("only this"))
  }

  @Test("can be stopped by a signal and is gone with its owner")
  func ending() throws {
    let child = try ChildProcess(["sleep", "60"])
    child.signal(SIGTERM)
    #expect(try child.waitForEnd() == .killed(signal: SIGTERM))
    let identifier = try ChildProcess(["sleep", "60"]).identifier
    #expect(kill(identifier, 0) == -1)
  }

  @Test("cannot be started when there is no such program")
  func missing() {
    #expect(throws: ChildProcess.Failure.self) { try ChildProcess(["/no/such/program"]) }
  }
}
