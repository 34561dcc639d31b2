import Glibc
import Sandbox
import TestSupport
import Testing

/// What a person had staged, sent and seen is there again, whatever ended the program.
@Suite("Nothing lost")
struct NothingLostTests {
  /// A home that outlives the program, and a monitor in it.
  private func monitor(
    _ sandbox: borrowing TestSandbox, _ home: borrowing TemporaryFolder,
    _ more: [String] = [], script: String? = nil
  ) throws -> TmuxSession {
    let environment = ["HOME": home.path, "XDG_STATE_HOME": home.path("state")]
    let arguments = ["monitor"] + sandbox.options + more
    guard let script else {
      return try Program.inLastingTerminal(arguments, environment: environment)
    }
    return try TmuxSession(
      ["sh", "-c", script, try Program.path] + arguments,
      environment: environment.merging(["XDG_CONFIG_HOME": "/dev/null/none"]) { $1 })
  }

  private func report(_ state: String, _ sandbox: borrowing TestSandbox) throws {
    try MosquittoClient.publish(
      "{\"state\":{\"reported\":\(state)}}", to: "$aws/things/lamp1/shadow/update",
      as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
  }

  /// Stages a value for the selected resource.
  private func stage(_ value: String, _ screen: TmuxSession) async throws {
    try screen.press("e", "C-u")
    try await screen.wait(seconds: 20, for: "the line empty") {
      $0.rows.contains { $0.contains("│ > ") }
    }
    try screen.type(value)
    try await screen.wait(seconds: 20, for: "> \(value)")
    try screen.press("Enter")
  }

  private func kill(_ screen: TmuxSession, _ signal: CInt) async throws {
    for process in children(of: try screen.identifier()) { Glibc.kill(process, signal) }
    try await screen.wait(seconds: 20, for: "the end") { $0.contains("ended ") }
  }

  /// The one folder of what is kept.
  private func folder(_ home: borrowing TemporaryFolder) throws -> String {
    let kept = home.path("state/shadowscope/kept")
    let names = entries(of: kept)
    try #require(names.count == 1)
    return "\(kept)/\(names[0])"
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test("staged edits survive being killed at once, three times over, and are published then")
  func killed() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try report(#"{"a":1,"b":2,"c":3}"#, sandbox)
    for (count, row) in [1, 2, 3].enumerated() {
      let screen = try monitor(sandbox, home)
      try await screen.wait(seconds: 20, for: "the document") {
        $0.contains("● connected") && $0.row(with: "  c ", "3") != nil
      }
      if count > 0 { try await screen.wait(seconds: 20, for: "\(count) staged edit") }
      for _ in 1..<row { try screen.press("j") }
      try await stage("1\(row)", screen)
      try await screen.wait(seconds: 20, for: "\(count + 1) staged")
      // No pause: what is shown as staged is on its way to the disk already.
      try await waitUntil("the edit on the disk") {
        let text = try ChildProcess.run(["cat", "\(folder(home))/edits-1.json"]).output
        return text.contains("\"value\":1\(row)")
      }
      try await kill(screen, SIGKILL)
    }
    let last = try monitor(sandbox, home)
    try await last.wait(seconds: 20, for: "3 staged edits of today")
    try await last.wait(seconds: 20, for: "● connected")
    try last.press("P")
    try await last.wait(seconds: 20, for: "accepted v2")
    try last.press("q")
    #expect(try await last.wait(seconds: 20, for: "ended 0").contains("ended 0"))
    let left = entries(of: try folder(home))
    #expect(left == ["document.json"])
  }

  @Test("being killed at any moment leaves files that the next one reads", arguments: 0..<6)
  func killedAnytime(_ seed: Int) async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try report(#"{"a":1}"#, sandbox)
    let screen = try monitor(sandbox, home)
    try await screen.wait(seconds: 20, for: "● connected")
    // Steps the number up and down: each writes the file anew.
    try screen.type(String(repeating: "+", count: 40 + 37 * seed))
    try await kill(screen, SIGKILL)
    let next = try monitor(sandbox, home)
    let shown = try await next.wait(seconds: 20, for: "the document") { $0.contains("● connected") }
    #expect(!shown.contains("cannot be read"))
    #expect(!entries(of: try folder(home)).contains { $0.contains("damaged") })
  }

  @Test("the last known document is on the first frame while the broker is away, with its age")
  func firstFrame() async throws {
    let home = try TemporaryFolder()
    let files = try TemporaryFolder()
    let port: Int
    do {
      let sandbox = try TestSandbox()
      try report(#"{"temperature":21.5}"#, sandbox)
      let screen = try monitor(sandbox, home)
      try await screen.wait(seconds: 20, for: "21.5")
      try screen.press("q")
      try await screen.wait(seconds: 20, for: "ended 0")
      port = sandbox.port
      _ = try ChildProcess.run(["cp", "-r", sandbox.batch.things, files.path("things")])
      _ = try ChildProcess.run(["cp", sandbox.batch.authority, files.path("ca.pem")])
    }
    let screen = try Program.inTerminal(
      [
        "monitor", "--thing-dir", files.path("things/lamp1"), "--ca", files.path("ca.pem"),
        "--endpoint", "localhost:\(port)",
      ], environment: ["HOME": home.path, "XDG_STATE_HOME": home.path("state")])
    // Whatever the first frame is that has anything in it.
    let first = try await screen.wait(seconds: 20, for: "a frame") { $0.contains("resources") }
    #expect(first.contains("21.5"))
    #expect(first.contains("last known, "))
    try await screen.wait(seconds: 20, for: "Not connected for")
    try await screen.wait(seconds: 20, for: "21.5")
  }

  @Test("an update whose answer never came is not applied, or is, by what the next get says")
  func unanswered() async throws {
    for (rule, words) in [
      // The service never sees the request; or it does, and its answers are lost.
      ("drop kind=request operation=update thing=lamp1", "it is staged again"),
      ("drop operation=update thing=lamp1", "It was applied after all"),
    ] {
      let sandbox = try TestSandbox(faults: [rule])
      let home = try TemporaryFolder()
      let screen = try monitor(sandbox, home)
      try await screen.wait(seconds: 20, for: "This thing has no shadow")
      try screen.press("a")
      try screen.type("mode")
      try screen.press("Enter")
      try screen.type("eco")
      try await screen.wait(seconds: 20, for: "> eco")
      try screen.press("Enter")
      try await screen.wait(seconds: 20, for: "1 staged")
      try screen.press("P")
      // It has left when the log has it.
      try await screen.wait(seconds: 20, for: "the update in the log") {
        $0.row(with: "→ update") != nil
      }
      try await kill(screen, SIGKILL)
      let next = try monitor(sandbox, home)
      try await next.wait(seconds: 30, for: words)
    }
  }

  @Test("two monitors on one shadow keep their edits apart, and both are there afterwards")
  func twoMonitors() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try report(#"{"a":1,"b":2}"#, sandbox)
    let owner = [
      "monitor", "--as-owner", sandbox.batch.owner.path, "--thing", "lamp1", "--endpoint",
      "localhost:\(sandbox.port)",
    ]
    let environment = ["HOME": home.path, "XDG_STATE_HOME": home.path("state")]
    let first = try monitor(sandbox, home)
    try await first.wait(seconds: 20, for: "● connected")
    try await stage("11", first)
    try await first.wait(seconds: 20, for: "1 staged")
    let second = try Program.inLastingTerminal(owner, environment: environment)
    let notice = try await second.wait(seconds: 20, for: "had 1 staged edit for this")
    let process = try #require(children(of: try first.identifier()).first)
    #expect(notice.contains("(process \(process))"))
    #expect(!notice.contains("1 staged ┤"))
    try second.press("Escape")
    try await second.wait(seconds: 20, for: "the notice gone") { !$0.contains("another monitor") }
    try second.press("j")
    try await stage("22", second)
    try await second.wait(seconds: 20, for: "1 staged")
    try await waitUntil("both files") {
      entries(of: try folder(home)).filter { $0.hasSuffix(".json") && $0.hasPrefix("edits") }
        == ["edits-1.json", "edits-2.json"]
    }
    try await kill(first, SIGKILL)
    try await kill(second, SIGKILL)
    let both = try monitor(sandbox, home)
    try await both.wait(seconds: 20, for: "2 staged edits of today")
    try await waitUntil("one file of edits") {
      entries(of: try folder(home)).filter { $0.hasSuffix(".json") && $0.hasPrefix("edits") }
        == ["edits-1.json"]
    }
  }

  @Test("quitting and being told to end say that edits are kept", arguments: [SIGTERM, SIGHUP])
  func words(_ signal: CInt) async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try report(#"{"a":1}"#, sandbox)
    let screen = try monitor(sandbox, home)
    try await screen.wait(seconds: 20, for: "● connected")
    try await stage("11", screen)
    try await screen.wait(seconds: 20, for: "1 staged")
    try screen.press("q")
    try await screen.wait(seconds: 20, for: "1 staged edit is kept for the next time. Quit?")
    try screen.press("n")
    try await screen.wait(seconds: 20, for: "the question gone") { !$0.contains("y yes") }
    for process in children(of: try screen.identifier()) { Glibc.kill(process, signal) }
    let last = try await screen.wait(seconds: 20, for: "ended 0")
    #expect(last.text.replacing("\n", with: "").contains("1 staged edit is kept, and the next"))
    let next = try monitor(sandbox, home)
    try await next.wait(seconds: 20, for: "1 staged edit of today")
  }

  @Test("files are for their owner alone, also where the umask says otherwise")
  func modes() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try report(#"{"a":1}"#, sandbox)
    let screen = try monitor(
      sandbox, home, script: "umask 000; \"$0\" \"$@\"; echo ended $?; read line")
    try await screen.wait(seconds: 20, for: "● connected")
    try await stage("11", screen)
    try await waitUntil("all files") {
      entries(of: try folder(home)) == ["document.json", "edits-1.json", "edits-1.lock"]
    }
    for name in entries(of: try folder(home)) {
      #expect(mode("\(try folder(home))/\(name)") == 0o600)
    }
    #expect(mode(try folder(home)) == 0o700)
    #expect(mode(home.path("state/shadowscope/kept")) == 0o700)
  }

  @Test("a monitor that only reads leaves edits to others, and a demo keeps nothing")
  func readOnly() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try report(#"{"a":1}"#, sandbox)
    let screen = try monitor(sandbox, home)
    try await screen.wait(seconds: 20, for: "● connected")
    try await stage("11", screen)
    try await waitUntil("the edit") { entries(of: try folder(home)).contains("edits-1.json") }
    try await kill(screen, SIGKILL)
    let reader = try monitor(sandbox, home, ["--read-only"])
    let shown = try await reader.wait(seconds: 20, for: "● connected")
    #expect(!shown.contains("staged edit"))
    try reader.press("q")
    try await reader.wait(seconds: 20, for: "ended 0")
    #expect(entries(of: try folder(home)).contains("edits-1.json"))

    let other = try TemporaryFolder()
    let demo = try Program.inTerminal(
      ["demo"], environment: ["HOME": other.path, "XDG_STATE_HOME": other.path("state")])
    try await demo.wait(seconds: 40, for: "● connected")
    try demo.press("q")
    try await demo.waitForEnd(seconds: 20)
    #expect(!entries(of: other.path("state/shadowscope")).contains("kept"))
  }

  @Test("a disk without room is told once, and again when there is some")
  func full() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try report(#"{"a":1}"#, sandbox)
    // No file may have a byte; the limit can be taken back.
    let screen = try monitor(
      sandbox, home, script: "prlimit --fsize=0:unlimited \"$0\" \"$@\"; echo ended $?; read line")
    try await screen.wait(seconds: 20, for: "● connected")
    try await stage("11", screen)
    try await screen.wait(seconds: 20, for: "Staged edits are not kept on disk now, only here")
    try screen.press("q")
    try await screen.wait(seconds: 20, for: "1 staged edit will be lost. Quit?")
    try screen.press("n")
    let process = try #require(children(of: try screen.identifier()).first)
    _ = try ChildProcess.run(["prlimit", "--pid", "\(process)", "--fsize=unlimited"])
    try await screen.wait(seconds: 20, for: "Staged edits are kept on disk again")
    try await kill(screen, SIGKILL)
    let next = try monitor(sandbox, home)
    try await next.wait(seconds: 20, for: "1 staged edit of today")
  }

  @Test("a shadow that is closed with edits has them when it is opened again")
  func closing() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    let screen = try monitor(sandbox, home)
    try await screen.wait(seconds: 20, for: "This thing has no shadow")
    func open() async throws {
      try screen.press("S")
      try await screen.wait(seconds: 20, for: "classic shadow")
      try screen.type("night")
      try await screen.wait(seconds: 20, for: "shadow night")
      try screen.press("Enter")
      try await screen.wait(seconds: 20, for: "2/2")
    }
    try await open()
    try screen.press("a")
    try screen.type("mode")
    try screen.press("Enter")
    try screen.type("eco")
    try await screen.wait(seconds: 20, for: "> eco")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")
    try screen.press("X")
    try await screen.wait(seconds: 20, for: "What is staged is kept until")
    try screen.press("y")
    try await screen.wait(seconds: 20, for: "the one shadow") { !$0.contains("2/2") }
    try await open()
    try await screen.wait(seconds: 20, for: "1 staged edit of today")
  }

  @Test(
    "where nothing can be kept the monitor goes on, and says so once there is something to lose")
  func nowhere() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    try home.write("in the way", to: "state")
    try report(#"{"a":1}"#, sandbox)
    let screen = try monitor(sandbox, home)
    let before = try await screen.wait(seconds: 20, for: "● connected")
    #expect(!before.contains("not kept"))
    try await stage("11", screen)
    try await screen.wait(seconds: 20, for: "Staged edits are not kept on disk now, only here")
    try screen.press("P")
    try await screen.wait(seconds: 20, for: "accepted v2")
  }
}
