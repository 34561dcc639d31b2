import Glibc
import JSON
import Sandbox
import Synchronization
import TestSupport
import Testing

/// A file of observations, and a folder for what is kept between runs.
private struct BackdateScene: ~Copyable {
  let folder: TemporaryFolder
  let file: String

  /// Writes the file.
  init(_ text: String, named name: String = "past.ndjson") throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: name)
    file = folder.path(name)
    self.folder = folder
  }

  private var environment: [String: String] {
    Program.ours.merging(["XDG_STATE_HOME": folder.path("state"), "TZ": "UTC"]) { $1 }
  }

  /// Runs `backdate` on the file to its end.
  func run(
    _ options: [String], _ arguments: [String] = ["--yes"]
  ) throws -> (status: CInt?, summary: JSONObject, errors: String) {
    let (status, output, errors) = try Program.run(
      ["backdate"] + options + arguments + [file], environment: environment)
    return (status, Self.summary(output), errors)
  }

  /// Starts `backdate` on the file.
  func start(_ options: [String], _ arguments: [String]) throws -> ChildProcess {
    try ChildProcess(
      [Program.path, "backdate"] + options + ["--yes"] + arguments + [file],
      environment: environment)
  }

  static func summary(_ output: String) -> JSONObject {
    (try? JSONParser.parse(output))?.object ?? JSONObject()
  }

  /// Lines of JSON with moments a second apart.
  static func lines(_ count: Int) -> String {
    (0..<count).map { "{\"timestamp\":\(1_700_000_000_000 + $0 * 1000),\"n\":\($0)}\n" }.joined()
  }
}

extension TestSandbox {
  /// The payloads that were stored of lamp1.
  fileprivate var stored: [String] {
    running.observations(of: "lamp1").map { String(decoding: $0, as: UTF8.self) }
  }

  /// The `n` of each that was stored.
  fileprivate var numbers: [Int] {
    running.observations(of: "lamp1").compactMap { payload in
      let path = JSONPath(keys: ["state", "reported", "n"])
      return (try? JSONParser.parse(payload))?[path]?.integer.map(Int.init)
    }
  }
}

@Suite("backdate")
struct BackdateTests {
  @Test("has each line stored once, in order, as it is written, and leaves the shadow alone")
  func lines() async throws {
    let sandbox = try TestSandbox()
    let scene = try BackdateScene(
      #"{"timestamp":1700000000000,"t":21.50}"# + "\n"
        + #"{"state":{"reported":{"t":1e2}},"timestamp":1700000001000}"# + "\n")
    let run = try scene.run(sandbox.options)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      JSONValue.object(run.summary).compact
        == #"{"messages":2,"sent":2,"acknowledged":2,"unknown":0,"skipped":0,"unsent":0,"#
        + #""first":1700000000000,"last":1700000001000}"#)
    #expect(run.errors.contains("the shadow does not change, no rule is triggered"))
    #expect(run.errors.contains("from 2023-11-14T22:13:20Z to 2023-11-14T22:13:21Z"))
    try await waitUntil("both") { sandbox.running.observations(of: "lamp1").count == 2 }
    #expect(
      sandbox.stored == [
        #"{"state":{"reported":{"t":21.50}},"timestamp":1700000000000}"#,
        #"{"state":{"reported":{"t":1e2}},"timestamp":1700000001000}"#,
      ])
    #expect(try Program.run(["get"] + sandbox.options).status == 4)
    let second = try scene.run(sandbox.options)
    #expect(second.status == 0)
    #expect(second.summary["sent"] == 0)
    #expect(second.summary["skipped"] == 2)
    #expect(second.errors.contains("Nothing is left to send"))
    let anew = try scene.run(sandbox.options, ["--yes", "--restart"])
    #expect(anew.summary["acknowledged"] == 2)
    try await waitUntil("both again") { sandbox.running.observations(of: "lamp1").count == 4 }
  }

