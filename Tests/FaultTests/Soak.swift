import JSON
import Shadow
import TestSupport
import Thing
@testable import Monitor

/// Someone who publishes an edit every second over a line that is cut every few seconds.
struct Soak {
  /// What came of it.
  struct Figures {
    var seconds: Int64 = 0
    var staged = 0
    var cuts: [String: Int] = [:]
    var connections = 0
    var restarts = 0
    var notKept: [String] = []
    var ledger = SoakLedger()
    var disagreements: [String] = []
    /// Bytes in memory, every few seconds.
    var resident: [Int] = []
    var descriptors: (before: Int, after: Int) = (0, 0)

    /// Bytes a minute that memory grows by over the second half, by least squares.
    func slope(secondsApart: Double) -> Double {
      let half = resident.dropFirst(resident.count / 2).map(Double.init)
      guard half.count > 1 else { return 0 }
      let times = half.indices.map { Double($0) * secondsApart / 60 }
      let (middle, mean) = (
        times.reduce(0, +) / Double(times.count), half.reduce(0, +) / Double(half.count)
      )
      let (above, below) = zip(times, half).reduce((0.0, 0.0)) { sums, pair in
        (
          sums.0 + (pair.0 - middle) * (pair.1 - mean),
          sums.1 + (pair.0 - middle) * (pair.0 - middle)
        )
      }
      return below == 0 ? 0 : above / below
    }
  }

  /// Names of resources: few, so that the shadow stays below its limit.
  private static let resources = 24
  static let secondsBetweenSamples = 5.0

  let seconds: Int64
  let seed: UInt64
  private let scene: FaultScene
  private var monitor: LiveMonitor
  private let configuration: LinkConfiguration
  private var generator: SeededGenerator
  private var figures = Figures()
  private var value = 1000

  init(seconds: Int64, seed: UInt64) throws {
    self.seconds = seconds
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    scene = try FaultScene()
    // Short, so that a minute holds many endings of each kind.
    let deadlines = Deadlines(
      tlsAndConnect: 2000, subscribe: 2000, pong: 500, answer: 2000)
    configuration = try scene.configuration(keepAliveSeconds: 5, deadlines: deadlines)
    monitor = Self.monitor(configuration, scene, seed: seed)
  }

  private static func monitor(
    _ configuration: LinkConfiguration, _ scene: FaultScene, seed: UInt64
  ) -> LiveMonitor {
    LiveMonitor(configuration, seed: seed, logLimit: 1 << 18, state: scene.path("state"))
  }

  /// Ends the monitor, and starts another that finds what the first one has kept.
  private mutating func restart() {
    figures.restarts += 1
    note()
    figures.notKept += monitor.notKept
    monitor.end()
    monitor = Self.monitor(configuration, scene, seed: generator.next())
    note()
  }

  /// Goes on for the whole time, and then sees that everything is settled.
  mutating func run() async throws -> Figures {
    let accepted = try await AcceptedValues(scene.ownerConfiguration())
    try await monitor.online()
    figures.descriptors.before = Memory.descriptors
    let start = Clock.monotonicMilliseconds
    var (nextEdit, nextCut, nextSample) = (start, start + 2000, start)
    var nextRestart = start + 15_000
    var healAt: Int64?
    while Clock.monotonicMilliseconds < start + seconds * 1000 {
      let now = Clock.monotonicMilliseconds
      look()
      if now >= nextEdit {
        nextEdit += 1000
        edit()
      }
      if let due = healAt, now >= due {
        scene.proxy.heal()
        healAt = nil
      }
      if healAt == nil, now >= nextCut {
        healAt = cut().map { now + $0 }
        nextCut = now + Int64.random(in: 1500...5000, using: &generator)
      }
      if now >= nextRestart {
        nextRestart += 15_000
        restart()
      }
      if now >= nextSample {
        nextSample += Int64(Self.secondsBetweenSamples * 1000)
        figures.resident.append(Memory.resident)
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    figures.seconds = (Clock.monotonicMilliseconds - start) / 1000
    try await settle()
    figures.descriptors.after = Memory.descriptors
    figures.connections = scene.proxy.accepted
    figures.notKept += monitor.notKept
    try await waitUntil("the last word of the service") {
      accepted.version >= monitor.model.shadow.version
    }
    figures.disagreements = figures.ledger.disagreements(with: accepted.counted)
    return figures
  }

  /// Heals the line and waits until nothing is on its way; what is staged then stays staged.
  private mutating func settle() async throws {
    scene.proxy.heal()
    let deadline = Clock.monotonicMilliseconds + 40_000
    while !(monitor.model.connection.isUp && monitor.model.freshness.isFresh
      && (monitor.model.delivery == nil || monitor.isUndecided))
    {
      guard Clock.monotonicMilliseconds < deadline else {
        throw ChildProcess.Failure(
          description: "not settled, seed \(seed):\n" + monitor.screen.joined(separator: "\n"))
      }
      if monitor.waitsForLong { monitor.type("r") }
      look()
      try await Task.sleep(for: .milliseconds(5))
    }
    look()
  }

  /// Takes in what has come; what the person has just done is seen first.
  private mutating func look() {
    note()
    monitor.turn()
    note()
  }

  private mutating func note() {
    figures.ledger.look(
      draft: Self.values(of: monitor.model.draft.edits),
      sent: Self.values(of: monitor.model.delivery?.edits ?? []),
      isUndecided: monitor.isUndecided)
  }

  /// Stages a value that was never there and publishes it, with whatever is staged still.
  private mutating func edit() {
    value += 1
    let resource = "r\(value % Self.resources)"
    let old = monitor.model.draft.edits.filter { $0.path == JSONPath(keys: [resource]) }
    figures.ledger.stage(value, replacing: Array(Self.values(of: old)))
    figures.staged += 1
    monitor.stage("\(value)", for: resource)
    if monitor.waitsForLong { monitor.type("r") }
    monitor.type("P")
    look()
  }

  private static func values(of edits: [StagedEdit]) -> Set<Int> {
    Set(edits.compactMap { $0.value.flatMap { Int($0.compact) } })
  }

  /// Does something to the line.
  ///
  /// - Returns: after how many milliseconds it is mended; nil where nothing is left to mend.
  private mutating func cut() -> Int64? {
    let proxy = scene.proxy
    let pause = Int64.random(in: 300...4000, using: &generator)
    let way: Way = Bool.random(using: &generator) ? .toBroker : .toClient
    let ending: Cut = Bool.random(using: &generator) ? .end : .reset
    func count(_ name: String) { figures.cuts[name, default: 0] += 1 }
    switch Int.random(in: 0..<9, using: &generator) {
    case 0:
      count("FIN")
      proxy.cut(.end)
      return nil
    case 1:
      count("RST")
      proxy.cut(.reset)
      return nil
    case 2:
      count("half-open")
      proxy.hold()
    case 3:
      count("one way held")
      proxy.apply(.hold, way)
    case 4:
      count("garbage")
      proxy.apply(.garbage(Array("garbage that is no TLS record".utf8)), way)
      return nil
    case 5:
      count("mid-packet")
      proxy.apply(.cutInRecord(ending), way)
    case 6:
      count("flipped bit")
      proxy.apply(.flip(after: Int.random(in: 0..<200, using: &generator)), way)
    case 7:
      count("refused")
      proxy.welcome(.refuse)
      proxy.cut(ending)
    default:
      count("cut in the handshake")
      proxy.plan(.cut(after: Int.random(in: 0..<3000, using: &generator), ending), way)
      proxy.cut(ending)
    }
    return pause
  }
}
