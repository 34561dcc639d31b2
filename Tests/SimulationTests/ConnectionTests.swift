import JSON
import Shadow
import Simulation
import Testing

@Suite("A simulated device and its connection")
struct ConnectionTests {
  @Test("reports everything with each connection, as it is by then")
  func everything() {
    var rules = Rules(.cycle([1, 2, 3]), at: "t")
    rules.reported = ["mode": "auto"]
    var device = Device(rules)
    #expect(device.simulator.connected(now: 0) == ["mode": "auto", "t": 1])
    device.want(["mode": "eco"], version: 5)
    _ = device.run(until: 2000)
    #expect(device.simulator.connected(now: 2000) == ["mode": "eco", "t": 3])
  }

  @Test("does not make up for what was due while it was away")
  func away() {
    var device = Device(Rules(.cycle([1, 2, 3]), at: "t"))
    _ = device.simulator.connected(now: 0)
    _ = device.simulator.connected(now: 100_000)
    let late = device.simulator.step(now: 100_200)
    #expect(late?.changes == ["t": 2])
    #expect(device.simulator.nextDue == 101_200)
  }

  @Test("reports again what did not arrive, with growing pauses and the newest values")
  func retry() {
    var rules = Rules()
    rules.reported = ["x": 0]
    var device = Device(rules)
    device.want(["x": 1], version: 1)
    var times: [Int64] = []
    for _ in 0..<4 {
      guard let (time, step) = device.run(until: device.now + 30_000).first else { break }
      times.append(time)
      #expect(step.changes == ["x": 1])
      device.simulator.failed(step.changes, now: time)
      // The clock of the test went on to look for more.
      #expect(device.simulator.nextDue >= time + 1000)
    }
    #expect(times.count == 4)
    device.simulator.accepted()
  }

  @Test("does not try again what was refused for good")
  func refusedReport() {
    var device = Device(Rules())
    device.want(["x": 1], version: 1)
    #expect(device.run(until: 2000).count == 1)
    // The service said no: the wish stays open, and comes again with each delta.
    for version in 2...9 as ClosedRange<Int64> { device.want(["x": 1], version: version) }
    #expect(device.run(until: 60_000).isEmpty)
  }

  @Test("plays a series at its pace, from its first row at the start")
  func series() {
    var rules = Rules()
    rules.series = [
      Series(
        name: "day",
        points: [
          Series.Point(time: 0, changes: ["a": 1]), Series.Point(time: 500, changes: ["a": 2]),
          Series.Point(time: 2500, changes: ["b": 3, "a": nil]),
        ], pause: 0, ending: .hold)
    ]
    var device = Device(rules)
    #expect(device.simulator.reported == ["a": 1])
    let steps = device.run(until: 60_000)
    #expect(steps.map(\.time) == [500, 2500])
    #expect(steps.map(\.step.changes) == [["a": 2], ["b": 3, "a": nil]])
    #expect(device.simulator.reported == ["b": 3])
    #expect(!device.simulator.hasEnded)
  }

  /// A series that reports 1 and, a second later, 2.
  private func twoRows(ending: Series.Ending) -> Rules {
    var rules = Rules()
    rules.series = [
      Series(
        name: "day",
        points: [
          Series.Point(time: 0, changes: ["a": 1]), Series.Point(time: 1000, changes: ["a": 2]),
        ], pause: 1000, ending: ending)
    ]
    return rules
  }

  @Test("plays a series again and again, or ends with it", arguments: [Series.Ending.loop, .end])
  func endings(_ ending: Series.Ending) {
    var device = Device(twoRows(ending: ending))
    let values = device.values(of: JSONPath(keys: ["a"]), until: 4000)
    #expect(values == (ending == .loop ? [2, 1, 2, 1] : [2]))
    #expect(device.simulator.hasEnded == (ending == .end))
  }

  @Test("catches up with the last round of a series after a long time away")
  func longAway() {
    var device = Device(twoRows(ending: .loop))
    #expect(device.simulator.connected(now: 1_000_000_500) == ["a": 1])
    #expect(device.simulator.nextDue == 1_000_001_000)
  }

  @Test("keeps a series from what a wish holds")
  func heldSeries() {
    var rules = Rules()
    rules.delay = TimeRange(0)
    rules.series = [
      Series(
        name: "day",
        points: [
          Series.Point(time: 0, changes: ["a": 1]),
          Series.Point(time: 5000, changes: ["a": 2, "b": 7]),
        ], pause: 0, ending: .hold)
    ]
    var device = Device(rules)
    device.want(["a": 9], version: 1)
    #expect(device.run(until: 9000).map(\.step.changes) == [["a": 9], ["b": 7]])
  }
}

@Suite("A recorded shadow that is played")
struct DocumentSeriesTests {
  private func series(_ documents: [(Int64, JSONObject)]) -> Series? {
    Series(
      documents: documents.map { Series.Document(time: $0, reported: $1) }, name: "r", ending: .loop
    )
  }

  @Test("reports everything at first, then what each document changed, at its pace")
  func changes() {
    let series = series([
      (5000, ["a": 1, "p": ["x": 1, "y": 2]]), (5500, ["a": 1, "p": ["x": 1, "y": 2]]),
      (7000, ["a": 2, "p": ["x": 1]]), (6000, ["a": 3, "p": ["x": 1]]),
    ])
    #expect(series?.points.map(\.time) == [0, 2000, 2000])
    #expect(
      series?.points.map(\.changes)
        == [["a": 1, "p": ["x": 1, "y": 2]], ["a": 2, "p": ["y": nil]], ["a": 3]])
  }

  @Test("is none where nothing was reported")
  func nothing() {
    #expect(series([]) == nil)
    #expect(series([(1, [:]), (2, [:])]) == nil)
  }

  @Test("begins with the first report")
  func late() {
    #expect(series([(0, [:]), (9000, ["a": 1])])?.points.map(\.time) == [0])
  }
}
