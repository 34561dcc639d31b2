import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

@Suite("watch")
struct WatchTests {
  /// Under an id of its own: `update` comes under the thing's, and would throw it out.
  private static let ownID = ["--client-id", "watcher"]

  private func watch(
    _ sandbox: borrowing TestSandbox, _ more: [String],
    output: ChildProcess.Output = .collected
  ) throws -> ChildProcess {
    try ChildProcess(
      [Program.path, "watch"] + sandbox.options + Self.ownID + more, environment: Program.ours,
      output: output)
  }

  /// A pipe whose ends no other child inherits.
  private func makePipe() -> (read: CInt, write: CInt) {
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private func update(_ sandbox: borrowing TestSandbox, _ values: String...) throws {
    #expect(try Program.run(["update"] + sandbox.options + values).status == 0)
  }

  private func members(_ line: Substring) throws -> JSONObject {
    try #require(try JSONParser.parse(String(line)).object)
  }

  @Test("prints the present state and then each message as an object of JSON a line")
  func json() throws {
    let sandbox = try TestSandbox()
    try update(sandbox, "a=1")
    let child = try watch(sandbox, [])
    try child.wait(seconds: 20, for: "the present state") { $0.outputText.contains("get/accepted") }
    try update(sandbox, "a=2")
    try child.wait(seconds: 20, for: "the update") {
      $0.outputText.contains("update/accepted") && $0.outputText.contains("update/documents")
        && $0.outputText.hasSuffix("\n")
    }
    child.signal(SIGINT)
    #expect(try child.waitForEnd(seconds: 20) == .exited(130))
    let lines = try child.outputText.split(separator: "\n").map(members)
    #expect(lines.first?["direction"] == "out")
    let topics = lines.compactMap { $0["topic"]?.string?.split(separator: "shadow/").last }
    #expect(topics.prefix(2) == ["get", "get/accepted"])
    #expect(topics.contains("update"))
    for line in lines {
      #expect(line["time"]?.string?.utf8.count == 24)
      #expect(line["payload"]?.object != nil)
    }
    let documents = lines.first { $0["topic"]?.string?.hasSuffix("documents") == true }
    #expect(documents?["version"] == 2)
    #expect(child.errorText.isEmpty)
  }

  @Test("--changes-only and --path print what changes, and what it changes")
  func changes() async throws {
    let sandbox = try TestSandbox()
    try update(sandbox, "a=1", "/p/q=1")
    let child = try watch(sandbox, ["--path", "/p/q", "--count", "2"])
    try child.wait(seconds: 20, for: "the present state") { $0.outputText.contains("get/accepted") }
    try update(sandbox, "a=2")
    try update(sandbox, "/p/q=2", "a=3")
    #expect(try child.waitForEnd(seconds: 20) == .exited(0))
    let lines = try child.outputText.split(separator: "\n").map(members)
    #expect(lines.count == 2)
    #expect(lines.last?["version"] == 3)
    #expect(
      lines.last?["changes"]?.compact == #"[{"path":"/reported/p/q","old":1,"new":2}]"#)
    let only = try watch(sandbox, ["--changes-only", "--count", "1"])
    // No sign on its output that it is there: its line is what the next update makes.
    let options = sandbox.options
    var value = 10
    try await waitUntil("the end of watch") {
      value += 1
      _ = try Program.run(["update"] + options + ["a=\(value)"])
      return !only.isRunning
    }
    #expect(try only.waitForEnd(seconds: 20) == .exited(0))
    #expect(try members(only.outputText.split(separator: "\n")[0])["changes"] != nil)
  }

  @Test("--raw prints topic, space and payload as they came")
  func raw() throws {
    let sandbox = try TestSandbox()
    let (status, output, _) = try Program.run(
      ["watch"] + sandbox.options + ["--raw", "--count", "1"])
    #expect(status == 0)
    #expect(
      output.hasPrefix("$aws/things/lamp1/shadow/get/rejected {\"code\":404,"))
    #expect(output.hasSuffix("}\n"))
  }

  @Test("lines tell each value that changed, harmlessly and without colours in a pipe")
  func lines() throws {
    let sandbox = try TestSandbox()
    try update(sandbox, "mode=eco")
    let child = try watch(sandbox, ["--format", "lines"])
    try child.wait(seconds: 20, for: "the present state") {
      $0.outputText.contains("= reported mode  eco\n")
    }
    try update(sandbox, "mode=\"\\u001b[31m\"", "b=true")
    try child.wait(seconds: 20, for: "the changes") { $0.outputText.contains("b  true\n") }
    #expect(child.outputText.contains("v2     ~ reported mode  eco → ␛[31m\n"))
    #expect(!child.outputText.contains("\u{1B}"))
    child.signal(SIGINT)
    #expect(try child.waitForEnd(seconds: 10) == .exited(130))
  }

