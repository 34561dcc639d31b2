import JSON
import Sandbox
import TestSupport
import Testing

@Suite("shadowscope config and the profiles")
struct ConfigTests {
  /// A file of settings, and an environment that has it.
  private struct SettingsHome: ~Copyable {
    let folder: TemporaryFolder
    var file: String { folder.path("shadowscope/config.toml") }
    var environment: [String: String] {
      [
        "XDG_CONFIG_HOME": folder.path, "XDG_STATE_HOME": folder.path("state"),
        "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
      ]
    }

    init(_ text: String) throws {
      let folder = try TemporaryFolder()
      try PrivateFiles.makeFolder(folder.path("shadowscope"))
      try folder.write(text, to: "shadowscope/config.toml")
      self.folder = folder
    }

    func run(
      _ arguments: [String], _ more: [String: String] = [:]
    ) throws -> (status: CInt?, output: String, errors: String) {
      try Program.run(arguments, environment: environment.merging(more) { $1 })
    }
  }

  private static let plant = """
    profile = "plant"
    theme = "nord"

    [profiles.plant]
    batch = "certs"
    thing = "00000001"
    endpoint = "h.example"
    read-only = true
    """

  @Test("shows what holds and where it comes from")
  func table() throws {
    let settings = try SettingsHome(Self.plant)
    let (status, output, errors) = try settings.run(
      ["config", "--thing", "00000002"], ["SHADOWSCOPE_KEEP_ALIVE": "60"])
    #expect(status == 0)
    #expect(errors == "")
    let folder = settings.folder.path("shadowscope")
    let pad = String(repeating: " ", count: "\(folder)/certs".count)
    func row(_ name: String, _ value: String, _ origin: String) -> String {
      name.padded(to: 12) + value.padded(to: pad.count + 2) + origin
    }
    #expect(
      output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
        "file     \(settings.file)", "profile  plant, by the file, line 1", "",
        "thing-dir   -", row("batch", "\(folder)/certs", "profile plant, line 5"),
        "as-owner    -", row("thing", "00000002", "--thing"),
        row("endpoint", "h.example", "profile plant, line 7"),
        row("ca", "-", "default: beside the thing, else the system's Amazon roots"),
        row("client-id", "-", "default: the thing's name"),
        row("shadow", "-", "default: the classic shadow"),
        row("keep-alive", "60", "SHADOWSCOPE_KEEP_ALIVE"),
        row("read-only", "true", "profile plant, line 8"), row("presence", "false", "default"),
        row("theme", "nord", "the file, line 2"), "", "not used:",
        "  thing 00000001, profile plant, line 6: thing of --thing comes first", "",
      ])
  }

  @Test("shows the same as JSON")
  func json() throws {
    let settings = try SettingsHome(Self.plant)
    let (status, output, _) = try settings.run(["config", "--json"])
    #expect(status == 0)
    let root = try JSONParser.parse(Array(output.utf8)).object
    let found = root?["settings"]?.object
    #expect(found?["thing"]?.object?["value"]?.string == "00000001")
    #expect(found?["thing"]?.object?["from"]?.string == "profile")
    #expect(found?["thing"]?.object?["line"]?.integer == 6)
    #expect(found?["presence"]?.object?["from"]?.string == "default")
    #expect(root?["profile"]?.object?["name"]?.string == "plant")
    #expect(root?["faults"]?.array?.isEmpty == true)
  }

  @Test("fits into 40 columns, nothing left out")
  func narrow() async throws {
    let settings = try SettingsHome(
      "profile = \"p\"\n[profiles.p]\nthing-dir = \"~/x\"\nendpoint = \"h\"\nkeep-alive = 60\n")
    let screen = try Program.inTerminal(
      ["config"], rows: 40, columns: 40,
      environment: settings.environment.merging(["HOME": "/h"]) { $1 })
    let shown = try await screen.wait(seconds: 20, for: "theme")
    #expect(shown.contains("thing-dir   /h/x"))
    #expect(shown.contains("  profile p, line 3"))
    #expect(shown.rows.contains("keep-alive  60"))
  }

  @Test("names everything that is wrong in the file with its line, and ends with 65")
  func faults() throws {
    let settings = try SettingsHome(
      "them = 1\n[profiles.a]\nthig = \"x\"\n[profiles.b]\npassphrase = \"hunter2\"\n")
    let (status, output, errors) = try settings.run(["config"])
    #expect(status == 65)
    #expect(
      errors == """
        shadowscope: \(settings.file):1: there is no setting "them" (did you mean "theme"?)
          \(settings.file):3: there is no setting "thig" (did you mean "thing"?)
          \(settings.file):5: "passphrase" is never kept in a file: a key stays where the \
        thing's files are, a passphrase is asked for

        """)
    #expect(!(output + errors).contains("hunter2"))
    let used = try settings.run(["config", "--profile", "b"])
    #expect(used.status == 65)
    #expect(used.errors == errors)
  }

  @Test("tells where the file is, also one that is named")
  func path() throws {
    let settings = try SettingsHome("")
    #expect(try settings.run(["config", "path"]).output == "\(settings.file)\n")
    #expect(try settings.run(["config", "path", "--config", "/a/b"]).output == "/a/b\n")
    #expect(
      try settings.run(["config", "path"], ["SHADOWSCOPE_CONFIG": "/c"]).output == "/c\n")
    let none = try settings.run(["get", "--config", "/nowhere/x.toml"])
    #expect(none.status == 66)
    #expect(none.errors.contains("There is no file of settings at /nowhere/x.toml."))
  }

  @Test("a profile that is not there is told with those that are")
  func unknown() throws {
    let settings = try SettingsHome("[profiles.plant]\n[profiles.home]\n")
    let (status, _, errors) = try settings.run(["get", "--profile", "palnt"])
    #expect(status == 64)
    #expect(
      errors.contains("There is no profile “palnt” in \(settings.file). Did you mean “plant”?"))
    #expect(errors.contains("there are \"plant\", \"home\""))
  }

  @Test("a file that is no TOML is warned of where no profile is wanted, and refused where one is")
  func malformed() throws {
    let sandbox = try TestSandbox()
    let settings = try SettingsHome("profile =")
    let get = try settings.run(["get"] + sandbox.options)
    #expect(get.status == 4)
    #expect(get.errors.hasPrefix("warning: \(settings.file):1: it is no TOML"))
    let wanted = try settings.run(["get", "--profile", "a"] + sandbox.options)
    #expect(wanted.status == 65)
    #expect(wanted.errors.hasPrefix("shadowscope: \(settings.file):1: it is no TOML"))
  }

  @Test("a file that is no TOML may forbid changes, so that nothing is published past it")
  func maybeReadOnly() throws {
    let sandbox = try TestSandbox()
    let settings = try SettingsHome("[profiles.lamp")
    let refused = try settings.run(["update", "a=1"] + sandbox.options)
    #expect(refused.status == 65)
    #expect(refused.errors.contains("the file of settings cannot be read, and may forbid it"))
    #expect(try settings.run(["get"] + sandbox.options).status == 4)
    #expect(try settings.run(["update", "--no-profile", "a=1"] + sandbox.options).status == 0)
    #expect(try settings.run(["update", "--no-read-only", "a=2"] + sandbox.options).status == 0)
  }

  @Test("a default profile that is no name is refused like one that is not there")
  func wrongDefault() throws {
    let sandbox = try TestSandbox()
    let settings = try SettingsHome("profile = 7\n[profiles.lamp]\nread-only = true\n")
    let refused = try settings.run(["update", "a=1"] + sandbox.options)
    #expect(refused.status == 65)
    #expect(refused.errors.contains("\(settings.file):1: "))
    #expect(try settings.run(["get"] + sandbox.options).status == 65)
    #expect(try settings.run(["get", "--no-profile"] + sandbox.options).status == 4)
  }

  @Test(
    "a keep-alive has 5 to 1200 seconds, wherever it is said",
    arguments: [(["--keep-alive", "4"], [:]), ([], ["SHADOWSCOPE_KEEP_ALIVE": "1201"])]
      as [([String], [String: String])])
  func keepAlive(_ options: [String], _ environment: [String: String]) throws {
    let (status, _, errors) = try SettingsHome("").run(["get"] + options, environment)
    #expect(status == 64)
    #expect(errors.contains("a number of seconds from 5 to 1200"))
  }

  @Test("a read-only profile lets no update through unless told to")
  func readOnly() throws {
    let sandbox = try TestSandbox()
    let settings = try SettingsHome(
      """
      [profiles.lamp]
      thing-dir = "\(sandbox.batch.thing("lamp1").path)"
      ca = "\(sandbox.batch.authority)"
      endpoint = "localhost:\(sandbox.port)"
      read-only = true
      """)
    let profile = ["SHADOWSCOPE_PROFILE": "lamp"]
    let refused = try settings.run(["update", "a=1"], profile)
    #expect(refused.status == 64)
    #expect(refused.errors.contains("Nothing was sent: this connection is read-only."))
    #expect(refused.errors.contains("profile lamp, \(settings.file):5 says so."))
    #expect(try settings.run(["get"], profile).status == 4)
    #expect(try settings.run(["update", "--no-read-only", "a=1"], profile).status == 0)
  }

  @Test("the default profile opens the monitor by the program's name alone")
  func monitor() async throws {
    let sandbox = try TestSandbox()
    let settings = try SettingsHome(
      """
      profile = "lamp"
      [profiles.lamp]
      thing-dir = "\(sandbox.batch.thing("lamp1").path)"
      endpoint = "localhost:\(sandbox.port)"
      read-only = true
      [profiles.lamp.keys]
      quit = "Q"
      """)
    let screen = try Program.inTerminal([], environment: settings.environment)
    let shown = try await screen.wait(seconds: 20, for: "This thing has no shadow")
    #expect(shown.contains("lamp1  read-only"))
    #expect(shown.contains("Q quit"))
    try screen.press("Q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    let start = try Program.inTerminal(["--no-profile"], environment: settings.environment)
    try await start.wait(seconds: 20, for: "open a profile: lamp")
    try start.press("Enter")
    try await start.wait(seconds: 20, for: "┌ profiles ")
    try start.press("Enter")
    try await start.wait(seconds: 20, for: "lamp1  read-only")
    try start.press("Q")
    #expect(try await start.waitForEnd(seconds: 20) == 0)
  }
}

extension String {
  fileprivate func padded(to columns: Int) -> String {
    self + String(repeating: " ", count: max(0, columns - count))
  }
}
