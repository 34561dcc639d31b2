import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("The monitor tells the thing's presence")
struct PresenceTests {
  private func statuses(_ sandbox: borrowing TestSandbox) throws -> Subscription {
    try Subscription(
      to: ["tcxn/things/lamp1/shadow/update", "$aws/things/lamp1/shadow/update/accepted"],
      as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
  }

  private func isOffline(_ message: String) -> Bool {
    message.hasPrefix("$aws/") && message.contains(#""connection_status":0"#)
  }

  @Test("when asked to, says so in the top line, and tells 0 when the person quits")
  func quits() async throws {
    let sandbox = try TestSandbox()
    let statuses = try statuses(sandbox)
    let screen = try Program.inTerminal(["monitor", "--presence"] + sandbox.options)
    try await screen.wait(seconds: 20, for: "lamp1  presence")
    try await screen.wait(seconds: 20, for: "tcxn")
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    try statuses.wait(for: "0") { isOffline($0) }
    #expect(!statuses.messages.contains { $0.hasPrefix("tcxn/") })
  }

  @Test("by last will when it is killed")
  func killed() async throws {
    let sandbox = try TestSandbox()
    let statuses = try statuses(sandbox)
    let terminal = try PseudoTerminal()
    let program = try ChildProcess(
      [try Program.path, "monitor", "--no-profile"] + sandbox.options,
      environment: [
        "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SHADOWSCOPE_PRESENCE": "true",
        "XDG_STATE_HOME": "/dev/null/none",
      ], input: .descriptor(terminal.terminal), output: .descriptor(terminal.terminal))
    #expect(terminal.collect(seconds: 20) { $0.contains("presence") })
    try statuses.wait(for: "2") { $0.contains(#""connection_status":2"#) }
    program.signal(SIGKILL)
    try statuses.wait(for: "0") { isOffline($0) }
    #expect(statuses.messages.contains { $0.hasPrefix("tcxn/things/lamp1/shadow/update ") })
  }

  @Test(
    "is refused where it cannot be",
    arguments: [
      (["--presence", "--read-only"], "Presence changes the shadow"),
      (
        ["--presence", "--as-owner", "/nowhere", "--thing", "x", "--endpoint", "h"],
        "Only the thing itself can tell its presence."
      ),
    ])
  func refused(_ options: [String], _ words: String) throws {
    let (status, _, errors) = try Program.run(["monitor"] + options)
    #expect(status == 64)
    #expect(errors.hasPrefix("shadowscope: \(words)"))
  }
}
