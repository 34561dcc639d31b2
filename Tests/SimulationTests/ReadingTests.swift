import JSON
import Shadow
import Simulation
import Testing

@Suite("What a simulated device reports by itself")
struct ReadingTests {
  private let path = JSONPath(keys: ["a"])

  private func lexemes(_ source: ValueSource, until end: Int64, seed: UInt64 = 1) -> [String] {
    var device = Device(Rules(source), seed: seed)
    let first = device.simulator.reported["a"]?.compact ?? ""
    return [first] + device.values(of: path, until: end).map(\.compact)
  }

  @Test("is the same each time for a constant")
  func constant() {
    #expect(lexemes(.constant("on"), until: 2000) == [#""on""#, #""on""#, #""on""#])
  }

  @Test("goes through a list, from the first again after the last")
  func cycle() {
    #expect(lexemes(.cycle([1, true, "x"]), until: 3000) == ["1", "true", #""x""#, "1"])
  }

  @Test("counts by steps, with as many digits as they are written with")
  func count() throws {
    let decimals = Decimals(places: 1)
    let count = ValueSource.Count(decimals: decimals, start: 10, step: -5)
    #expect(lexemes(.count(count), until: 4000) == ["1.0", "0.5", "0.0", "-0.5", "-1.0"])
  }

  @Test(
    "goes evenly from one number to the other, and then as the ramp says",
    arguments: [
      (ValueSource.Ramp.Ending.hold, ["0", "4", "8", "10", "10", "10", "10"]),
      (.saw, ["0", "4", "8", "2", "6", "0", "4"]),
      (.triangle, ["0", "4", "8", "8", "4", "0", "4"]),
    ])
  func ramp(ending: ValueSource.Ramp.Ending, _ expected: [String]) {
    let ramp = ValueSource.Ramp(
      decimals: Decimals(places: 0), from: 0, to: 10, milliseconds: 2500, ending: ending)
    #expect(lexemes(.ramp(ramp), until: 6000) == expected)
  }

