import JSON
import Shadow
import Simulation
import Testing

@Suite("A simulated device under whatever comes")
struct ChanceTests {
  @Test(
    "never reports too often or what is held, answers a wish once, and always gets on",
    arguments: 1...20 as ClosedRange<UInt64>)
  func anything(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    var device = Device(Self.rules(&chance), seed: seed)
    var desired = JSONObject()
    var last: Int64 = .min / 2
    var answered: [JSONPath: [JSONValue]] = [:]
    for version in 1...200 as ClosedRange<Int64> {
      for _ in 0..<Int.random(in: 0...2, using: &chance) {
        let name = Self.names[Int.random(in: 0..<Self.names.count, using: &chance)]
        let value = Self.values[Int.random(in: 0..<Self.values.count, using: &chance)]
        desired[name] = value.isNull ? nil : value
        // Whatever is wished anew may be answered anew.
        answered = [:]
      }
      switch Int.random(in: 0...9, using: &chance) {
      case 0: _ = device.simulator.connected(now: device.now)
      case 1: device.simulator.failed(["a": 1], now: device.now)
      default: break
      }
      device.see(desired: desired, reported: device.simulator.reported, version: version)
      for (time, step) in device.run(until: device.now + 700) {
        if !step.changes.isEmpty {
          #expect(time - last >= Simulator.usualGap || last > time, "seed \(seed)")
          last = time
        }
        for case .refused(let path, let wanted, _) in step.deeds {
          #expect(answered[path]?.contains(wanted) != true, "seed \(seed): \(path.pointer)")
          answered[path, default: []].append(wanted)
        }
      }
    }
    #expect(device.simulator.nextDue > device.now, "seed \(seed)")
  }

  @Test("reads any bytes as a table or says where they are none", arguments: [1, 2, 3] as [UInt64])
  func bytes(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let alphabet = Array("ab,\"\r\n;é ".utf8) + [0, 0xFF]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...40, using: &chance)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &chance)]
      }
      do throws(CSVText.Fault) {
        let table = try CSVText(text)
        #expect(table.rows.allSatisfy { $0.fields.count == table.header.count }, "seed \(seed)")
      } catch {
        let lines = text.split(separator: 10, omittingEmptySubsequences: false).count
        #expect((1...max(1, lines)).contains(error.line), "seed \(seed): \(text)")
      }
    }
  }

  private static let names = ["a", "b", "c", "d", "x"]
  private static let values: [JSONValue] = [
    1, -5, "on", true, 7000, .null, ["x": 1, "y": ["z": 2]], [1, 2], [:],
  ]

  private static func rules(_ chance: inout SeededGenerator) -> Rules {
    var rules = Rules()
    rules.delay = TimeRange(0...900)
    rules.round = Rules.Round(every: TimeRange(100...400), pick: 0...2)
    let walk = ValueSource.Walk(decimals: Decimals(places: 1), start: 0, step: 9, bounds: -50...50)
    rules.reporters = [
      Rules.Reporter(
        path: JSONPath(keys: ["a"]), source: .walk(walk), schedule: .round(weight: 3)),
      Rules.Reporter(
        path: JSONPath(keys: ["d", "e"]), source: .cycle([1, 2]), schedule: .round(weight: 1)),
      Rules.Reporter(
        path: JSONPath(keys: ["b"]), source: .random(["x", "y"]),
        schedule: .every(TimeRange(100...300))),
    ]
    var clamped = WishRule(
      pattern: PathPattern(text: "a", path: JSONPath(keys: ["a"])), delay: TimeRange(0...300))
    clamped.range = WishRule.Range(least: JSONNumber(0), greatest: JSONNumber(9), clamps: true)
    clamped.approach = WishRule.Approach(step: JSONNumber(2), every: TimeRange(100...200))
    var refused = WishRule(
      pattern: PathPattern(text: "c", path: JSONPath(keys: ["c"])), delay: TimeRange(100))
    refused.refusal = WishRule.Refusal(
      reason: "no", chance: Double.random(in: 0...1, using: &chance))
    refused.errorReport = WishRule.ErrorReport(path: JSONPath(keys: ["error"]), value: nil)
    rules.wishRules = [clamped, refused]
    return rules
  }
}
