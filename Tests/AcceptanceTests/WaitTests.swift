import JSON
import Sandbox
import TestSupport
import Testing

@Suite("wait")
struct WaitTests {
  @Test("ends at once where the condition is true, and prints what it looks at")
  func already() throws {
    let sandbox = try TestSandbox()
    try Self.update(["firmware=2.10", "mode=eco", "a.b=1"], in: sandbox)
    let (status, output, errors) = try Program.run(
      ["wait"] + sandbox.options + [
        #"reported.firmware == 2.1 and (exists(desired) || reported."a.b" >= 1)"#
      ])
    #expect(status == 0)
    #expect(
      output == #"{"reported.firmware":2.10,"desired":null,"reported[\"a.b\"]":1}"# + "\n")
    #expect(errors.isEmpty)
  }

  @Test("ends when it becomes true, and --quiet prints nothing")
  func becoming() throws {
    let sandbox = try TestSandbox()
    let wait = try Self.start(["changed(reported.a) && version > 1", "--quiet"], in: sandbox)
    // The owner's connection leaves the thing's alone.
    for value in 1...3 { try Self.update(["a=\(value)"], in: sandbox, asOwner: true) }
    #expect(try wait.waitForEnd(seconds: 30) == .exited(0))
    #expect(wait.outputText.isEmpty)
  }

  @Test("an age becomes true without a message")
  func age() throws {
    let sandbox = try TestSandbox()
    try Self.update(["a=1"], in: sandbox)
    let (status, output, _) = try Program.run(
      ["wait"] + sandbox.options + ["age(reported.a) > 1", "--timeout", "20s"])
    #expect(status == 0)
    let age = try JSONParser.parse(output.utf8).object?["age(reported.a)"]?.integer ?? 0
    #expect((2...5).contains(age))
  }

  @Test("tells which parts are false, and what was last seen, when the time is over")
  func timeout() throws {
    let sandbox = try TestSandbox()
    try Self.update(["mode=eco", "on=true"], in: sandbox)
    let (status, output, errors) = try Program.run(
      ["wait"] + sandbox.options + [
        "reported.on && reported.mode == desired.mode && version == 7", "--timeout", "0s",
      ])
    #expect(status == 124)
    #expect(output.isEmpty)
    #expect(
      errors == """
        shadowscope: The condition was not true within 0s.
          These parts are false:
            reported.mode == desired.mode
              reported.mode is "eco"
              desired.mode is not there
            version == 7
              version is 1

        """)
  }

  @Test("a thing without a shadow is no failure before the time is over")
  func missing() throws {
    let sandbox = try TestSandbox()
    let (status, output, errors) = try Program.run(
      ["wait"] + sandbox.options + ["!exists(reported.a)", "--timeout", "0s"])
    #expect(status == 124)
    #expect(output.isEmpty)
    #expect(errors.contains("The thing has no shadow (404)."))
  }

  @Test("goes on after the connection was lost, and says so")
  func reconnection() throws {
    let sandbox = try TestSandbox()
    let wait = try Self.start(["reported.a == 2", "--timeout", "60s"], in: sandbox)
    // Two of one client id: the broker throws the first one out.
    try Self.update(["a=1"], in: sandbox)
    try wait.wait(for: "the loss") { $0.errorText.contains("Connection lost") }
    try Self.update(["a=2"], in: sandbox, asOwner: true)
    #expect(try wait.waitForEnd(seconds: 30) == .exited(0))
    #expect(wait.outputText == #"{"reported.a":2}"# + "\n")
  }

  @Test("the time counts from the start, though the service has not told the shadow")
  func untold() throws {
    let sandbox = try TestSandbox(faults: ["drop kind=accepted,rejected"])
    let (status, output, errors) = try Program.run(
      ["wait"] + sandbox.options + ["reported.a == 1", "--timeout", "300ms"])
    #expect(status == 124)
    #expect(output.isEmpty)
    #expect(errors.contains("The service has not told the shadow."))
    #expect(!errors.contains("Asking again."))
  }

  @Test(
    "explains what is wrong before it connects",
    arguments: [
      (
        ["reported.a = 1"], 64,
        "The condition is malformed.\n  reported.a = 1\n             ^ expected '=='"
      ),
      (["desird.a"], 64, "did you mean 'desired'?"), ([""], 64, "expected a path, a value or '('"),
      (["\u{1B}[2J"], 64, "\u{FFFD}[2J"), ([], 64, "Missing expected argument '<condition>'"),
      (["version == 1", "--timeout", "5"], 64, "--timeout"),
      (["version == 1", "version == 2"], 64, "Unexpected argument"),
    ] as [([String], CInt, String)])
  func malformed(_ arguments: [String], _ status: CInt, _ words: String) throws {
    let run = try Program.run(
      ["wait", "--thing-dir", "/nowhere", "--endpoint", "localhost:1"] + arguments)
    #expect(run.status == status)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(words))
    #expect(!run.errors.contains("\u{1B}"))
  }

  @Test("a broker that is not there has its own status")
  func unreachable() throws {
    let sandbox = try TestSandbox()
    let thing = sandbox.batch.thing("lamp1").path
    let run = try Program.run(
      ["wait", "--thing-dir", thing, "--endpoint", "localhost:1", "version == 1"])
    #expect(run.status == 69)
    #expect(run.output.isEmpty)
  }

  // MARK: -

  private static func update(
    _ values: [String], in sandbox: borrowing TestSandbox, asOwner: Bool = false
  ) throws {
    let who =
      asOwner
      ? [
        "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
        "localhost:\(sandbox.port)",
      ] : sandbox.options
    let run = try Program.run(["update"] + who + values)
    try #require(run.status == 0, "\(run.errors)")
  }

  /// A wait that has the answer to its first question.
  private static func start(
    _ arguments: [String], in sandbox: borrowing TestSandbox
  ) throws -> ChildProcess {
    let wait = try ChildProcess(
      [Program.path, "wait"] + sandbox.options + ["--verbose"] + arguments,
      environment: Program.ours)
    try wait.wait(for: "the answer") { $0.errorText.contains("rejected in") }
    return wait
  }
}