  @Test("goes around its mean as a sine")
  func wave() {
    let wave = ValueSource.Wave(
      decimals: Decimals(places: 2), mean: 2000, amplitude: 500, milliseconds: 8000)
    #expect(
      lexemes(.wave(wave), until: 8000)
        == ["20.00", "23.54", "25.00", "23.54", "20.00", "16.46", "15.00", "16.46", "20.00"])
  }

  @Test(
    "walks in steps that are never 0 and never leave the bounds", arguments: [1, 2, 3] as [UInt64])
  func walk(seed: UInt64) {
    let walk = ValueSource.Walk(
      decimals: Decimals(places: 1), start: 184, step: 3, bounds: 180...190)
    let numbers = lexemes(.walk(walk), until: 100_000, seed: seed).compactMap(Double.init)
    #expect(numbers.count == 101)
    #expect(numbers.allSatisfy { (18.0...19.0).contains($0) }, "seed \(seed)")
    let steps = zip(numbers, numbers.dropFirst()).map { abs($0 - $1) }
    #expect(steps.allSatisfy { $0 > 0.05 && $0 < 0.35 }, "seed \(seed)")
  }

  @Test("walks between bounds that are narrower than a step")
  func narrow() {
    let walk = ValueSource.Walk(decimals: Decimals(places: 0), start: 0, step: 50, bounds: 0...1)
    #expect(Set(lexemes(.walk(walk), until: 20_000)) == ["0", "1"])
  }

  @Test("draws from a list, never the same twice running")
  func random() {
    let values = lexemes(.random(["a", "b", "c"]), until: 50_000)
    #expect(Set(values) == [#""a""#, #""b""#, #""c""#])
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 != $1 })
  }

  @Test("moves a place, written as MIC writes it")
  func place() {
    func walk(_ start: Int64) -> ValueSource.Walk {
      ValueSource.Walk(
        decimals: Decimals(places: 5), start: start, step: 20, bounds: (start - 100)...(start + 100)
      )
    }
    let place = ValueSource.PlaceWalk(latitude: walk(5_991_390), longitude: walk(-1_075_220))
    let places = lexemes(.place(place), until: 3000)
    #expect(places.first == #""59.91390,-10.75220""#)
    #expect(Set(places).count == 4)
    #expect(places.allSatisfy { $0.hasPrefix("\"59.91") && $0.contains(",-10.75") })
  }

  @Test("is the same for the same seed, whatever else the device does")
  func seeds() {
    let walk = ValueSource.walk(
      ValueSource.Walk(decimals: Decimals(places: 0), start: 0, step: 9, bounds: -900...900))
    #expect(lexemes(walk, until: 9000, seed: 5) == lexemes(walk, until: 9000, seed: 5))
    #expect(lexemes(walk, until: 9000, seed: 5) != lexemes(walk, until: 9000, seed: 6))
    var busy = Device(Rules(walk), seed: 5)
    busy.want(["b": 1, "c": 2])
    #expect(
      busy.values(of: path, until: 9000).map(\.compact)
        == Array(lexemes(walk, until: 9000, seed: 5).dropFirst()))
  }

  @Test("follows another resource, in the same update and only when it changes")
  func bands() throws {
    var rules = Rules(.cycle([1, 2, 5, 9]), at: "wind")
    let bands = ValueSource.Bands(
      source: JSONPath(keys: ["wind"]),
      bands: [
        ValueSource.Bands.Band(below: JSONNumber(3), value: "calm"),
        ValueSource.Bands.Band(below: JSONNumber(8), value: "breezy"),
      ], otherwise: "stormy")
    rules.reporters.append(
      Rules.Reporter(path: JSONPath(keys: ["s"]), source: .bands(bands), schedule: .following))
    var device = Device(rules)
    #expect(device.simulator.reported == ["wind": 1, "s": "calm"])
    #expect(
      device.run(until: 4000).map(\.step.changes)
        == [
          ["wind": 2], ["wind": 5, "s": "breezy"], ["wind": 9, "s": "stormy"],
          ["wind": 1, "s": "calm"],
        ])
  }

  @Test("reports together what is due together, and no more than so many of a round")
  func rounds() {
    var rules = Rules()
    rules.round = Rules.Round(every: TimeRange(1000), pick: 2...2)
    rules.reporters = ["a", "b", "c"].map { name in
      Rules.Reporter(
        path: JSONPath(keys: [name]),
        source: .count(ValueSource.Count(decimals: Decimals(places: 0), start: 0, step: 1)),
        schedule: .round(weight: 1))
    }
    var device = Device(rules)
    let steps = device.run(until: 30_000)
    #expect(steps.count == 30)
    #expect(steps.allSatisfy { $0.step.changes.count == 2 })
    #expect(device.simulator.reported.allSatisfy { $0.value != 0 })
  }

  @Test("draws the time to the next report from its range")
  func jitter() {
    var rules = Rules(.constant(1))
    rules.reporters = [
      Rules.Reporter(
        path: path, source: .constant(1), schedule: .every(TimeRange(800...1200)))
    ]
    var device = Device(rules)
    let times = device.run(until: 60_000).map(\.time)
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { (800...1200).contains($0) })
    #expect(Set(gaps).count > 20)
  }

  @Test("passes over what is as before, where only changes are wanted")
  func onlyChanges() {
    var rules = Rules(.cycle([1, 1, 2]))
    rules.reporters[0].onlyChanges = true
    var device = Device(rules)
    #expect(device.values(of: path, until: 6000) == [2, 1, 2, 1])
  }

  @Test("never reports more often than a thing may, and merges what waited")
  func gap() {
    var rules = Rules(.constant(1), at: "a", every: 100)
    rules.reporters.append(
      Rules.Reporter(
        path: JSONPath(keys: ["b"]), source: .constant(2), schedule: .every(TimeRange(130))))
    var device = Device(rules)
    let times = device.run(until: 10_000).map(\.time)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= Simulator.usualGap })
    #expect(times.count > 90)
  }

  @Test(
    "writes numbers without rounding errors",
    arguments: [
      (["0.1", "0.2"], 1, "0.3"), (["1e-3"], 3, "0.003"), (["2.50"], 2, "0.03"), (["1e3"], 0, "3"),
      (["7", "0.25"], 2, "0.03"),
    ])
  func decimals(_ lexemes: [String], places: Int, _ three: String) throws {
    let decimals = Decimals(of: try lexemes.map(number))
    #expect(decimals.places == places)
    #expect(decimals.lexeme(3) == three)
    #expect(decimals.units(1e300) == nil)
  }
}