  @Test("reads a table, with local times that it tells of")
  func table() async throws {
    let sandbox = try TestSandbox()
    let scene = try BackdateScene(
      "when,kitchen/temp,/pump/flow,iccid\n2023-11-14T22:13:21,20.50,3,8946\n1700000000000,,4,\n",
      named: "past.csv")
    let run = try scene.run(
      sandbox.options, ["--yes", "--time-column", "when", "--text", "iccid", "--sort"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("1 time names no zone and is taken for this machine's local time"))
    #expect(run.errors.contains("Resources: /pump/flow, /kitchen~1temp, /iccid."))
    try await waitUntil("both") { sandbox.running.observations(of: "lamp1").count == 2 }
    #expect(
      sandbox.stored == [
        #"{"state":{"reported":{"pump":{"flow":4}}},"timestamp":1700000000000}"#,
        #"{"state":{"reported":{"kitchen/temp":20.50,"pump":{"flow":3},"iccid":"8946"}},"#
          + #""timestamp":1700000001000}"#,
      ])
  }

  @Test("killed at any moment, it goes on where it was and stores nothing twice")
  func killed() async throws {
    let sandbox = try TestSandbox()
    let scene = try BackdateScene(BackdateScene.lines(40))
    let options = sandbox.options
    for count in [7, 19] {
      let child = try scene.start(options, ["--rate", "8"])
      try await waitUntil("some") { sandbox.running.observations(of: "lamp1").count >= count }
      child.signal(SIGKILL)
      #expect(try child.waitForEnd() == .killed(signal: SIGKILL))
    }
    let last = try scene.run(options)
    #expect(last.status == 0, "\(last.errors)")
    #expect(last.errors.contains("Continuing at line "))
    let acknowledged = Int(last.summary["acknowledged"]?.integer ?? 0)
    let skipped = Int(last.summary["skipped"]?.integer ?? 0)
    #expect(acknowledged + skipped == 40)
    try await waitUntil("the last") { sandbox.numbers.contains(39) }
    let numbers = sandbox.numbers
    #expect(Set(numbers).count == numbers.count, "twice: \(numbers)")
    #expect(numbers == numbers.sorted())
    // What is missing was told to be in doubt.
    if numbers.count < 40 { #expect(last.errors.contains("MIC may have"), "\(last.errors)") }
  }

  @Test("tells what was on its way when it was killed, leaves it out, and sends it with --again")
  func doubt() async throws {
    let ledger = Ledger()
    // Seven are acknowledged, the rest is held until it is let go.
    let broker = try ScriptedBroker { request in
      guard case .publish = request else { return .acknowledge() }
      return ledger.take() > 7 && ledger.holds ? .ignore : .acknowledge()
    }
    let scene = try BackdateScene(BackdateScene.lines(30))
    let child = try scene.start(broker.options, [])
    try await waitUntil("ten in flight") { ledger.count == 17 }
    child.signal(SIGKILL)
    #expect(try child.waitForEnd() == .killed(signal: SIGKILL))
    ledger.release()
    let second = try scene.run(broker.options)
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("Continuing at line 18: 7 messages acknowledged earlier."))
    #expect(second.errors.contains("Lines 8 to 17 were on the way when an earlier run"))
    #expect(second.errors.contains("Left out; --again sends them."))
    #expect(second.summary["acknowledged"] == 13)
    #expect(second.summary["skipped"] == 17)
    #expect(ledger.count == 30)
    let third = try scene.run(broker.options, ["--yes", "--again"])
    #expect(third.summary["acknowledged"] == 10)
    #expect(third.errors.contains("Sent again, MIC may store them twice."))
    #expect(ledger.count == 40)
    #expect(try scene.run(broker.options).errors.contains("Nothing is left to send: 30 messages"))
    #expect(ledger.count == 40)
  }

  @Test("waits for the connection, goes on with what was not sent, and tells what is in doubt")
  func lost() throws {
    let ledger = Ledger()
    let broker = try ScriptedBroker { request in
      guard case .publish = request else { return .acknowledge() }
      return ledger.take() == 6 ? .cut : .acknowledge()
    }
    let scene = try BackdateScene(BackdateScene.lines(20))
    let run = try scene.run(broker.options, ["--yes", "--in-flight", "1"])
    #expect(run.status == 75, "\(run.errors)")
    #expect(run.summary["acknowledged"] == 19)
    #expect(run.summary["unknown"] == 1)
    #expect(run.summary["unsent"] == 0)
    #expect(run.errors.contains("It is not known whether the broker has line 6."))
    #expect(ledger.count == 20)
    let again = try scene.run(broker.options)
    #expect(again.status == 0)
    #expect(again.errors.contains("Line 6 was on the way when an earlier run"))
    #expect(ledger.count == 20)
  }

