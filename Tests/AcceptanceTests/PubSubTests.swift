import Glibc
import JSON
import Sandbox
import TestSupport
import Testing
import Thing

@Suite("pub and sub")
struct PubSubTests {
  private let topic = "tcxn/things/lamp1/shadow/backdate"

  /// `sub` of the owner, who may see all, once it is subscribed: what it has printed counts from the
  /// first message on.
  private func subscriber(
    _ sandbox: borrowing TestSandbox, _ more: [String]
  ) throws -> ChildProcess {
    let child = try ChildProcess(
      [Program.path, "sub", "--verbose"] + owner(sandbox) + more, environment: Program.ours)
    try child.wait(seconds: 20, for: "the subscription") { $0.errorText.contains("online") }
    return child
  }

  private func owner(_ sandbox: borrowing TestSandbox) -> [String] {
    [
      "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
      "localhost:\(sandbox.port)",
    ]
  }

  @Test("a message goes from an argument, a file and standard input to sub, byte by byte")
  func roundTrip() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let file = folder.path("message")
    #expect(
      try ChildProcess.run(["sh", "-c", "printf '\\377\\n\\001' > '\(file)'"]).ending == .exited(0))
    let sub = try subscriber(sandbox, ["tcxn/things/+/shadow/#", "--count", "5"])
    let pub = ["pub"] + sandbox.options + [topic]
    #expect(try Program.run(pub + [#"{"a": 1}"#]).status == 0)
    #expect(try Program.run(pub + ["--qos", "0", "on"]).status == 0)
    #expect(try Program.run(pub + ["--file", file]).status == 0)
    #expect(try Program.run(pub + [""]).status == 0)
    let input = try ChildProcess(
      [Program.path] + pub, environment: Program.ours, input: .pipe)
    try input.send("from\na pipe")
    input.closeInput()
    #expect(try input.waitForEnd(seconds: 20) == .exited(0))
    #expect(input.outputText.isEmpty)
    #expect(try sub.waitForEnd(seconds: 20) == .exited(0))
    let ends = sub.outputText.split(separator: "\n").map { line in
      String(line.split(separator: #""\#(topic)","#, maxSplits: 1).last ?? "")
    }
    #expect(
      ends == [
        #""payload":{"a": 1}}"#, #""payloadText":"on"}"#, #""payloadBase64":"/woB"}"#,
        #""payloadText":""}"#, #""payloadText":"from\na pipe"}"#,
      ])
  }

  @Test("sub prints lines for people, and raw ones")
  func shapes() throws {
    let sandbox = try TestSandbox()
    for (options, line) in [
      (["--raw"], "\(topic) on\n"), (["--format", "lines"], " ← \(topic) on\n"),
    ] {
      let sub = try subscriber(sandbox, options + [topic, "--count", "1"])
      #expect(try Program.run(["pub"] + sandbox.options + [topic, "on"]).status == 0)
      #expect(try sub.waitForEnd(seconds: 20) == .exited(0))
      #expect(sub.outputText.hasSuffix(line))
    }
  }

  @Test("pub sends nothing with a read-only profile, and tells how to")
  func readOnly() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let settings = folder.path("config.toml")
    let profile = """
      [profiles.plant]
      thing-dir = "\(sandbox.batch.thing("lamp1").path)"
      endpoint = "localhost:\(sandbox.port)"
      read-only = true
      """
    #expect(
      try ChildProcess.run(["sh", "-c", "printf %s '\(profile)' > '\(settings)'"]).ending
        == .exited(0))
    let pub = ["pub", "--config", settings, "--profile", "plant", topic, "x"]
    let (status, _, errors) = try Program.run(pub)
    #expect(status == 64)
    #expect(errors.contains("Nothing was sent: this connection is read-only."))
    #expect(try Program.run(pub + ["--no-read-only"]).status == 0)
  }

  @Test("pub to a shadow's own topic works, and names the command that does more")
  func ownShadow() async throws {
    let sandbox = try TestSandbox()
    let (status, output, errors) = try Program.run(
      ["pub"] + sandbox.options
        + ["$aws/things/lamp1/shadow/update", #"{"state":{"reported":{"a":1}}}"#])
    #expect(status == 0)
    #expect(output.isEmpty)
    #expect(errors.contains("`shadowscope update`"))
    let options = sandbox.options
    try await waitUntil("the shadow") { try Program.run(["get"] + options).status == 0 }
  }

  @Test(
    "a connection that is cut right after the message ends it with 77 and what a policy must allow")
  func forbidden() throws {
    let broker = try ScriptedBroker { request in
      guard case .publish = request else { return .acknowledge() }
      return .cut
    }
    let (status, _, errors) = try Program.run(["pub"] + broker.options + ["plant/alarm", "x"])
    #expect(status == 77)
    #expect(errors.contains("plant/alarm"))
    #expect(errors.contains("iot:Publish on arn:aws:iot:REGION:ACCOUNT:topic/plant/alarm"))
    // Not a second time.
    #expect(broker.peer.accepted == 1)
  }

  @Test("sub ends with 77 where no filter is permitted, and goes on where one is")
  func refused() throws {
    let broker = try ScriptedBroker { request in
      guard case .subscribe(let filters) = request else { return .acknowledge() }
      return .acknowledge(refusing: filters.filter { $0 != "allowed" })
    }
    let sub = ["sub"] + broker.options + ["--for", "1s"]
    let refused = try Program.run(sub + ["a", "b"])
    #expect(refused.status == 77)
    #expect(refused.errors.contains("refused the subscription to a"))
    let partly = try Program.run(sub + ["a", "allowed"])
    #expect(partly.status == 0)
    #expect(partly.errors.contains("does not permit a;"))
  }

  @Test(
    "bad input of each kind is explained before anything is sent",
    arguments: [
      (["pub", "a/#", "x"], 64, "one topic"), (["pub", "", "x"], 64, "is empty"),
      (["pub", "1/2/3/4/5/6/7/8/9", "x"], 64, "8 slashes"),
      (["pub", "a", "x", "--qos", "2"], 64, "--qos wants 0 or 1."),
      (["pub", "a", "x", "--file", "y"], 64, "not both"),
      (["sub", "a/#/b"], 64, "level by itself"), (["sub"], 64, "filter"),
      (["sub", "a", "--count", "-1"], 64, "--count"),
    ])
  func usage(_ arguments: [String], _ expected: CInt, _ words: String) throws {
    let (status, output, errors) = try Program.run(
      arguments + ["--thing-dir", "nowhere", "--endpoint", "localhost:1"])
    #expect(status == expected)
    #expect(output.isEmpty)
    #expect(errors.contains(words))
  }

  @Test("pub refuses a file that is not there, and one that is too long")
  func files() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let pub = ["pub"] + sandbox.options + [topic, "--file"]
    let missing = try Program.run(pub + [folder.path("none")])
    #expect(missing.status == 66)
    #expect(missing.errors.contains("No such file"))
    let long = folder.path("long")
    #expect(
      try ChildProcess.run(["sh", "-c", "head -c 131073 /dev/zero > '\(long)'"]).ending
        == .exited(0))
    let refused = try Program.run(pub + [long])
    #expect(refused.status == 65)
    #expect(refused.errors.contains("128 KiB"))
  }
}
