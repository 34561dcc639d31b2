import Glibc
import JSON
import Sandbox
import TestSupport
import Testing
import Thing

@Suite("simulate")
struct SimulateTests {
  // MARK: Against the sandbox

  @Test("obeys a desired value after its delay, refuses another with its reason, and says both")
  func wishes() throws {
    let sandbox = try TestSandbox()
    let rules = try file(
      """
      [reported]
      mode = "auto"
      [desired.lock]
      refuse = "the key is lost"
      delay = "100ms"
      error = "/errors/lock"
      [desired."*"]
      delay = "100ms"
      """)
    let device = try start([rules.path("rules.toml"), "--json"] + sandbox.options)
    try device.wait(for: "the first report") { $0.count == 1 }
    try desire(["mode=eco", "lock=true"], in: sandbox)
    try device.wait(for: "both wishes") {
      $0.contains { $0.event == "obeyed" } && $0.contains { $0.event == "refused" }
    }
    #expect(try device.end(by: SIGINT) == .exited(0))
    let lines = device.lines
    #expect(lines.first { $0.event == "obeyed" }?.json["state"] == ["mode": "eco"])
    let refused = lines.first { $0.event == "refused" }
    #expect(refused?.json["state"] == ["lock": true])
    #expect(refused?.json["reason"] == "the key is lost")
    let shadow = try shadow(in: sandbox)
    #expect(shadow["reported"] == ["mode": "eco", "errors": ["lock": "the key is lost"]])
    #expect(shadow["delta"] == ["lock": true])
    #expect(device.process.errorText.contains("1 wish obeyed, 1 refused, 0 rejected"))
  }

  @Test("obeys what was desired while it was away")
  func late() throws {
    let sandbox = try TestSandbox()
    try desire(["/pump1/flow=3"], in: sandbox)
    let rules = try file("delay = \"50ms\"\n[reported]\nx = 1\n")
    let device = try start([rules.path("rules.toml"), "--json"] + sandbox.options)
    try device.wait(for: "the wish") { $0.contains { $0.event == "obeyed" } }
    #expect(try device.end(by: SIGTERM) == .exited(0))
    #expect(try shadow(in: sandbox)["delta"] == nil)
  }

  @Test("reports a ramp on its schedule, and ends after --for")
  func ramp() throws {
    let sandbox = try TestSandbox()
    let rules = try file(
      "[report.level]\nramp = { from = 0, to = 1000, over = \"1s\" }\nevery = \"100ms\"\n")
    let (status, output, errors) = try Program.run(
      ["simulate", rules.path("rules.toml"), "--json", "--for", "1500ms"] + sandbox.options)
    #expect(status == 0, "\(errors)")
    let levels = output.split(separator: "\n").compactMap { line in
      (try? JSONParser.parse(line.utf8))?[JSONPath(keys: ["state", "level"])]?.integer
    }
    #expect(levels.count > 5)
    #expect(levels == levels.sorted())
    #expect(levels.first == 0 && levels.last == 1000)
  }