  @Test("ends at once where the topic is forbidden")
  func forbidden() throws {
    let broker = try ScriptedBroker { request in
      guard case .publish = request else { return .acknowledge() }
      return .cut
    }
    let scene = try BackdateScene(BackdateScene.lines(20))
    let run = try scene.run(broker.options, ["--yes", "--in-flight", "1"])
    #expect(run.status == 77, "\(run.errors)")
    #expect(run.errors.contains("tcxn/things/lamp1/shadow/backdate"))
    #expect(run.summary["unknown"] == 1)
    #expect(run.summary["unsent"] == 19)
    #expect(broker.peer.accepted == 1)
  }

  @Test("gives a lost connection up after --timeout, and goes on with the next run")
  func timeout() throws {
    let ledger = Ledger()
    // One connection, cut in its third message; then none for a while.
    let broker = try ScriptedBroker { request in
      guard case .publish = request else { return ledger.count < 3 ? .acknowledge() : .cut }
      return ledger.take() == 3 ? .cut : .acknowledge()
    }
    let scene = try BackdateScene(BackdateScene.lines(9))
    let run = try scene.run(
      broker.options, ["--yes", "--in-flight", "1", "--timeout", "200ms"])
    #expect(run.status == 69, "\(run.errors)")
    #expect(run.errors.contains("did not come back within 200ms"), "\(run.errors)")
    #expect(run.errors.contains("2 messages are acknowledged, 6 not sent: run it again to go on."))
    #expect(run.summary["unsent"] == 6)
  }

  @Test("Control-C ends it after what is in flight is acknowledged, and nothing is in doubt")
  func interrupted() async throws {
    let sandbox = try TestSandbox()
    let scene = try BackdateScene(BackdateScene.lines(30))
    let child = try scene.start(sandbox.options, ["--rate", "5"])
    try await waitUntil("some") { sandbox.running.observations(of: "lamp1").count >= 5 }
    child.signal(SIGINT)
    #expect(try child.waitForEnd(seconds: 20) == .exited(130))
    #expect(child.errorText.contains("Interrupted."))
    let summary = BackdateScene.summary(child.outputText)
    #expect(summary["unknown"] == 0)
    let rest = try scene.run(sandbox.options)
    #expect(rest.status == 0)
    #expect(rest.summary["acknowledged"] == summary["unsent"])
    #expect(!rest.errors.contains("MIC may have"))
    try await waitUntil("all") { sandbox.running.observations(of: "lamp1").count == 30 }
    #expect(sandbox.numbers == Array(0..<30))
  }

  @Test("lets no two send the same file at once")
  func twoAtOnce() async throws {
    let sandbox = try TestSandbox()
    let scene = try BackdateScene(BackdateScene.lines(30))
    let child = try scene.start(sandbox.options, ["--rate", "5"])
    try await waitUntil("some") { !sandbox.running.observations(of: "lamp1").isEmpty }
    let other = try scene.run(sandbox.options)
    #expect(other.status == 69)
    #expect(other.errors.contains("Another shadowscope is sending this file."))
    #expect(other.errors.contains("It is process \(child.identifier)."))
    child.signal(SIGTERM)
    #expect(try child.waitForEnd(seconds: 20) == .exited(143))
  }

  @Test("goes on only with the options that it was begun with")
  func otherOptions() throws {
    let sandbox = try TestSandbox()
    let scene = try BackdateScene("time,id\n1700000000000,7\n", named: "past.csv")
    #expect(try scene.run(sandbox.options).status == 0)
    let other = try scene.run(sandbox.options, ["--yes", "--text", "id"])
    #expect(other.status == 64)
    #expect(other.errors.contains("made other messages of it"))
    #expect(try scene.run(sandbox.options, ["--yes", "--text", "id", "--restart"]).status == 0)
  }

