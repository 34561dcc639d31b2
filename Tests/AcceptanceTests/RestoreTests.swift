import Glibc
import JSON
import Sandbox
import Shadow
import TestSupport
import Testing

@Suite("shadowscope restore")
struct RestoreTests {
  /// A sandbox whose lamp1 was saved and then changed.
  private struct Scene: ~Copyable {
    let sandbox: TestSandbox
    let folder: TemporaryFolder
    var file: String { folder.path("before.json") }

    init() throws {
      let folder = try TemporaryFolder()
      sandbox = try TestSandbox()
      self.folder = folder
    }

    func prepare() throws {
      try update(["t=21.50", "in={\"x\":1,\"y\":2}", "list=[1,2]"])
      try update(["--desired", "mode=eco"])
      try expectDone(Program.run(["snapshot"] + sandbox.options + [file]))
      try update(["t=22", "in={\"y\":null,\"z\":3}", "extra=1"])
      try update(["--desired", "mode=boost"])
    }

    func update(_ arguments: [String]) throws {
      try expectDone(Program.run(["update"] + sandbox.options + arguments))
    }

    func restore(
      _ arguments: [String] = []
    ) throws -> (
      status: CInt?, output: String, errors: String
    ) {
      try Program.run(["restore"] + sandbox.options + arguments + [file])
    }

    /// Asks whether the thing is as it was saved.
    func isAsSaved() throws -> Bool {
      try Program.run(["diff", file] + sandbox.options).status == 0
    }

    func version() throws -> Int64? {
      try JSONParser.parse(Program.run(["get"] + sandbox.options).output).object?["version"]?
        .integer
    }

    private func expectDone(_ run: (status: CInt?, output: String, errors: String)) throws {
      try #require(run.status == 0, "\(run.errors)")
    }
  }

