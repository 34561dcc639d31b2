import JSON
import Shadow
import Simulation

/// A simulated device between a test and a clock that moves only as the test says.
struct Device {
  var simulator: Simulator
  private(set) var now: Int64

  init(_ rules: Rules, seed: UInt64 = 1, now: Int64 = 0) {
    simulator = Simulator(rules, seed: seed, now: now)
    self.now = now
  }

  /// Does all that is due until a time, that included.
  ///
  /// - Returns: what was reported, and when.
  mutating func run(until end: Int64) -> [(time: Int64, step: Step)] {
    var steps: [(time: Int64, step: Step)] = []
    while simulator.nextDue <= end {
      now = max(now, simulator.nextDue)
      if let step = simulator.step(now: now) { steps.append((now, step)) }
    }
    now = max(now, end)
    return steps
  }

  /// What was reported for one resource until a time.
  mutating func values(of path: JSONPath, until end: Int64) -> [JSONValue] {
    run(until: end).compactMap { JSONValue.object($0.step.changes)[path] }
  }

  mutating func want(_ open: JSONObject, version: Int64 = 1) {
    simulator.receive(
      ShadowMessage(
        address: ShadowAddress(thing: "lamp"), topic: .delta,
        content: .delta(state: open, metadata: nil, version: version)), now: now)
  }

  mutating func see(desired: JSONObject, reported: JSONObject = [:], version: Int64 = 1) {
    simulator.receive(
      ShadowMessage(
        address: ShadowAddress(thing: "lamp"), topic: .documents,
        content: .documents(
          previous: nil,
          current: ShadowDocument(desired: desired, reported: reported, version: version))),
      now: now)
  }
}

extension Rules {
  init(_ source: ValueSource, at name: String = "a", every milliseconds: Int64 = 1000) {
    self.init()
    reporters = [
      Reporter(
        path: JSONPath(keys: [name]), source: source, schedule: .every(TimeRange(milliseconds)))
    ]
  }

  init(_ name: String, _ change: (inout WishRule) -> Void) {
    self.init()
    var rule = WishRule(
      pattern: PathPattern(text: name, path: JSONPath(keys: [name])), delay: TimeRange(1000))
    change(&rule)
    wishRules = [rule]
  }
}

/// A number by its lexeme.
func number(_ lexeme: String) throws -> JSONNumber {
  guard let number = JSONNumber(lexeme: lexeme) else { throw NoNumber(lexeme: lexeme) }
  return number
}

struct NoNumber: Error {
  let lexeme: String
}