  @Test("plays a CSV file beside its rules, and ends with it")
  func table() throws {
    let sandbox = try TestSandbox()
    let rules = try file(
      "[[csv]]\nfile = \"day.csv\"\ntime = \"t\"\nthen = \"end\"\n"
        + "columns = { note = false, temp = \"/air/temp\" }\n")
    try rules.write(
      "t,temp,on,note\r\n0,1.50,true,x\r\n0.2,2,,\r\n0.4,,false,\"a, b\"\r\n", to: "day.csv")
    let (status, output, errors) = try Program.run(
      ["simulate", rules.path("rules.toml"), "--json"] + sandbox.options)
    #expect(status == 0, "\(errors)")
    let states = try output.split(separator: "\n").map { line in
      try JSONParser.parse(line.utf8).object?["state"]?.compact
    }
    #expect(
      states == [#"{"air":{"temp":1.50},"on":true}"#, #"{"air":{"temp":2}}"#, #"{"on":false}"#])
    #expect(
      try shadow(in: sandbox)["reported"] == JSONParser.parse(#"{"air":{"temp":2},"on":false}"#))
  }

  @Test("tells that it is on line, and that it is not when it ends")
  func presence() throws {
    let sandbox = try TestSandbox()
    let rules = try file("presence = true\n[reported]\nx = 1\n")
    let device = try start([rules.path("rules.toml"), "--json"] + sandbox.options)
    try device.wait(for: "the first report") { !$0.isEmpty }
    let status = JSONPath(keys: ["reported", "tcxn", "connection_status"])
    #expect(try JSONValue.object(shadow(in: sandbox))[status] == 2)
    #expect(try device.end(by: SIGINT) == .exited(0))
    #expect(try JSONValue.object(shadow(in: sandbox))[status] == 0)
  }

  @Test("leaves the thing's client id to a monitor in the sandbox")
  func besideMonitor() throws {
    let sandbox = try TestSandbox()
    let device = try start(["weather-station", "--json", "--seed", "1"] + sandbox.options)
    try device.wait(for: "some reports") { $0.count > 2 }
    // As the thing itself: this would throw it out.
    #expect(try Program.run(["get"] + sandbox.options).status == 0)
    let count = device.lines.count
    try device.wait(for: "more reports") { $0.count > count + 2 }
    #expect(try device.end(by: SIGINT) == .exited(0))
    #expect(!device.process.errorText.contains("onnection lost"))
  }

  @Test("tells a report that the service refuses for good once, and goes on")
  func rejected() throws {
    let sandbox = try TestSandbox()
    let rules = try file(
      "delay = \"10ms\"\n[report.n]\ncount = {}\nevery = \"100ms\"\n"
        + "[desired.deep]\nmap = { now = { a = { b = { c = { d = { e = { f = 1 } } } } } } }\n")
    let device = try start([rules.path("rules.toml"), "--json"] + sandbox.options)
    try device.wait(for: "the first report") { !$0.isEmpty }
    try desire(["deep=now"], in: sandbox)
    try device.wait(for: "the rejection") { $0.contains { $0.event == "rejected" } }
    let count = device.lines.count
    try device.wait(for: "ten more reports") { $0.count > count + 10 }
    #expect(try device.end(by: SIGINT) == .exited(0))
    let rejections = device.lines.filter { $0.event == "rejected" }
    #expect(rejections.count == 1)
    #expect(rejections.first?.json["code"] == 400)
    #expect(rejections.first?.json["again"] == false)
  }

  @Test("goes on and ends in time where nobody reads what it tells, and says how much is missing")
  func slowReader() throws {
    let sandbox = try TestSandbox()
    let text = String(repeating: "x", count: 7000)
    let rules = try file(
      "[report.a]\ncycle = [\"\(text)\", \"\(text)y\"]\nevery = \"100ms\"\n")
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let device = try ChildProcess(
      [Program.path, "simulate", rules.path("rules.toml"), "--for", "2s"] + sandbox.options,
      environment: Program.ours, output: .descriptor(ends[1]))
    close(ends[1])
    #expect(try device.waitForEnd(seconds: 30) == .exited(0))
    #expect(device.errorText.contains("lines were left out of standard output"))
  }

  @Test("comes back when the connection is cut, and reports everything again")
  func reconnection() throws {
    let sandbox = try TestSandbox(faults: ["disconnect thing=lamp1 kind=accepted after=3 next=1"])
    let rules = try file("[reported]\nx = 1\n[report.n]\ncount = {}\nevery = \"200ms\"\n")
    let device = try start([rules.path("rules.toml"), "--json"] + sandbox.options)
    try device.wait(for: "a second report of everything") { lines in
      lines.filter { $0.json["state"]?.object?["x"] != nil }.count == 2
    }
    #expect(try device.end(by: SIGINT) == .exited(0))
    #expect(device.process.errorText.contains("Connected again"))
  }

  @Test("plays what a recorded shadow reported, at its pace, and ends with it")
  func recording() throws {
    let sandbox = try TestSandbox()
    let rules = try file("[[recording]]\nfile = \"plant.ndjson\"\nthen = \"end\"\n")
    try rules.write(RecordedPlant.text, to: "plant.ndjson")
    let (status, output, errors) = try Program.run(
      ["simulate", rules.path("rules.toml"), "--json"] + sandbox.options)
    #expect(status == 0, "\(errors)")
    let states = try output.split(separator: "\n").map { line in
      try JSONParser.parse(line.utf8).object?["state"]?.compact
    }
    #expect(states == [#"{"a":1.50,"b":{"c":true}}"#, #"{"a":2,"b":{"c":null}}"#])
    #expect(try shadow(in: sandbox)["reported"]?.object?["a"] == 2)
  }

  @Test(
    "names what is wrong with a recording",
    arguments: [
      ("x\n", "", "The file is no recording"), (nil, "", "No such file"),
      (
        RecordedPlant.text, "shadow = \"night\"\n",
        "has nothing of plant, shadow night: there is plant"
      ),
      (
        RecordedPlant.text.split(separator: "\n").prefix(1).joined() + "\n", "",
        "has nothing that plant reported"
      ),
    ])
  func recordingFaults(_ text: String?, _ more: String, _ words: String) throws {
    let folder = try file("[[recording]]\nfile = \"plant.ndjson\"\n" + more)
    if let text { try folder.write(text, to: "plant.ndjson") }
    let run = try Program.run(["simulate", folder.path("rules.toml"), "--check"])
    #expect(run.status == 65)
    #expect(run.errors.contains("rules.toml:2:8: "), "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test("does all that the README's file of rules has, as it is written there")
  func documented() throws {
    let readme = #filePath.replacing("Tests/AcceptanceTests/SimulateTests.swift", with: "README.md")
    let bytes = try #require(Files.bytes(of: readme, limit: 1 << 20))
    let text = String(decoding: bytes, as: UTF8.self)
    let marked = try #require(text.firstRange(of: "<!-- rules: run as they stand by a test -->"))
    let behind = text[marked.upperBound...]
    let start = try #require(behind.firstRange(of: "```toml\n"))
    let end = try #require(behind[start.upperBound...].firstRange(of: "```\n"))
    let folder = try file(String(behind[start.upperBound..<end.lowerBound]))
    try folder.write("seconds;temp (C);note\n0;1.5;x\n10;2;\n", to: "day.csv")
    try folder.write(
      RecordedPlant.text.replacing("plant", with: "00000001"), to: "plant.ndjson")
    let checked = try Program.run(["simulate", folder.path("rules.toml"), "--check"])
    #expect(checked.status == 0, "\(checked.errors)")
    #expect(checked.output.contains("a pump house"))
    #expect(checked.output.contains("day.csv       2 reports over 10s, then from the start again"))
    let sandbox = try TestSandbox()
    let run = try Program.run(
      ["simulate", folder.path("rules.toml"), "--json", "--for", "5s"] + sandbox.options)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(#""uptime":0"#))
  }

  // MARK: A real thing

  @Test("takes nobody's place off a terminal without --yes, and says how a sandbox is known")
  func unasked() throws {
    let sandbox = try TestSandbox()
    // Another CA in the bundle: then it may be anybody.
    let folder = try TemporaryFolder()
    let made = try ChildProcess.run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-subj", "/CN=plant", "-keyout", folder.path("key.pem"), "-out", folder.path("ca.pem"),
    ])
    #expect(made.ending == .exited(0))
    let files = [sandbox.batch.authority, folder.path("ca.pem")]
    let both = files.flatMap { Files.bytes(of: $0, limit: 1 << 16) ?? [] }
    try folder.write(String(decoding: both, as: UTF8.self), to: "both.pem")
    let options = sandbox.options + ["--ca", folder.path("both.pem")]
    let asked = try Program.run(["simulate", "weather-station"] + options)
    #expect(asked.status == 64)
    #expect(asked.output.isEmpty)
    #expect(asked.errors.contains("lamp1 is a real thing, and nobody can be asked"))
    #expect(asked.errors.contains("The real device has the same client id"))
    #expect(try Program.run(["get"] + sandbox.options).status == 4)
    let told = try Program.run(
      ["simulate", "weather-station", "--yes", "--for", "1s", "--quiet"] + options)
    #expect(told.status == 0, "\(told.errors)")
    #expect(told.output.isEmpty)
    #expect(told.errors.contains("warning: localhost:\(sandbox.port) is no sandbox."))
    #expect(try Program.run(["get"] + sandbox.options).status == 0)
  }

  // MARK: Without a network

  @Test("prints the weather station's rules, which --check explains")
  func example() throws {
    let printed = try Program.run(["simulate", "--print", "weather-station"])
    #expect(printed.status == 0)
    let folder = try file(printed.output)
    for name in ["weather-station", folder.path("rules.toml")] {
      let checked = try Program.run(["simulate", name, "--check"])
      #expect(checked.status == 0, "\(checked.errors)")
      #expect(checked.output.contains("  temperature"))
      #expect(checked.output.contains("/pump1/flow"))
      #expect(checked.errors.isEmpty)
    }
  }

  @Test(
    "ends with the status and the words for what it cannot do",
    arguments: [
      (["simulate"], CInt(64), "Name a file of rules"),
      (["simulate", "a.toml", "--print", "weather-station"], 64, "either rules or --print"),
      (["simulate", "weather-station", "--json", "--quiet"], 64, "only one of --json and --quiet"),
      (["simulate", "weather-station", "--speed", "0"], 64, "--speed takes"),
      (["simulate", "weather-station", "--for", "5"], 64, "5"),
      (["simulate", "--print", "wether-station"], 64, "Did you mean “weather-station”?"),
      (["simulate", "wether-station"], 66, "Did you mean “weather-station”?"),
      (["simulate", "/dev/null/none.toml"], 66, "There is no file"),
      (["simulate", "/"], 66, "it is no regular file"),
      (["simulate", "weather-station"], 64, "Name the thing"),
    ])
  func badInput(_ arguments: [String], _ status: CInt, _ words: String) throws {
    let run = try Program.run(arguments)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test("names every fault of its files with line, column and remedy, and connects to nothing")
  func faults() throws {
    let folder = try file(
      "[report.a]\nwalk = { from = 1, setp = 2, step = 1 }\nevery = \"1s\"\n[[csv]]\ninterval = 5\n"
    )
    let run = try Program.run(["simulate", folder.path("rules.toml"), "--check"])
    #expect(run.status == 65)
    #expect(run.errors.contains("rules.toml:2:20: there is no “setp” in “report.a.walk”"))
    #expect(run.errors.contains("did you mean “step”?"))
    #expect(run.errors.contains("rules.toml:5:12: “csv.interval” wants a time such as"))
    #expect(run.errors.contains("“csv” lacks “file”"))
  }

  @Test(
    "names what is wrong with a table, by file and line",
    arguments: [
      ("a,b\n1\n", "day.csv:2: the row has 1 field"), (nil, "No such file or directory"),
      ("a\n1\n", "day.csv writes “/a”, which has a [report] of its own too"),
    ])
  func tableFaults(_ text: String?, _ words: String) throws {
    let folder = try file(
      "[report.a]\ncount = {}\nevery = \"1s\"\n[[csv]]\nfile = \"day.csv\"\ninterval = \"1s\"\n")
    if let text { try folder.write(text, to: "day.csv") }
    let run = try Program.run(["simulate", folder.path("rules.toml"), "--check"])
    #expect(run.status == 65)
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  // MARK: -

  private func file(_ rules: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(rules, to: "rules.toml")
    return folder
  }

  private func start(_ arguments: [String]) throws -> RunningDevice {
    try RunningDevice(arguments)
  }

  private func desire(_ values: [String], in sandbox: borrowing TestSandbox) throws {
    let run = try Program.run(
      [
        "update", "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
        "localhost:\(sandbox.port)", "--ca", sandbox.batch.authority, "--desired",
      ] + values)
    #expect(run.status == 0, "\(run.errors)")
  }

  private func shadow(in sandbox: borrowing TestSandbox) throws -> JSONObject {
    let output = try Program.run(["get"] + sandbox.options).output
    return try JSONParser.parse(output.utf8).object?["state"]?.object ?? JSONObject()
  }
}

/// The program as a device, whose lines of JSON are read while it runs.
private struct RunningDevice {
  struct Line {
    let json: JSONObject
    var event: String? { json["event"]?.string }
  }

  let process: ChildProcess

  init(_ arguments: [String]) throws {
    process = try ChildProcess([Program.path, "simulate"] + arguments, environment: Program.ours)
  }

  /// All whole lines so far.
  var lines: [Line] {
    process.outputText.split(separator: "\n").compactMap { line in
      (try? JSONParser.parse(line.utf8))?.object.map(Line.init)
    }
  }

  func wait(for what: String, until isThere: ([Line]) -> Bool) throws {
    try process.wait(seconds: 30, for: what) { _ in isThere(lines) }
  }

  func end(by signal: CInt) throws -> ChildProcess.Ending {
    process.signal(signal)
    return try process.waitForEnd(seconds: 30)
  }
}