  @Test("puts a state back with what differs alone, and prints what was accepted")
  func restores() throws {
    let scene = try Scene()
    try scene.prepare()
    let (status, output, errors) = try scene.restore(["--yes"])
    #expect(status == 0, "\(errors)")
    let accepted = try JSONParser.parse(output).object
    #expect(accepted?["version"] == 5)
    #expect(
      accepted?["state"]?.compact == #"{"desired":{"mode":"eco"},"#
        + #""reported":{"t":21.50,"in":{"y":2,"z":null},"extra":null}}"#)
    #expect(try scene.isAsSaved())
    #expect(errors.contains(#"~ desired   /mode   "boost" → "eco""#))
    #expect(errors.contains("- reported  /extra  1"))
    #expect(
      errors.contains("bytes on $aws/things/lamp1/shadow/update, only while the version is 4"))
  }

  @Test("ends with 77 where the broker lets no answer come")
  func answersRefused() throws {
    let scene = try Scene()
    try scene.prepare()
    let broker = try ScriptedBroker { request in
      guard case .subscribe(let filters) = request else { return .acknowledge() }
      return .acknowledge(refusing: filters.filter { $0.hasSuffix("/get/accepted") })
    }
    let (status, output, errors) = try Program.run(
      ["restore"] + broker.options + ["--yes", scene.file])
    #expect(status == 77, "\(errors)")
    #expect(output.isEmpty)
    #expect(errors.contains("/get/accepted"))
  }

  @Test("says so and sends nothing where nothing differs")
  func nothing() throws {
    let scene = try Scene()
    try scene.prepare()
    #expect(try scene.restore(["--yes"]).status == 0)
    let (status, output, errors) = try scene.restore(["--yes"])
    #expect(status == 0)
    #expect(output.isEmpty)
    #expect(errors.contains("already (version 5). Nothing was sent."))
    #expect(try scene.version() == 5)
  }

  @Test("leaves the other section alone with --section")
  func section() throws {
    let scene = try Scene()
    try scene.prepare()
    #expect(try scene.restore(["--yes", "--section", "desired"]).status == 0)
    let document = try JSONParser.parse(Program.run(["get"] + scene.sandbox.options).output)
    #expect(document[JSONPath(keys: ["state", "desired", "mode"])] == "eco")
    #expect(document[JSONPath(keys: ["state", "reported", "t"])] == 22)
  }

  @Test("shows what it would send with --dry-run, and sends nothing")
  func dryRun() throws {
    let scene = try Scene()
    try scene.prepare()
    let (status, output, _) = try scene.restore(["--dry-run"])
    #expect(status == 0)
    let topic = "$aws/things/lamp1/shadow/update "
    #expect(output.hasPrefix(topic))
    let payload = try JSONParser.parse(String(output.dropFirst(topic.count))).object
    #expect(payload?["version"] == 4)
    #expect(try scene.version() == 4)
  }

  @Test("needs --yes where nobody can be asked, and then does not even connect")
  func nobody() throws {
    let scene = try Scene()
    try scene.prepare()
    let (status, output, errors) = try scene.restore()
    #expect(status == 64)
    #expect(output.isEmpty)
    #expect(errors.contains("there is no terminal to ask on"))
    #expect(try scene.version() == 4)
  }

  @Test("does nothing to another thing or shadow without --force")
  func stranger() throws {
    let scene = try Scene()
    try scene.prepare()
    let other = ["--shadow", "night", "--yes"]
    let refused = try scene.restore(other)
    #expect(refused.status == 64)
    #expect(refused.errors.contains("is of lamp1, not of lamp1, shadow night."))
    #expect(refused.errors.contains("--force"))
    let forced = try scene.restore(other + ["--force"])
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(forced.errors.contains("since there is no shadow yet"))
    #expect(
      try Program.run(["diff", scene.file, "--shadow", "night"] + scene.sandbox.options).status == 0
    )
  }

  @Test("is refused where a profile says read-only")
  func readOnly() throws {
    let scene = try Scene()
    try scene.prepare()
    let run = try Program.run(
      ["restore"] + scene.sandbox.options + ["--yes", scene.file],
      environment: Program.ours.merging(["SHADOWSCOPE_READ_ONLY": "true"]) { $1 })
    #expect(run.status == 64)
    #expect(run.errors.contains("read-only"))
    #expect(try scene.version() == 4)
  }

  @Test("asks on a terminal, and takes no for an answer")
  func no() throws {
    let scene = try Scene()
    try scene.prepare()
    let terminal = try PseudoTerminal(rows: 40, columns: 200)
    let child = try ask(scene, terminal)
    #expect(terminal.collect(seconds: 20) { $0.contains("Send it? [y/N]") })
    terminal.type("n\n")
    #expect(try child.waitForEnd(seconds: 30) == .exited(1))
    #expect(try scene.version() == 4)
  }

  @Test("answers 5 and writes nothing when the shadow changes while it asks")
  func conflict() throws {
    let scene = try Scene()
    try scene.prepare()
    let terminal = try PseudoTerminal(rows: 40, columns: 200)
    let child = try ask(scene, terminal)
    #expect(terminal.collect(seconds: 20) { $0.contains("Send it? [y/N]") })
    #expect(
      try Program.run([
        "update", "--as-owner", scene.sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
        "localhost:\(scene.sandbox.port)", "meanwhile=1",
      ]).status == 0)
    terminal.type("y\n")
    #expect(try child.waitForEnd(seconds: 30) == .exited(5))
    #expect(terminal.collect { $0.contains("Run it again") }, "\(terminal.outputText)")
    #expect(try scene.version() == 5)
  }

  /// Starts it where a person can be asked.
  private func ask(
    _ scene: borrowing Scene, _ terminal: PseudoTerminal
  ) throws -> ChildProcess {
    try ChildProcess(
      [try Program.path, "restore"] + scene.sandbox.options + [scene.file],
      environment: Program.ours, input: .descriptor(terminal.terminal),
      output: .descriptor(terminal.terminal), errors: .descriptor(terminal.terminal))
  }
}
