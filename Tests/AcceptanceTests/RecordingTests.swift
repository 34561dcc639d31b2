import Glibc
import JSON
import Recordings
import Sandbox
import TestSupport
import Testing
import Thing

@Suite("record and replay")
struct RecordingTests {
  /// A recording of two updates of lamp1, made by the command and ended by Control-C.
  ///
  /// - Returns: what it said.
  private func record(
    _ sandbox: borrowing TestSandbox, to path: String
  ) throws -> String {
    let child = try ChildProcess(
      [Program.path, "record"] + sandbox.options + [path], environment: Program.ours)
    // Once the first answer is there it is subscribed.
    try child.wait(for: "the first answer") { _ in
      Self.topics(in: path, ending: "/get/accepted") > 0
    }
    for value in ["2", "3"] {
      #expect(try Program.run(["update"] + owner(sandbox) + ["a=\(value)"]).status == 0)
    }
    try child.wait(for: "both updates") { _ in Self.topics(in: path, ending: "/documents") == 2 }
    child.signal(SIGINT)
    #expect(try child.waitForEnd(seconds: 30) == .exited(0))
    return child.errorText
  }

  /// How many messages of a recording have a topic with such an end.
  private static func topics(in path: String, ending: String) -> Int {
    guard let reader = try? RecordingReader(path) else { return 0 }
    return (0..<reader.index.count).filter { number in
      guard case .message(let message)? = reader.line(number)?.content else { return false }
      return message.topic.hasSuffix(ending)
    }.count
  }

  private func owner(_ sandbox: borrowing TestSandbox) -> [String] {
    [
      "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
      "localhost:\(sandbox.port)",
    ]
  }

  private func thing(_ name: String, _ sandbox: borrowing TestSandbox) -> [String] {
    ["--thing-dir", sandbox.batch.thing(name).path, "--endpoint", "localhost:\(sandbox.port)"]
  }

