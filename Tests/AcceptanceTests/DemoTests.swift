import Glibc
import TestSupport
import Testing

@Suite("The demo")
struct DemoTests {
  @Test("shows live values, takes an edit, and the version rises; quitting leaves nothing behind")
  func firstMinute() async throws {
    let folder = try TemporaryFolder()
    let demo = try Program.inTerminal(["demo"], environment: ["TMPDIR": folder.path])
    let first = try await demo.wait(seconds: 30, for: "live values") {
      $0.contains("● connected") && $0.contains("humidity") && $0.version != nil
    }
    let second = try await demo.wait(seconds: 30, for: "a further version without a key") {
      $0.version ?? 0 > first.version ?? 0
    }
    #expect(second.contains("pump1  (pump)"))

    try demo.press("j", "t", "e")
    try await demo.wait(seconds: 20, for: "desired interval")
    try demo.press("C-u")
    try demo.type("2")
    try await demo.wait(seconds: 20, for: "> 2")
    try demo.press("Enter")
    let staged = try await demo.wait(seconds: 20, for: #"{"state":{"desired":{"interval":2}}"#)
    #expect(staged.contains("1 staged"))
    try demo.press("P")
    let accepted = try await demo.wait(seconds: 20, for: "accepted v")
    #expect(accepted.version ?? 0 > second.version ?? 0)
    try await demo.wait(seconds: 20, for: "the station to obey") { screen in
      let row = screen.rows.first { $0.contains("  interval ") }
      let columns = row?.split(separator: " ").drop { $0 != "interval" }.dropFirst().prefix(2)
      return columns.map(Array.init) == ["2", "2"]
    }

    try demo.press("q")
    #expect(try await demo.waitForEnd(seconds: 20) == 0)
    #expect(processes(mentioning: folder.path) == [])
    #expect(entries(of: folder.path) == [])
  }

  @Test("shows its station off line by last will when that is killed, and lists what is behind it")
  func killed() async throws {
    let folder = try TemporaryFolder()
    let demo = try Program.inTerminal(["demo"], environment: ["TMPDIR": folder.path])
    try await demo.wait(seconds: 30, for: "live values") {
      $0.contains("● connected") && $0.contains("pressure") && !$0.contains("device offline")
    }
    try demo.press("S")
    try await demo.wait(seconds: 20, for: "networked thing greenhouse-07__soil")
    try demo.type("soil")
    try demo.press("Enter")
    try await demo.wait(seconds: 20, for: "its own shadow") {
      $0.contains("moisture") && $0.contains("greenhouse-07__soil")
    }
    try demo.press("S")
    try await demo.wait(seconds: 20, for: "the budget of each") { $0.contains("/8 KB") }
    try demo.press("Escape")
    try await demo.wait(seconds: 20, for: "the list closed") { !$0.contains("┌ shadows") }
    try demo.press("(")
    let stations = Set(processes(mentioning: folder.path))
      .intersection(processes(mentioning: "simulate"))
    #expect(!stations.isEmpty)
    for station in stations { kill(station, SIGKILL) }
    try await demo.wait(seconds: 20, for: "device offline")
    try demo.press("q")
    #expect(try await demo.waitForEnd(seconds: 20) == 0)
    #expect(processes(mentioning: folder.path) == [])
  }

  @Test(
    "fits its screen into the terminal", arguments: [(12, 40), (24, 80), (48, 160), (7, 36)])
  func sizes(rows: Int, columns: Int) async throws {
    let folder = try TemporaryFolder()
    let demo = try Program.inTerminal(
      ["demo"], rows: rows, columns: columns, environment: ["TMPDIR": folder.path])
    let screen = try await demo.wait(seconds: 30, for: "the table") {
      $0.contains("greenhouse-07") && $0.contains("humidity")
    }
    // A frame that does not fit would have scrolled its first line away.
    #expect(screen.rows.first?.contains("greenhouse-07") == true)
    #expect(screen.rows.allSatisfy { $0.count <= columns })
    try demo.press("q")
    #expect(try await demo.waitForEnd(seconds: 20) == 0)
  }

  @Test("keeps its files where --keep says, and they open the same thing again")
  func keep() async throws {
    let folder = try TemporaryFolder()
    let demo = try Program.inTerminal(["demo", "--keep", folder.path("kept")])
    try await demo.wait(seconds: 30, for: "● connected")
    try demo.press("q")
    #expect(try await demo.waitForEnd(seconds: 20) == 0)
    #expect(entries(of: folder.path("kept/things")) == ["greenhouse-07"])
    #expect(processes(mentioning: folder.path) == [])
  }

  @Test("ends on SIGTERM as on q", arguments: [SIGTERM, SIGHUP, SIGINT])
  func told(signal: CInt) async throws {
    let folder = try TemporaryFolder()
    let demo = try Program.inLastingTerminal(["demo"], environment: ["TMPDIR": folder.path])
    try await demo.wait(seconds: 30, for: "● connected")
    for process in children(of: try demo.identifier()) { kill(process, signal) }
    try await demo.wait(seconds: 20, for: "ended 0")
    #expect(try !demo.usesSecondScreen())
    #expect(processes(mentioning: folder.path) == [])
    #expect(entries(of: folder.path) == [])
  }
}

extension TmuxSession.Screen {
  /// The version in the status line.
  var version: Int? {
    rows.first?.split(separator: " ").compactMap { word in
      word.hasPrefix("v") ? Int(word.dropFirst()) : nil
    }.first
  }
}
