import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

@Suite("update in all its forms")
struct UpdateTests {
  /// A section of the shadow on one line.
  private func section(
    _ name: String, of sandbox: borrowing TestSandbox
  ) throws -> String {
    try Program.run(["get", "--compact", "--section", name] + sandbox.options).output
  }

  /// Runs `update` with something on its standard input.
  private func update(
    _ arguments: [String], input: String
  ) throws -> (ending: ChildProcess.Ending, output: String, errors: String) {
    let child = try ChildProcess(
      [Program.path, "update"] + arguments, environment: Program.ours, input: .pipe)
    try child.send(input)
    child.closeInput()
    let ending = try child.waitForEnd(seconds: 40)
    return (ending, child.outputText, child.errorText)
  }

  @Test("takes a section from a file, or from standard input, and removes resources")
  func json() throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    try folder.write("{\n  \"a\": 1.0,\n  \"b\": {\"c\": \"x\"}\n}\n", to: "section.json")
    let file = try Program.run(
      ["update", "--json", folder.path("section.json")] + sandbox.options)
    #expect(file.status == 0, "\(file.errors)")
    #expect(try section("reported", of: sandbox) == #"{"a":1.0,"b":{"c":"x"}}"# + "\n")
    let piped = try update(["--json", "-", "--desired"] + sandbox.options, input: #"{"d":[1]}"#)
    #expect(piped.ending == .exited(0), "\(piped.errors)")
    #expect(try section("desired", of: sandbox) == #"{"d":[1]}"# + "\n")
    let removed = try Program.run(
      ["update", "--delete", "/b/c", "--delete", "a", "e:=true"] + sandbox.options)
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(try section("reported", of: sandbox) == #"{"b":{},"e":true}"# + "\n")
  }

  @Test("takes a whole request with its own token, version and both sections")
  func request() throws {
    let sandbox = try TestSandbox()
    let request = #"{"state":{"desired":{"a":1},"reported":{"a":2}},"clientToken":"mine"}"#
    let run = try update(["--json", "-"] + sandbox.options, input: request)
    #expect(run.ending == .exited(0), "\(run.errors)")
    #expect(try section("delta", of: sandbox) == #"{"a":1}"# + "\n")
    let late = try update(
      ["--json", "-"] + sandbox.options, input: #"{"state":{"reported":{"a":1}},"version":9}"#)
    #expect(late.ending == .exited(5))
    #expect(late.output.isEmpty)
  }

  @Test("--if-version lets nobody be overwritten unseen")
  func lock() throws {
    let sandbox = try TestSandbox()
    #expect(try Program.run(["update", "a=1"] + sandbox.options).status == 0)
    let stale = try Program.run(["update", "--if-version", "2", "a=2"] + sandbox.options)
    #expect(stale.status == 5)
    #expect(stale.errors.contains("409 Version conflict"))
    let right = try Program.run(["update", "--if-version", "1", "a=2"] + sandbox.options)
    #expect(right.status == 0)
    #expect(try JSONParser.parse(right.output.utf8).object?["version"] == 2)
  }

  @Test("--dry-run prints topic and bytes, without a broker, a key or a right to write")
  func dryRun() throws {
    let alone = try Program.run(["update", "--thing", "lamp9", "--dry-run", "a=1", "b=x"])
    #expect(alone.status == 0, "\(alone.errors)")
    let start = #"$aws/things/lamp9/shadow/update {"state":{"reported":{"a":1,"b":"x"}},"#
    #expect(alone.output.hasPrefix(start + #""clientToken":""#))
    let full = try Program.run(
      [
        "update", "--thing", "lamp9", "--shadow", "night", "--dry-run", "--desired", "--timestamp",
        "2026-01-02T03:04:05Z", "--if-version", "7", "a:=1.0",
      ])
    #expect(
      full.output.hasPrefix(
        #"$aws/things/lamp9/shadow/name/night/update {"state":{"desired":{"a":1.0}},"version":7,"#
          + #""timestamp":1767323045000,"clientToken":""#))
    let reading = try Program.run(
      ["update", "--thing", "lamp9", "--dry-run", "a=1"],
      environment: Program.ours.merging(["SHADOWSCOPE_READ_ONLY": "true"]) { $1 })
    #expect(reading.status == 0, "\(reading.errors)")
    let lines = try update(
      ["--thing", "lamp9", "--dry-run", "--lines"], input: "{\"n\":1}\n\n{\"n\":2}\n[1]\n{\"n\":3}")
    #expect(lines.ending == .exited(65))
    #expect(lines.output.split(separator: "\n").count == 2)
    #expect(lines.errors.contains("Line 4 is an array, no object."))
  }

  @Test("tells what MIC makes nothing of, a line each, and does it all the same")
  func lint() throws {
    let dry = try Program.run([
      "update", "--thing", "lamp9", "--dry-run", "latlng=57.652", "/tcxn/rssi=140", "/tcxn/own=1",
      "/a~1b/latlng=91,0", "/tcxn/connection_status=3", "/tcxn/battery_level=87",
    ])
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(dry.output.contains(#""tcxn":{"rssi":140,"own":1,"connection_status":3,"#))
    #expect(
      dry.errors == """
        warning: reported /latlng: MIC wants a text: 57.652,11.958
        warning: reported /tcxn/rssi: MIC wants 0 to 100 per cent
        warning: reported /tcxn/own: tcxn is MIC's, not for own keys
        warning: reported /tcxn/connection_status: MIC wants 0, 1 or 2
        warning: reported /a~1b/latlng: no place: the latitude is not within −90 to 90

        """)
    let lines = try update(
      ["--thing", "lamp9", "--dry-run", "--lines", "--desired"],
      input: "{\"latlng\":\"1, 2\"}\n{\"latlng\":\"1\"}\n")
    #expect(
      lines.errors == "warning: line 2: desired /latlng: no place: a comma is missing between "
        + "latitude and longitude\n")
    let many = (0..<30).map { "\"own\($0)\":1" }.joined(separator: ",")
    let bounded = try update(
      ["--thing", "lamp9", "--dry-run", "--json", "-"], input: "{\"tcxn\":{\(many)}}")
    #expect(bounded.errors.split(separator: "\n").count == 21)
    #expect(bounded.errors.hasSuffix("warning: and 10 more that MIC does not read\n"))
    let sandbox = try TestSandbox()
    let sent = try Program.run(["update", "/tcxn/rssi=140"] + sandbox.options)
    #expect(sent.status == 0)
    #expect(sent.errors.contains("warning: reported /tcxn/rssi: MIC wants 0 to 100 per cent\n"))
    #expect(try section("reported", of: sandbox) == #"{"tcxn":{"rssi":140}}"# + "\n")
  }

  @Test(
    "takes a name whole, whatever it holds, and get finds it by its pointer",
    arguments: [
      ("kitchen/temp", "/kitchen~1temp"), ("a.b", "/a.b"), ("a b", "/a b"),
      ("寸法 größe", "/寸法 größe"),
      ("~", "/~0"), ("..", "/.."),
    ])
  func names(name: String, pointer: String) throws {
    let sandbox = try TestSandbox()
    let stored =
      "{\"n\":{\(JSONValue.string(name).compact):2},\(JSONValue.string(name).compact):1}\n"
    let written = try Program.run(
      ["update", "/n\(pointer)=2", "\(name)=1"] + sandbox.options)
    #expect(written.status == 0, "\(written.errors)")
    #expect(try section("reported", of: sandbox) == stored)
    let read = try Program.run(
      ["get", "--compact", "--section", "reported", "--path", "/n\(pointer)"] + sandbox.options)
    #expect(read.output == "2\n", "\(read.errors)")
  }

  @Test("--backdate has an observation stored, changes no shadow and prints nothing")
  func backdate() throws {
    let sandbox = try TestSandbox()
    let seen = try Subscription(
      to: ["tcxn/things/lamp1/shadow/backdate"], as: sandbox.batch.owner, of: sandbox.batch,
      port: sandbox.port)
    let run = try Program.run(
      ["update", "--backdate", "--timestamp", "1700000000000", "a=1"] + sandbox.options)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("The broker has the observation."))
    let message = try seen.waitForMessages(1)[0]
    #expect(message.contains(#"{"state":{"reported":{"a":1}},"timestamp":1700000000000,"#))
    #expect(try Program.run(["get"] + sandbox.options).status == 4)
    let undated = try Program.run(["update", "--backdate", "a=1"] + sandbox.options)
    #expect(undated.errors.contains("MIC takes the time of arrival"))
  }

  @Test(
    "answers 64 for options that do not belong together, or say nothing",
    arguments: [
      [], ["a=1", "--json", "-"], ["--delete", "a", "--lines"], ["--backdate", "--desired", "a=1"],
      ["--backdate", "--if-version", "1", "a=1"], ["--backdate", "--shadow", "night", "a=1"],
      ["--lines", "--if-version", "1"], ["--lines", "--wait-delta-closed", "1s"],
      ["--lines", "--in-flight", "9"], ["--lines", "--rate", "-1"], ["--if-version", "0", "a=1"],
      ["--delete", "/a~"], ["--wait-delta-closed", "10", "--desired", "a=1"],
      ["--timestamp", "1700000000", "a=1"], ["--timestamp", "soon", "a=1"],
      ["--json", "-", "--lines"],
    ])
  func usage(arguments: [String]) throws {
    let (status, output, errors) = try Program.run(
      ["update", "--thing-dir", "/nowhere", "--endpoint", "localhost"] + arguments)
    #expect(status == 64, "\(errors)")
    #expect(output.isEmpty)
  }

  @Test(
    "answers 65 for JSON that is none, or could be meant in two ways",
    arguments: [
      (#"{"a":}"#, "expected a value"), ("", "the end of the text"), ("[1]", "no object"),
      (#"{"a":1,"a":2}"#, "has the key “a” twice"), (#"{"state":{"on":1}}"#, "whole request"),
      (#"{"state":null}"#, "whole request"), (#"{"state":{"reported":1}}"#, "no object but"),
    ])
  func badJSON(text: String, words: String) throws {
    let run = try update(
      ["--thing-dir", "/nowhere", "--endpoint", "localhost", "--json", "-"], input: text)
    #expect(run.ending == .exited(65))
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("Standard input") && run.errors.contains(words), "\(run.errors)")
  }

  @Test("answers 66 for a file that is not there, and 65 for a request that no broker takes")
  func badFiles() throws {
    let missing = try Program.run(["update", "--thing", "lamp1", "--dry-run", "--json", "/none"])
    #expect(missing.status == 66)
    #expect(missing.errors.contains("/none cannot be read."))
    let long = String(repeating: "x", count: 140_000)
    let run = try update(
      ["--thing", "lamp1", "--dry-run", "--json", "-"], input: "{\"a\":\"\(long)\"}")
    #expect(run.ending == .exited(65))
    #expect(run.errors.contains("the broker takes 131072"))
  }

  @Test("is refused where a profile says read-only")
  func readOnly() throws {
    let sandbox = try TestSandbox()
    let environment = Program.ours.merging(["SHADOWSCOPE_READ_ONLY": "true"]) { $1 }
    for command in [["update", "a=1"], ["update", "--lines"], ["delete", "--yes"]] {
      let (status, _, errors) = try Program.run(
        command + sandbox.options, environment: environment)
      #expect(status == 64)
      #expect(errors.contains("read-only"))
    }
    let all = try Program.run(
      ["update", "a=1", "--no-read-only"] + sandbox.options, environment: environment)
    #expect(all.status == 0)
  }

  // MARK: Waiting for the thing

  @Test("--wait-delta-closed ends with 0 once the thing reports what was asked for")
  func delta() throws {
    let sandbox = try TestSandbox()
    let child = try ChildProcess(
      [
        Program.path, "update", "--desired", "--wait-delta-closed", "30s", "/pump/flow=12",
        "on=true",
      ]
        + sandbox.options, environment: Program.ours)
    try child.wait(seconds: 20, for: "acceptance") { $0.outputText.hasSuffix("}\n") }
    let device = [
      "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
      "localhost:\(sandbox.port)",
    ]
    for value in ["on=true", "/pump/flow=12"] {
      #expect(child.isRunning)
      #expect(try Program.run(["update", value] + device).status == 0)
    }
    #expect(try child.waitForEnd(seconds: 20) == .exited(0), "\(child.errorText)")
    #expect(child.errorText.contains("The delta is closed by version 3"))
    #expect(try JSONParser.parse(child.outputText.utf8).object?["version"] == 1)
  }

  @Test("--wait-delta-closed ends with 124 and what is still open when the time is over")
  func deltaTimeOut() throws {
    let sandbox = try TestSandbox()
    #expect(try Program.run(["update", "b=2", "other=1"] + sandbox.options).status == 0)
    #expect(try Program.run(["update", "--desired", "other=2"] + sandbox.options).status == 0)
    let run = try Program.run(
      ["update", "--desired", "--wait-delta-closed", "200ms", "a=1", "b=2"] + sandbox.options)
    #expect(run.status == 124)
    #expect(try JSONParser.parse(run.output.utf8).object?["version"] == 3)
    #expect(run.errors.contains("not closed within 200ms: 1 open in version 3"))
    #expect(run.errors.contains("a: desired 1, reported nothing"))
    #expect(!run.errors.contains("other"))
  }

  @Test("--wait-delta-closed says when the wish was taken back, and when the shadow is deleted")
  func deltaTakenBack() throws {
    let sandbox = try TestSandbox()
    let owner = [
      "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
      "localhost:\(sandbox.port)",
    ]
    func waiting() throws -> ChildProcess {
      let child = try ChildProcess(
        [Program.path, "update", "--desired", "--wait-delta-closed", "30s", "a=1"]
          + sandbox.options, environment: Program.ours)
      try child.wait(seconds: 20, for: "acceptance") { $0.outputText.hasSuffix("}\n") }
      return child
    }
    let first = try waiting()
    #expect(try Program.run(["update", "--desired", "--delete", "a"] + owner).status == 0)
    #expect(try first.waitForEnd(seconds: 20) == .exited(0))
    #expect(first.errorText.contains("the wish was changed or taken back"))
    let second = try waiting()
    #expect(try Program.run(["delete", "--yes"] + owner).status == 0)
    #expect(try second.waitForEnd(seconds: 20) == .exited(4))
    #expect(second.errorText.contains("The shadow was deleted"))
  }

  @Test("--wait-delta-closed outlives a lost connection")
  func deltaReconnect() throws {
    let sandbox = try TestSandbox(faults: ["disconnect kind=documents next=1"])
    let child = try ChildProcess(
      [Program.path, "update", "--desired", "--wait-delta-closed", "30s", "a=1"]
        + sandbox.options, environment: Program.ours)
    try child.wait(seconds: 20, for: "acceptance") { $0.outputText.hasSuffix("}\n") }
    try child.wait(seconds: 20, for: "return") { $0.errorText.contains("Connected again") }
    let device = [
      "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
      "localhost:\(sandbox.port)",
    ]
    #expect(try Program.run(["update", "a=1"] + device).status == 0)
    #expect(try child.waitForEnd(seconds: 20) == .exited(0), "\(child.errorText)")
  }

  @Test("--wait-delta-closed has nothing to wait for without a wish, and ends by Control-C")
  func deltaEnds() throws {
    let sandbox = try TestSandbox()
    let none = try Program.run(["update", "--wait-delta-closed", "1s", "a=1"] + sandbox.options)
    #expect(none.status == 64)
    #expect(none.errors.contains("There is no delta to wait for"))
    let child = try ChildProcess(
      [Program.path, "update", "--desired", "--wait-delta-closed", "30s", "a=1"]
        + sandbox.options, environment: Program.ours)
    try child.wait(seconds: 20, for: "acceptance") { $0.outputText.hasSuffix("}\n") }
    child.signal(SIGINT)
    #expect(try child.waitForEnd(seconds: 20) == .exited(130))
    #expect(child.errorText.contains("Interrupted while waiting."))
  }
}
