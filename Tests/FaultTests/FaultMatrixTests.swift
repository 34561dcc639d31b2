import Glibc
import JSON
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing
@testable import Monitor

/// What people hear of each fault, how soon, and that nothing they have staged is lost over it; the
/// figures are in `.build/debug/fault-matrix`.
@Suite("The fault matrix", .timeLimit(.minutes(5)))
struct FaultMatrixTests {
  @Test(
    "get says what is wrong and ends with its status",
    arguments: FaultRow.all.filter { $0.command?.isLong == false })
  func command(_ row: FaultRow) throws {
    let scene = try FaultScene()
    try row.inject(scene)
    let run = try CommandRun(row, scene)
    try run.check()
  }

  // Side by side, since each waits for seconds.
  @Test("get waits no longer than its time-outs: 15 s to connect, 10 s for an answer")
  func patience() async throws {
    let rows = FaultRow.all.filter { $0.command?.isLong == true }
    let scenes = try rows.map { row in
      let scene = try FaultScene()
      try row.inject(scene)
      return scene
    }
    let runs = try zip(rows, scenes).map { try CommandRun($0, $1) }
    try await waitUntil("the end of all", seconds: 25) { runs.allSatisfy { !$0.isRunning } }
    for run in runs { try run.check() }
  }

  @Test(
    "a monitor says what is wrong, keeps the edit that is staged, and publishes it afterwards",
    arguments: FaultRow.all.filter { $0.monitor != nil })
  func monitor(_ row: FaultRow) async throws {
    let scene = try FaultScene()
    let expected = try #require(row.monitor)
    let monitor = LiveMonitor(
      try scene.configuration(
        keepAliveSeconds: expected.keepAliveSeconds, deadlines: expected.deadlines))
    try await monitor.online()
    monitor.stage("22", for: "temperature")
    #expect(monitor.model.draft.edits.map(\.value) == [22])

    try row.inject(scene)
    if expected.isCutFirst { scene.proxy.cut(.reset) }
    if expected.asks { monitor.type("r") }
    let isExpected = { (outage: Outage) in
      expected.words.contains { outage.what.contains($0) }
    }
    let noticed = try await monitor.wait(for: "one of \(expected.words)", seconds: 25) {
      $0.outages.contains(where: isExpected)
    }
    let outage = try #require(monitor.outages.first(where: isExpected))
    try FaultTable.note(
      row.name, "monitor", words: outage.what, ending: outage.isStopped ? "stopped" : "offline",
      milliseconds: noticed, bound: expected.bound)
    #expect(noticed <= expected.bound)
    #expect(outage.isStopped == expected.stops)
    #expect(monitor.model.draft.edits.map(\.value) == [22], "what is staged stays")
    #expect(monitor.screen.contains { $0.contains("1 staged") })
    // In the log at the least, where the next attempt has come further meanwhile.
    #expect(monitor.screen.joined(separator: " ").contains(outage.what.prefix(24)))

    scene.heal()
    try await monitor.wait(for: "connection", seconds: 40) { monitor in
      // A person who has mended it presses the key, unless it comes back by itself soon.
      if monitor.waitsForLong { monitor.type("r") }
      return monitor.model.connection.isUp && monitor.model.freshness.isFresh
    }
    #expect(monitor.model.draft.edits.map(\.value) == [22], "and is still there afterwards")
    monitor.type("P")
    try await monitor.wait(for: "acceptance", seconds: 20) { monitor in
      monitor.model.draft.isEmpty && monitor.model.delivery == nil
    }
    #expect(try scene.document().contains(#""temperature": 22"#))
  }
}

/// `shadowscope get` through a scene's proxy.
private final class CommandRun {
  private let row: FaultRow
  private let child: ChildProcess
  private let start = Clock.monotonicMilliseconds
  private var end: Int64?

  init(_ row: FaultRow, _ scene: FaultScene) throws {
    self.row = row
    child = try ChildProcess(
      [Program.path, "get"] + scene.options(thing: try row.thing?(scene)),
      environment: Program.ours)
  }

  var isRunning: Bool {
    if child.isRunning { return true }
    if end == nil { end = Clock.monotonicMilliseconds }
    return false
  }

  /// Waits for the end and compares.
  func check() throws {
    let expected = try #require(row.command)
    let ending = try child.waitForEnd(seconds: 30)
    let milliseconds = (end ?? Clock.monotonicMilliseconds) - start
    let first = child.errorText.split(separator: "\n").first.map(String.init) ?? ""
    try FaultTable.note(
      row.name, "get", words: first, ending: ending.words, milliseconds: milliseconds,
      bound: expected.bound)
    #expect(ending == .exited(expected.status), "\(child.errorText)")
    #expect(expected.words.contains { child.errorText.contains($0) }, "\(child.errorText)")
    #expect(child.outputText.isEmpty)
    #expect(milliseconds <= expected.bound)
  }
}

extension ChildProcess.Ending {
  fileprivate var words: String {
    switch self {
    case .exited(let status): "exit \(status)"
    case .killed(let signal): "signal \(signal)"
    }
  }
}
