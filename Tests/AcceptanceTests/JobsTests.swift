import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

@Suite("jobs")
struct JobsTests {
  private func owner(_ sandbox: borrowing TestSandbox) -> [String] {
    [
      "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1",
      "--endpoint", "localhost:\(sandbox.port)",
    ]
  }

  private func create(
    _ id: String, _ document: String = #"{"install":"2.1"}"#, in sandbox: borrowing TestSandbox
  ) throws {
    let run = try Program.run(["jobs", "create", document, "--id", id] + owner(sandbox))
    #expect(run.status == 0, "\(run.errors)")
  }

  private func jobs(
    _ arguments: String..., in sandbox: borrowing TestSandbox
  ) throws -> (status: CInt?, output: String, errors: String) {
    try Program.run(["jobs"] + arguments + sandbox.options)
  }

  private func object(_ text: String) throws -> JSONObject {
    try #require(try JSONParser.parse(text).object)
  }

  @Test("lists what is pending, the next job first, and nothing where nothing is")
  func list() throws {
    let sandbox = try TestSandbox()
    let none = try jobs(in: sandbox)
    #expect(none.status == 0)
    #expect(none.output.isEmpty)
    #expect(none.errors.contains("No job is pending."))
    for id in ["fw-1", "fw-2"] { try create(id, in: sandbox) }
    #expect(try jobs("start", "fw-2", in: sandbox).status == 0)
    let some = try jobs("list", in: sandbox)
    let lines = try some.output.split(separator: "\n").map { try object(String($0)) }
    #expect(lines.map { $0["jobId"] } == ["fw-2", "fw-1"])
    #expect(lines.map { $0["status"] } == ["IN_PROGRESS", "QUEUED"])
    #expect(lines.map { $0["versionNumber"] } == [2, 1])
    #expect(some.errors.contains("1 under way, 1 queued."))
  }