  @Test("what record wrote is played into another thing of a sandbox, which then is the same")
  func roundTrip() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let path = folder.path("r.ndjson")
    #expect(try Program.run(["update"] + owner(sandbox) + ["a=1", "b=x"]).status == 0)
    let words = try record(sandbox, to: path)
    #expect(words.contains("recording to \(path)") && words.contains("recorded "))
    let check = try Program.run(["replay", path, "--check"])
    #expect(check.status == 0 && check.errors.isEmpty)
    let summary = try JSONParser.parse(check.output.utf8).object
    #expect(summary?["thing"] == "lamp1" && summary?["ended"] == true)
    let fed = try Program.run(
      ["replay", path, "--to-sandbox", "--speed", "max"] + thing("lamp2", sandbox))
    #expect(fed.status == 0)
    #expect(try JSONParser.parse(fed.output.utf8).object?["rejected"] == 0)
    let state = try ["lamp1", "lamp2"].map { name in
      try JSONParser.parse(Program.run(["get"] + thing(name, sandbox)).output.utf8).object?["state"]
    }
    #expect(state[0] == state[1] && state[0] != nil)
  }

  @Test("a damaged recording is fed up to the damage, which ends it with 65 and its line")
  func damaged() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let header = RecordingHeader(thing: "lamp1", shadows: [nil], endpoint: nil, start: 1000)
    let update = RecordedLine(
      time: 1000,
      .message(
        RecordedMessage(
          .incoming, topic: "$aws/things/lamp1/shadow/update",
          payload: Array(#"{"state":{"reported":{"a":7}}}"#.utf8))))
    let bytes = header.line + update.bytes + Array("{\"time\":oops}\n".utf8) + update.bytes
    try folder.write(String(decoding: bytes, as: UTF8.self), to: "r.ndjson")
    let path = folder.path("r.ndjson")
    let check = try Program.run(["replay", path, "--check"])
    #expect(check.status == 65)
    #expect(check.errors.contains("Line 3 is damaged at column 9"))
    #expect(try JSONParser.parse(check.output.utf8).object?["damage"]?.object?["line"] == 3)
    let fed = try Program.run(
      ["replay", path, "--to-sandbox", "--speed", "max"] + thing("lamp1", sandbox))
    #expect(fed.status == 65 && fed.errors.contains("Line 3 is damaged at column 9"))
    #expect(fed.output == "{\"requests\":1,\"accepted\":1,\"rejected\":0,\"unanswered\":0}\n")
  }

  @Test(
    "wrong input ends with its status and words",
    arguments: [
      (["replay", "/nowhere/r.ndjson"], 66, "No such file"),
      (["replay", "/"], 66, "Is a directory"),
      (["replay", "/dev/null"], 66, "cannot be read"),
      (["replay", "/etc/passwd"], 65, "is no recording"),
      (["replay", "x", "--speed", "fast"], 64, "--speed"),
      (["replay", "x", "--check", "--to-sandbox"], 64, "only one of"),
      (["replay"], 64, "<file>"), (["record", "--count", "0"], 64, "--count"),
      (["record", ""], 64, "needs a name"),
    ] as [([String], CInt, String)])
  func wrong(_ arguments: [String], _ status: CInt, _ words: String) throws {
    let ended = try Program.run(arguments)
    #expect(ended.status == status && ended.output.isEmpty)
    #expect(ended.errors.contains(words), "\(ended.errors)")
  }

  @Test("a recording of a later version is refused, and so is an endpoint that is no sandbox")
  func refused() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let header = RecordingHeader(thing: "lamp1", shadows: [nil], endpoint: nil, start: 1000)
    let line = String(decoding: header.line, as: UTF8.self)
    try folder.write(line, to: "r.ndjson")
    try folder.write(line.replacing("\"version\":1", with: "\"version\":2"), to: "later.ndjson")
    let later = try Program.run(["replay", folder.path("later.ndjson"), "--check"])
    #expect(later.status == 65 && later.errors.contains("version 2"))
    let elsewhere = try Program.run([
      "replay", folder.path("r.ndjson"), "--to-sandbox", "--thing-dir",
      sandbox.batch.thing("lamp1").path, "--endpoint", "broker.example.com",
    ])
    #expect(elsewhere.status == 64 && elsewhere.errors.contains("no sandbox on this machine"))
  }

  @Test("record leaves a file alone, tells a folder that is not there and a full disk")
  func notWritten() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "r.ndjson")
    let path = folder.path("r.ndjson")
    let there = try Program.run(["record"] + sandbox.options + [path])
    #expect(there.status == 73 && there.errors.contains("--force"))
    #expect(Files.bytes(of: path, limit: 99) == Array("mine".utf8))
    let nowhere = try Program.run(["record"] + sandbox.options + [folder.path("none/r.ndjson")])
    #expect(nowhere.status == 73)
    let full = try ChildProcess.run(
      ["sh", "-c", "\"$0\" record \"$@\" - > /dev/full", Program.path] + sandbox.options)
    #expect(full.ending == .exited(73) && full.errors.contains("No space left"))
    let soon = try Program.run(
      ["record", "--for", "300ms", "--count", "50", "--force"] + sandbox.options + [path])
    #expect(soon.status == 124 && soon.errors.contains("fewer messages"))
  }

  @Test("a disk that is full in the middle ends record with 73 and leaves whole lines")
  func full() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    let path = folder.path("r.ndjson")
    // A limit on the file's size, in blocks of 512 bytes, is what a full disk comes to.
    let child = try ChildProcess(
      ["sh", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" record \"$@\"", Program.path]
        + sandbox.options + [path], environment: Program.ours)
    try child.wait(for: "the first answer") { _ in
      Self.topics(in: path, ending: "/get/rejected") > 0
    }
    var tries = 0
    while child.isRunning, tries < 20 {
      #expect(try Program.run(["update"] + owner(sandbox) + ["a=\(tries)"]).status == 0)
      tries += 1
    }
    #expect(try child.waitForEnd(seconds: 30) == .exited(73))
    #expect(child.errorText.contains("recorded before"))
    let reader = try RecordingReader(path)
    #expect(reader.damage == nil && reader.index.messages > 2)
  }

  @Test("a connection that does not come about leaves the file that was there before")
  func unreached() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "r.ndjson")
    for name in ["r.ndjson", "new.ndjson"] {
      let unreached = try Program.run([
        "record", "--thing-dir", sandbox.batch.thing("lamp1").path, "--endpoint", "localhost:1",
        "--force", folder.path(name),
      ])
      #expect(unreached.status == 69)
    }
    #expect(Files.bytes(of: folder.path("r.ndjson"), limit: 99) == Array("mine".utf8))
    #expect(entries(of: folder.path) == ["r.ndjson"])
  }

  @Test("w in the monitor makes a recording that replay shows")
  func monitor() async throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    #expect(try Program.run(["update"] + owner(sandbox) + ["temperature=21.5"]).status == 0)
    let screen = try TmuxSession(
      [Program.path, "monitor"] + sandbox.options,
      environment: ["XDG_CONFIG_HOME": "/dev/null/none", "XDG_STATE_HOME": "/dev/null/none"],
      in: folder.path)
    try await screen.wait(seconds: 20, for: "21.5")
    try screen.press("w")
    try await screen.wait(seconds: 20, for: "● rec")
    #expect(try Program.run(["update"] + owner(sandbox) + ["temperature=22.25"]).status == 0)
    try await screen.wait(seconds: 20, for: "22.25")
    try screen.press("w")
    try await screen.wait(seconds: 20, for: "Recorded")
    let name = try #require(entries(of: folder.path).first { $0.hasSuffix(".ndjson") })
    let replay = try Program.inTerminal(["replay", folder.path(name), "--speed", "max"])
    let shown = try await replay.wait(seconds: 20, for: "ended ")
    #expect(shown.contains("replay") && shown.contains("22.25"))
    try replay.press("{")
    try await replay.wait(seconds: 20, for: "22.25")
    try replay.press("e")
    try await replay.wait(seconds: 20, for: "This is a replay: nothing is staged")
  }
}
