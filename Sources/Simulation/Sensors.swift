import JSON
import Shadow

/// The resources that change by themselves.
struct Sensors: Sendable {
  fileprivate struct Sensor {
    let rule: Rules.Reporter
    var reading: Reading
    /// When it is due by its own schedule, in ms; `.max` for never.
    var due: Int64
    var generator: SeededGenerator
  }

  private var sensors: [Sensor]
  private let round: Rules.Round?
  private var nextRound: Int64 = .max
  private var generator: SeededGenerator

  init(_ rules: Rules, seed: UInt64, now: Int64) {
    var seeds = SeededGenerator(seed: seed)
    generator = SeededGenerator(seed: seeds.next())
    round = rules.round
    sensors = rules.reporters.map { rule in
      let reading = Reading(rule.source, seed: seeds.next(), now: now)
      var sensor = Sensor(
        rule: rule, reading: reading, due: .max, generator: SeededGenerator(seed: seeds.next()))
      sensor.schedule(now: now)
      return sensor
    }
    if let round, sensors.contains(where: { $0.rule.weight > 0 }) {
      nextRound = now + round.every.draw(using: &generator)
    }
  }

  /// When `step` has something to do, in ms; `.max` for never.
  var nextDue: Int64 { min(nextRound, sensors.map(\.due).min() ?? .max) }

  /// All that is known without another resource.
  func all(now: Int64) -> JSONObject {
    var all = JSONObject()
    for sensor in sensors {
      guard let value = sensor.reading.value(now: now) else { continue }
      all.overlay(value, at: sensor.rule.path)
    }
    return all
  }

  /// Lets the sensors that are due see something new.
  ///
  /// - Parameters:
  ///   - now: ms.
  ///   - reported: what was reported before.
  ///   - wishes: what holds sensors still.
  /// - Returns: what is to be reported.
  mutating func step(now: Int64, reported: JSONObject, heldBy wishes: Wishes) -> JSONObject {
    var due = sensors.indices.filter { sensors[$0].due <= now }
    for index in due { sensors[index].schedule(now: now) }
    if let round, nextRound <= now {
      nextRound = now + round.every.draw(using: &generator)
      due += participants(round.pick, wishes)
    }
    var changes = JSONObject()
    for index in due.sorted() where !sensors[index].isHeld(by: wishes) {
      sensors[index].reading.advance()
      let rule = sensors[index].rule
      guard let value = sensors[index].reading.value(now: now),
        !rule.onlyChanges || reported[rule.path] != value
      else { continue }
      changes.overlay(value, at: rule.path)
    }
    return changes
  }

  /// What depends on other resources and is not yet as they say.
  func following(_ reported: JSONObject, heldBy wishes: Wishes) -> JSONObject {
    var changes = JSONObject()
    for sensor in sensors {
      guard case .bands(let bands) = sensor.rule.source, !sensor.isHeld(by: wishes),
        let value = bands.value(for: reported[bands.source]), value != reported[sensor.rule.path]
      else { continue }
      changes.overlay(value, at: sensor.rule.path)
    }
    return changes
  }

  /// Draws who reports in a round, each at most once.
  private mutating func participants(_ pick: ClosedRange<Int>?, _ wishes: Wishes) -> [Int] {
    var candidates = sensors.indices.filter {
      sensors[$0].rule.weight > 0 && !sensors[$0].isHeld(by: wishes)
    }
    guard let pick else { return candidates }
    var drawn: [Int] = []
    let count = Int.random(in: pick, using: &generator)
    while drawn.count < count, !candidates.isEmpty {
      var ticket = Int.random(
        in: 0..<candidates.reduce(0) { $0 + sensors[$1].rule.weight }, using: &generator)
      let winner = candidates.firstIndex { candidate in
        ticket -= sensors[candidate].rule.weight
        return ticket < 0
      }
      guard let winner else { break }
      drawn.append(candidates.remove(at: winner))
    }
    return drawn
  }
}

extension Sensors.Sensor {
  fileprivate mutating func schedule(now: Int64) {
    guard case .every(let span) = rule.schedule else { return due = .max }
    // Not in the same instant: nothing can spin.
    due = now + max(1, span.draw(using: &generator))
  }

  fileprivate func isHeld(by wishes: Wishes) -> Bool {
    rule.yieldsToWishes && wishes.hold(rule.path)
  }
}

extension Rules.Reporter {
  /// Its share in a round, 0 if it has none.
  fileprivate var weight: Int {
    guard case .round(let weight) = schedule else { return 0 }
    return weight
  }
}