  @Test("shows the next job's document, a job's by name, and everything")
  func show() throws {
    let sandbox = try TestSandbox()
    #expect(try jobs("show", in: sandbox).status == 6)
    try create("fw-1", #"{"a":1.50,"é":[]}"#, in: sandbox)
    for run in [try jobs("show", in: sandbox), try jobs("show", "fw-1", in: sandbox)] {
      #expect(run.status == 0)
      #expect(try JSONParser.parse(run.output.utf8).compact == #"{"a":1.50,"é":[]}"#)
    }
    let all = try object(jobs("show", "--all", in: sandbox).output)
    #expect(all["jobId"] == "fw-1")
    #expect(all["status"] == "QUEUED")
    #expect(all["jobDocument"]?.compact == #"{"a":1.50,"é":[]}"#)
    let missing = try jobs("show", "fw-9", in: sandbox)
    #expect(missing.status == 4)
    #expect(missing.output.isEmpty)
    #expect(missing.errors.contains("ResourceNotFound"))
  }

  @Test("does a job from its start to its end, and keeps the details that were told")
  func life() throws {
    let sandbox = try TestSandbox()
    try create("fw-1", in: sandbox)
    let start = try jobs("start", in: sandbox)
    #expect(start.status == 0)
    let started = try object(start.output)
    #expect(started["status"] == "IN_PROGRESS")
    #expect(started["jobDocument"]?.object?["install"] == "2.1")
    let again = try object(jobs("start", "fw-1", in: sandbox).output)
    #expect(again["versionNumber"] == 2)
    #expect(try jobs("progress", "fw-1", "step=flash", "progress=50 %", in: sandbox).status == 0)
    let progress = try jobs("progress", "fw-1", "progress=90 %", in: sandbox)
    #expect(progress.errors.contains("The job fw-1 is in progress, version 4."))
    #expect(
      try object(progress.output)["statusDetails"]?.compact
        == #"{"step":"flash","progress":"90 %"}"#)
    let end = try object(jobs("succeed", "fw-1", in: sandbox).output)
    #expect(end["status"] == "SUCCEEDED")
    #expect(end["versionNumber"] == 5)
    let over = try jobs("fail", "fw-1", "reason=x", in: sandbox)
    #expect(over.status == 5)
    #expect(over.errors.contains("The job is over."))
    #expect(try jobs(in: sandbox).output.isEmpty)
  }

  @Test("fails and rejects with details", arguments: [("fail", "FAILED"), ("reject", "REJECTED")])
  func ends(_ command: String, _ status: String) throws {
    let sandbox = try TestSandbox()
    try create("fw-1", in: sandbox)
    let run = try jobs(command, "fw-1", "reason=flash is full", in: sandbox)
    #expect(run.status == 0, "\(run.errors)")
    let body = try object(run.output)
    #expect(body["status"] == .string(status))
    #expect(body["statusDetails"]?.object?["reason"] == "flash is full")
  }

  @Test("does not overwrite what somebody else has changed since it was seen")
  func versions() throws {
    let sandbox = try TestSandbox()
    try create("fw-1", in: sandbox)
    #expect(try jobs("start", "fw-1", "--expected-version", "1", in: sandbox).status == 0)
    for command in [["progress", "fw-1", "a=b"], ["succeed", "fw-1"], ["start", "fw-1"]] {
      let run = try Program.run(
        ["jobs"] + command + ["--expected-version", "1"] + sandbox.options)
      #expect(run.status == 5)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("version 2"), "\(run.errors)")
    }
    let show = try object(jobs("show", "--all", in: sandbox).output)
    #expect(show["versionNumber"] == 2)
  }

  @Test("watches the list and the next job, over a loss of the connection")
  func watch() throws {
    let sandbox = try TestSandbox(faults: ["disconnect kind=documents next=1"])
    let watch = try ChildProcess(
      [Program.path, "jobs", "watch", "--client-id", "watcher"] + sandbox.options,
      environment: Program.ours, output: .collected)
    try watch.wait(seconds: 20, for: "the list") { $0.outputText.contains("jobs/get/accepted") }
    try create("fw-1", in: sandbox)
    try watch.wait(seconds: 20, for: "the next") {
      $0.outputText.contains("jobs/notify-next") && $0.outputText.hasSuffix("\n")
    }
    // The answer cuts the connections of the thing, once.
    #expect(try Program.run(["update", "a=1"] + owner(sandbox)).status == 0)
    try watch.wait(seconds: 20, for: "the loss") { $0.errorText.contains("Connection lost") }
    try watch.wait(seconds: 30, for: "the return") {
      $0.outputText.split(separator: "\n").count { $0.contains("jobs/get/accepted") } >= 2
    }
    watch.signal(SIGINT)
    #expect(try watch.waitForEnd(seconds: 20) == .exited(130))
    let lines = try watch.outputText.split(separator: "\n").map { try object(String($0)) }
    let topics = lines.compactMap { $0["topic"]?.string?.split(separator: "jobs/").last }
    #expect(topics.prefix(3) == ["get/accepted", "notify", "notify-next"])
    let next = try #require(lines.first { $0["topic"]?.string?.hasSuffix("notify-next") == true })
    #expect(next["payload"]?.object?["execution"]?.object?["jobId"] == "fw-1")
  }

  @Test("ends with 75 and an explanation where no answer comes")
  func silence() throws {
    // A broker without any service.
    let broker = try TestBroker()
    let options = [
      "--timeout", "50ms", "--thing-dir", broker.batch.thing("lamp1").path,
      "--endpoint", "localhost:\(broker.port)",
    ]
    let list = try Program.run(["jobs"] + options)
    #expect(list.status == 75)
    #expect(list.output.isEmpty)
    #expect(list.errors.contains("Nothing came within 50ms"))
    #expect(list.errors.contains("do not confirm it"))
    let start = try Program.run(["jobs", "start"] + options)
    #expect(start.status == 75)
    #expect(start.errors.contains("It is not known whether"))
  }

  @Test(
    "ends with 77 where the policy does not grant jobs, whether the broker says so or cuts",
    arguments: [false, true], [[], ["start", "fw-1"], ["watch"]])
  func notGranted(_ isCut: Bool, _ arguments: [String]) throws {
    let broker = try ScriptedBroker { request in
      if case .subscribe(let filters) = request {
        return isCut ? .cut : .acknowledge(refusing: filters)
      }
      return .acknowledge()
    }
    let run = try Program.run(["jobs"] + arguments + broker.options)
    #expect(run.status == 77, "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("The policy does not grant jobs to this certificate"))
    #expect(run.errors.contains("iot:Subscribe and iot:Receive on $aws/things/lamp1/jobs/*"))
    #expect(run.errors.contains("do not confirm it"))
  }

  @Test(
    "changes nothing on a read-only connection, unless it is told to",
    arguments: [["start"], ["progress", "fw-1", "a=b"], ["succeed", "fw-1"], ["reject", "fw-1"]])
  func readOnly(_ arguments: [String]) throws {
    let sandbox = try TestSandbox()
    try create("fw-1", in: sandbox)
    let folder = try TemporaryFolder()
    try folder.write("[profiles.rig]\nread-only = true\n", to: "config.toml")
    let settings = ["--config", folder.path("config.toml"), "--profile", "rig"]
    let all = ["jobs"] + arguments + sandbox.options + settings
    let run = try Program.run(all)
    #expect(run.status == 64)
    #expect(run.errors.contains("this connection is read-only"))
    #expect(try Program.run(["jobs", "show"] + sandbox.options + settings).status == 0)
    #expect(try Program.run(all + ["--no-read-only"]).status == 0)
  }

  @Test("creates jobs as the owner alone, and explains what is wrong with one")
  func creation() throws {
    let sandbox = try TestSandbox()
    let thing = try jobs("create", "{}", in: sandbox)
    #expect(thing.status == 64)
    #expect(thing.errors.contains("Only a sandbox's owner creates jobs."))
    let random = try Program.run(["jobs", "create", "{}"] + owner(sandbox))
    #expect(random.status == 0)
    #expect(try object(random.output)["jobId"]?.string?.hasPrefix("job-") == true)
    try create("fw-1", in: sandbox)
    let twice = try Program.run(["jobs", "create", "{}", "--id", "fw-1"] + owner(sandbox))
    #expect(twice.status == 3)
    #expect(twice.errors.contains("has a job fw-1 already"))
    let malformed = try Program.run(["jobs", "create", "{a:1}"] + owner(sandbox))
    #expect(malformed.status == 65)
    #expect(malformed.errors.contains("^ expected a key in double quotes"))
    #expect(try Program.run(["jobs", "create", "[]"] + owner(sandbox)).status == 65)
    let file = try Program.run(["jobs", "create", "--file", "/nowhere"] + owner(sandbox))
    #expect(file.status == 66)
  }

  @Test("a thing's certificate creates nothing")
  func impostor() throws {
    let sandbox = try TestSandbox()
    let run = try Program.run([
      "jobs", "create", "{}", "--timeout", "200ms", "--as-owner", sandbox.batch.thing("lamp2").path,
      "--thing", "lamp1", "--endpoint", "localhost:\(sandbox.port)",
    ])
    #expect(run.status == 75)
    #expect(try jobs(in: sandbox).output.isEmpty)
  }

  @Test(
    "explains what is wrong before it connects",
    arguments: [
      (["show", "a b"], 64, "a b"), (["progress", "fw-1"], 64, "Say how far it is"),
      (["progress"], 64, "Missing"), (["fail", "fw-1", "reason"], 64, "is not KEY=VALUE"),
      (["fail", "fw-1", "a=1", "a=2"], 64, "is given twice"),
      (["fail", "fw-1", "a b=1"], 65, "names no detail"), (["fail", "fw-1", "a="], 65, "is empty"),
      (["start", "--expected-version", "1"], 64, "wants the job's name"),
      (["start", "--timeout", "5"], 64, "5"), (["create"], 64, "Give the document once"),
      (["dance"], 64, "dance"),
    ] as [([String], CInt, String)])
  func malformed(_ arguments: [String], _ status: CInt, _ words: String) throws {
    let run = try Program.run(
      ["jobs"] + arguments + ["--thing-dir", "/nowhere", "--endpoint", "localhost:1"])
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
    #expect(run.output.isEmpty)
  }
}