  @Test("--for ends it: with 0, or with 124 where --count was not reached")
  func time() throws {
    let sandbox = try TestSandbox()
    #expect(try Program.run(["watch"] + sandbox.options + ["--for", "500ms"]).status == 0)
    let (status, _, errors) = try Program.run(
      ["watch"] + sandbox.options + ["--for", "500ms", "--count", "9"])
    #expect(status == 124)
    #expect(errors.contains("8 of the messages did not come"))
  }

  @Test("ends without a word when nobody reads any more, also while nothing comes")
  func closedPipe() throws {
    let sandbox = try TestSandbox()
    let ends = makePipe()
    let child = try watch(sandbox, [], output: .descriptor(ends.write))
    close(ends.write)
    var byte: UInt8 = 0
    #expect(read(ends.read, &byte, 1) == 1)
    close(ends.read)
    #expect(try child.waitForEnd(seconds: 20) == .exited(141))
    #expect(child.errorText.isEmpty)
  }

  @Test(
    "a reader that does not read holds nothing up, costs little, and is told what it missed",
    arguments: [SIGTERM, SIGINT])
  func slowReader(_ signal: CInt) throws {
    let sandbox = try TestSandbox()
    let ends = makePipe()
    let child = try watch(sandbox, [], output: .descriptor(ends.write))
    close(ends.write)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    #expect(read(ends.read, &buffer, 10) == 10)
    // Far more than the pipe and all that may wait.
    let text = String(repeating: "x", count: 60_000)
    let topic = "$aws/things/lamp1/shadow/update"
    for _ in 0..<8 {
      let (ending, _, errors) = try ChildProcess.run(
        [
          "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do echo '{\"x\":\"\(text)\"}'; done | \"$@\"", "-",
          "mosquitto_pub", "-h", "localhost", "-p", "\(sandbox.port)", "--cafile",
          sandbox.batch.authority, "--cert", sandbox.batch.owner.certificate, "--key",
          sandbox.batch.owner.privateKey, "-V", "mqttv311", "-q", "1", "-t", topic, "-l",
        ], seconds: 30)
      #expect(ending == .exited(0), "\(errors)")
    }
    if signal == SIGTERM {
      // It reads on: what is missing is told in the place where it is missing.
      var received: [UInt8] = []
      while String(decoding: received, as: UTF8.self).firstRange(of: #"Z","dropped":"#) == nil {
        let count = read(ends.read, &buffer, buffer.count)
        guard count > 0 else { break }
        received += buffer[..<count]
      }
      #expect(String(decoding: received, as: UTF8.self).contains(#"Z","dropped":"#))
      try child.wait(for: "words on what is missing") {
        $0.errorText.contains("were left out: the reader is slow.")
      }
    }
    // Blocked or not, it ends at once.
    child.signal(signal)
    #expect(try child.waitForEnd(seconds: 10) == .exited(128 + signal))
    close(ends.read)
  }

  @Test("goes on over a broker that is started anew, and says so on standard error")
  func reconnection() async throws {
    let folder = try TemporaryFolder()
    let sandbox = try SandboxProgram(in: folder.path("sandbox"), ["--thing", "lamp1"])
    let options = sandbox.options("lamp1")
    #expect(try Program.run(["update"] + options + ["a=1"]).status == 0)
    let child = try ChildProcess(
      [Program.path, "watch"] + options + Self.ownID + ["--format", "lines"],
      environment: Program.ours)
    try child.wait(seconds: 20, for: "the present state") {
      $0.outputText.contains("= reported a  1\n")
    }
    let brokers = processes(mentioning: folder.path("sandbox/broker"))
    #expect(brokers.count == 1)
    for broker in brokers { kill(broker, SIGKILL) }
    try child.wait(seconds: 30, for: "the return") { $0.errorText.contains("Connected again") }
    #expect(child.errorText.contains("Connection lost: "))
    try await waitUntil("an update that is accepted") {
      try Program.run(["update"] + options + ["a=2"]).status == 0
    }
    try child.wait(seconds: 20, for: "the change") { $0.outputText.contains("a  1 → 2\n") }
    child.signal(SIGTERM)
    #expect(try child.waitForEnd(seconds: 10) == .exited(143))
    try sandbox.stop()
  }

  @Test(
    "explains what cannot be",
    arguments: [
      (["--raw", "--format", "json"], "Give only one of --raw and --format."),
      (["--count", "0"], "--count wants 1 or more."), (["--for", "5"], "--for"),
      (["--format", "xml"], "--format"), (["--path", "/a~2"], "--path"),
    ])
  func usage(_ options: [String], _ words: String) throws {
    let (status, output, errors) = try Program.run(
      ["watch", "--thing-dir", "nowhere", "--endpoint", "localhost:1"] + options)
    #expect(status == 64)
    #expect(output.isEmpty)
    #expect(errors.contains(words))
  }

  @Test("ends with the status of a connection that never comes about")
  func noConnection() throws {
    let sandbox = try TestSandbox()
    let folder = sandbox.batch.thing("lamp1").path
    let (status, output, errors) = try Program.run([
      "watch", "--thing-dir", folder, "--endpoint", "localhost:1",
    ])
    #expect(status == 69)
    #expect(output.isEmpty)
    #expect(errors.contains("refused"))
  }
}
