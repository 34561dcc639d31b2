import Glibc
import Sandbox
import Settings
import TestSupport
import Testing

@Suite("shadowscope init")
struct InitTests {
  /// A folder for settings, and the options and environment that keep everything in it.
  private struct Home: ~Copyable {
    let folder: TemporaryFolder
    var file: String { folder.path("config/shadowscope/config.toml") }
    var environment: [String: String] {
      [
        "XDG_CONFIG_HOME": folder.path("config"), "XDG_STATE_HOME": folder.path("state"),
        "HOME": folder.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
      ]
    }

    init() throws { folder = try TemporaryFolder() }

    func run(_ arguments: [String]) throws -> (status: CInt?, output: String, errors: String) {
      try Program.run(arguments, environment: environment)
    }

    func text() throws -> String? { try SettingsFile.text(file) }
  }

  /// The program on a terminal, waiting for its first question.
  private func program(
    _ arguments: [String], _ home: borrowing Home, _ terminal: PseudoTerminal
  ) throws -> ChildProcess {
    try ChildProcess(
      [try Program.path, "init"] + arguments, environment: home.environment,
      input: .descriptor(terminal.terminal), output: .descriptor(terminal.terminal),
      errors: .descriptor(terminal.terminal))
  }

  /// Waits for a question behind everything that was asked before, and answers it.
  private func answer(_ question: String, _ line: String, _ terminal: PseudoTerminal) {
    #expect(terminal.collect(seconds: 20) { $0.contains(question) }, "\(terminal.outputText)")
    terminal.forgetOutput()
    terminal.type(line + "\n")
  }