  @Test("--check and --dry-run need no network, and send nothing")
  func previews() throws {
    let scene = try BackdateScene(
      #"{"timestamp":1700000000000,"t":1}"# + "\n" + #"{"timestamp":1700000000000,"p":{"x":2}}"#)
    let check = try scene.run([], ["--check"])
    #expect(check.status == 0, "\(check.errors)")
    #expect(
      JSONValue.object(check.summary).compact
        == #"{"messages":1,"lines":2,"first":1700000000000,"last":1700000000000,"#
        + #""localTimes":0,"resources":["/t","/p/x"]}"#)
    let dry = try Program.run(["backdate", "--thing", "lamp1", "--dry-run", scene.file])
    #expect(
      dry.output == "tcxn/things/lamp1/shadow/backdate "
        + #"{"state":{"reported":{"t":1,"p":{"x":2}}},"timestamp":1700000000000}"# + "\n")
  }

  @Test("asks on a terminal, and says what it would do", arguments: ["n", "y"])
  func asks(_ answer: String) async throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    try folder.write(BackdateScene.lines(3), to: "past.ndjson")
    let session = try Program.inLastingTerminal(
      ["backdate"] + sandbox.options + [folder.path("past.ndjson")],
      environment: ["XDG_STATE_HOME": folder.path("state")])
    _ = try await session.wait(for: "Send them? [y/N]")
    try session.press(answer, "Enter")
    _ = try await session.wait(for: "ended \(answer == "y" ? 0 : 1)")
    let expected = answer == "y" ? 3 : 0
    try await waitUntil("what was sent") {
      sandbox.running.observations(of: "lamp1").count == expected
    }
  }

  @Test(
    "is explained where something is wrong, and sends nothing",
    arguments: [
      ("{\"a\":1}\n{}\n", [], 65, ["line 1: it has no “timestamp”", "line 2: it has no"]),
      ("{\"timestamp\":1700000000,\"a\":1}", [], 65, ["is surely seconds", "add --seconds"]),
      ("", [], 65, ["the file is empty"]),
      ("{\"timestamp\":1700000000000,\"a\":1}", ["--text", "a"], 64, ["are for tables"]),
      ("{\"timestamp\":1700000000000,\"a\":1}", ["--shadow", "x"], 64, ["no --shadow"]),
      ("{\"timestamp\":1700000000000,\"a\":1}", ["--rate", "1001"], 64, ["0 to 1000"]),
      ("{\"timestamp\":1700000000000,\"a\":1}", ["--in-flight", "11"], 64, ["1 to 10"]),
      ("{\"timestamp\":1700000000000,\"a\":1}", ["--separator", ";;"], 64, ["one ASCII"]),
      ("{\"timestamp\":1700000000000,\"a\":1}", ["--again", "--restart"], 64, ["only one"]),
      (
        "{\"timestamp\":1700000000000,\"a\":1}", ["--thing-dir", "/nowhere/lamp1"], 66,
        ["no folder"]
      ),
    ] as [(String, [String], CInt, [String])])
  func badInput(_ text: String, _ arguments: [String], _ status: CInt, _ words: [String]) throws {
    let scene = try BackdateScene(text, named: "past")
    let run = try scene.run(["--endpoint", "localhost:1"], arguments)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.summary.isEmpty)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
  }

  @Test("needs --yes where nobody can be asked, and a place to keep how far it came")
  func conditions() throws {
    let sandbox = try TestSandbox()
    let scene = try BackdateScene(BackdateScene.lines(2))
    let unasked = try scene.run(sandbox.options, [])
    #expect(unasked.status == 64)
    #expect(unasked.errors.contains("add --yes"))
    let homeless = try Program.run(["backdate"] + sandbox.options + ["--yes", scene.file])
    #expect(homeless.status == 73)
    #expect(homeless.errors.contains("--no-journal sends all the same"))
    let careless = try Program.run(
      ["backdate"] + sandbox.options + ["--yes", "--no-journal", scene.file])
    #expect(careless.status == 0, "\(careless.errors)")
    let absent = try Program.run(["backdate"] + sandbox.options + ["--yes", "/nowhere.csv"])
    #expect(absent.status == 66)
  }
}

/// Counts what a scripted broker is sent.
private final class Ledger: Sendable {
  private let state = Mutex((count: 0, holds: true))

  var count: Int { state.withLock(\.count) }
  var holds: Bool { state.withLock(\.holds) }

  /// - Returns: the how-manieth it is.
  func take() -> Int {
    state.withLock { state in
      state.count += 1
      return state.count
    }
  }

  func release() { state.withLock { $0.holds = false } }
}