  @Test("writes a profile from options alone, and everything works without options then")
  func options() throws {
    let sandbox = try TestSandbox()
    let home = try Home()
    let things = "\(sandbox.batch.path)/things"
    let written = try home.run([
      "init", things, "--thing", "lamp1", "--endpoint", "localhost:\(sandbox.port)", "--ca",
      sandbox.batch.authority, "--default",
    ])
    #expect(written.status == 0, "\(written.errors)")
    #expect(
      written.output == """
        shadowscope doctor --profile lamp1
        shadowscope --profile lamp1

        """)
    #expect(
      try home.text() == """
        profile = "lamp1"

        [profiles.lamp1]
        batch = "\(things)"
        thing = "lamp1"
        endpoint = "localhost:\(sandbox.port)"
        ca = "\(sandbox.batch.authority)"

        """)
    #expect(try home.run(["update", "a=1"]).status == 0)
    #expect(try home.run(["get", "--profile", "lamp1"]).output.contains("\"a\": 1"))
    let other = try home.run(["get", "--thing-dir", sandbox.batch.thing("lamp2").path])
    #expect(other.status == 4)
  }

  @Test("asks for everything, and again for what will not do")
  func asks() throws {
    let sandbox = try TestSandbox()
    let home = try Home()
    let terminal = try PseudoTerminal()
    let program = try program([], home, terminal)
    answer("Batch or folder:", "/nowhere", terminal)
    answer("Batch or folder:", "\(sandbox.batch.path)/things", terminal)
    #expect(terminal.collect(seconds: 20) { $0.contains("2  lamp2") })
    answer("Thing:", "lamp9", terminal)
    answer("Thing:", "2", terminal)
    answer("Endpoint:", "mqtts://localhost:\(sandbox.port)", terminal)
    answer("Use localhost:\(sandbox.port) instead? [Y/n]", "n", terminal)
    answer("Endpoint:", "localhost:\(sandbox.port)", terminal)
    #expect(terminal.collect(seconds: 20) { $0.contains("found beside the thing.") })
    answer("Name of the profile [lamp2]:", "my \"lamp\"", terminal)
    answer("Use it where no profile is named? [Y/n]", "what?", terminal)
    answer("Use it where no profile is named? [Y/n]", "", terminal)
    answer("Check the connection now, as shadowscope doctor does? [Y/n]", "n", terminal)
    answer("Write it? [Y/n]", "y", terminal)
    #expect(
      terminal.collect(seconds: 20) { $0.contains("shadowscope doctor --profile 'my \"lamp\"'") })
    answer("Open the monitor on it now? [Y/n]", "n", terminal)
    #expect(try program.waitForEnd(seconds: 20) == .exited(0))
    #expect(
      try home.text() == """
        profile = "my \\"lamp\\""

        [profiles."my \\"lamp\\""]
        batch = "\(sandbox.batch.path)/things"
        thing = "lamp2"
        endpoint = "localhost:\(sandbox.port)"

        """)
    #expect(try home.run(["get"]).status == 4)
  }

  @Test(
    "writes nothing when the person ends it, and says so",
    arguments: [(nil, 1), (SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(CInt?, CInt)])
  func ended(_ signal: CInt?, _ status: CInt) throws {
    let sandbox = try TestSandbox()
    let home = try Home()
    let terminal = try PseudoTerminal()
    let program = try program([sandbox.batch.thing("lamp1").path], home, terminal)
    #expect(terminal.collect(seconds: 20) { $0.contains("Endpoint:") })
    if let signal { program.signal(signal) } else { terminal.type("\u{4}") }
    #expect(try program.waitForEnd(seconds: 20) == .exited(status))
    terminal.collect()
    #expect(terminal.outputText.contains("shadowscope: Nothing was written."))
    #expect(try home.text() == nil)
  }

  @Test("replaces a profile only after a yes, through a link, and leaves all else as it was")
  func replaces() throws {
    let sandbox = try TestSandbox()
    let home = try Home()
    let before = "# mine\r\n[profiles.lamp1]\r\nread-only = true\r\n\r\n[keys]\r\nquit = \"Q\"\r\n"
    for name in ["config", "config/shadowscope", "dotfiles"] {
      try PrivateFiles.makeFolder(home.folder.path(name))
    }
    try home.folder.write(before, to: "dotfiles/config.toml")
    symlink("../../dotfiles/config.toml", home.file)
    let arguments = [
      "--thing-dir", sandbox.batch.thing("lamp1").path, "--endpoint", "localhost:1", "--name",
      "lamp1", "--no-default", "--no-check", "--no-open",
    ]
    let alone = try home.run(["init"] + arguments)
    #expect(alone.status == 64)
    #expect(alone.errors.contains("there is a profile of this name already"))
    for (reply, status) in [("", CInt(1)), ("y", 0)] {
      #expect(try home.text()?.utf8.elementsEqual(before.utf8) == true)
      let terminal = try PseudoTerminal()
      let program = try program(arguments, home, terminal)
      #expect(terminal.collect(seconds: 20) { $0.contains("  - read-only = true") })
      answer("Replace the profile? [y/N]", reply, terminal)
      #expect(try program.waitForEnd(seconds: 20) == .exited(status))
    }
    let path = sandbox.batch.thing("lamp1").path
    let section =
      "[profiles.lamp1]\r\nthing-dir = \"\(path)\"\r\nendpoint = \"localhost:1\"\r\n"
    let after = "# mine\r\n\(section)\r\n[keys]\r\nquit = \"Q\"\r\n"
    #expect(try home.text()?.utf8.elementsEqual(after.utf8) == true)
    var status = stat()
    #expect(lstat(home.file, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test(
    "says what is missing or wrong where nobody can be asked",
    arguments: [
      ([], 64, "Missing: --batch FOLDER or --thing-dir FOLDER, --endpoint HOST[:PORT]."),
      (["THINGS"], 64, "Missing: --endpoint HOST[:PORT]."),
      (["/nowhere", "--endpoint", "h"], 66, "There is no folder /nowhere"),
      (["--thing-dir", "THINGS", "--endpoint", "h"], 66, "holds things' folders: use --batch."),
      (["THINGS", "--thing", "lamp9", "--endpoint", "h"], 66, "There is no thing “lamp9”"),
      (["THINGS", "--endpoint", "h:0"], 64, "“0” is not a port."),
      (["THINGS", "--endpoint", "h", "--ca", "/nowhere"], 66, "/nowhere"),
    ] as [([String], CInt, String)])
  func missing(_ arguments: [String], _ status: CInt, _ words: String) throws {
    let sandbox = try TestSandbox()
    let home = try Home()
    let things = "\(sandbox.batch.path)/things"
    let result = try home.run(["init"] + arguments.map { $0 == "THINGS" ? things : $0 })
    #expect(result.status == status)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(try home.text() == nil)
  }

  @Test("leaves a file alone that is no TOML, and one in which the profile stands in another form")
  func leftAlone() throws {
    let sandbox = try TestSandbox()
    let home = try Home()
    for name in ["config", "config/shadowscope"] {
      try PrivateFiles.makeFolder(home.folder.path(name))
    }
    let cases = [("theme =", ":1: it is no TOML"), ("profiles = {}\n", ":1: what stands there")]
    for (text, words) in cases {
      try home.folder.write(text, to: "config/shadowscope/config.toml")
      let result = try home.run([
        "init", sandbox.batch.thing("lamp1").path, "--endpoint", "h", "--yes",
      ])
      #expect(result.status == 65)
      #expect(result.errors.contains(words))
      #expect(try home.text() == text)
    }
  }
}
