package import JSON
package import Shadow

/// The device of the demonstration, without a connection: what it measures, what it reports, and
/// how it obeys.
///
/// About once a second one or two readings change. What `desired` asks for it does after a second
/// and reports, whatever the name; only the pump's flow gets there slowly, so that a difference
/// stays on the screen for a while. A reading that `desired` names holds still until `desired` lets
/// go of it. All times are milliseconds of one clock that never jumps.
package struct WeatherStation: Sendable {
  /// From a wish to its fulfilment.
  static let reactionMilliseconds: Int64 = 1000
  /// From one reading to the next, shortest and longest.
  static let readingMilliseconds: ClosedRange<Int64> = 800...1200

  /// All that it reports.
  package private(set) var reported: JSONObject

  private var generator: SeededGenerator
  private var weather = Weather()
  private var pump = Pump(flowTenths: 20)
  /// Names on the top level that `desired` holds still.
  private var held: Set<ScalarKey> = []
  /// What to do next for `desired`, and when.
  private var wish: (state: JSONObject, due: Int64)?
  private var nextReading: Int64

  /// Switches the station on.
  ///
  /// - Parameters:
  ///   - seed: the same seed measures the same weather.
  ///   - now: milliseconds.
  package init(seed: UInt64, now: Int64) {
    generator = SeededGenerator(seed: seed)
    nextReading = now + Self.readingMilliseconds.upperBound
    reported = weather.readings
    reported.merge([
      "mode": "auto", "interval": 1,
      "pump1": ["type": "pump", "flow": pump.flow, "running": true],
      "tcxn": [
        "connection_status": 2, "fw_ver": "2.4.1", "ip_addr": "10.20.30.40",
        "network_type": "LTE",
      ],
    ])
  }

  /// The first thing to send: all that is reported, and what the cloud side wants at the start.
  package var firstReport: UpdateRequest {
    UpdateRequest(
      desired: .merge(["mode": "auto", "pump1": ["flow": 12]]), reported: .merge(reported))
  }

  /// When `report(now:)` has something to say next, in milliseconds.
  package var nextDue: Int64 { min(nextReading, wish?.due ?? .max, pump.nextStep) }

  /// Takes a message of its shadow: a difference is obeyed in time, and whole documents tell what
  /// `desired` no longer names.
  package mutating func receive(_ message: ShadowMessage, now: Int64) {
    switch message.content {
    case .delta(let state, _, _): want(state, now: now)
    case .documents(_, let current): heed(current)
    case .document(let document):
      heed(document)
      if let delta = document.delta { want(delta, now: now) }
    case .request, .updateAccepted, .deleteAccepted, .rejected, .unreadable: break
    }
  }

  /// What there is to report at this time, or nil; called at `nextDue`.
  package mutating func report(now: Int64) -> UpdateRequest? {
    var changes = JSONObject()
    if let wish, wish.due <= now {
      self.wish = nil
      changes.merge(fulfil(wish.state, now: now))
    }
    if let flow = pump.step(now: now) { changes.merge(["pump1": ["flow": flow]]) }
    if nextReading <= now {
      nextReading = now + Int64.random(in: Self.readingMilliseconds, using: &generator)
      changes.merge(measure())
    }
    guard !changes.isEmpty else { return nil }
    reported.merge(changes)
    return UpdateRequest(reported: .merge(changes))
  }

  // MARK: -

  /// Lets go of what `desired` no longer names.
  private mutating func heed(_ document: ShadowDocument) {
    let desired = document.desired ?? JSONObject()
    held = held.filter { desired[$0.text] != nil }
    if desired["pump1"]?.object?["flow"] == nil { pump.rest() }
  }

  /// Deltas are cumulative (spec 8): a newer one takes the place of the older, and its time.
  private mutating func want(_ state: JSONObject, now: Int64) {
    wish = (state, wish?.due ?? now + Self.reactionMilliseconds)
  }

  /// Does what is wanted.
  ///
  /// - Returns: what to report of it at once.
  private mutating func fulfil(_ state: JSONObject, now: Int64) -> JSONObject {
    var done = JSONObject()
    for member in state.effectiveMembers {
      held.insert(ScalarKey(member.key))
      var value = member.value
      if member.key.hasSameScalars(as: "pump1"), var parts = value.object,
        let flow = parts["flow"]?.number, pump.aim(at: flow, now: now)
      {
        parts["flow"] = nil
        if parts.isEmpty { continue }
        value = .object(parts)
      }
      done.append(key: member.key, value: value)
    }
    return done
  }

  /// Lets one or two sensors see something new.
  private mutating func measure() -> JSONObject {
    var changes = JSONObject()
    for _ in 0..<Int.random(in: 1...2, using: &generator) {
      guard let sensor = Weather.Sensor.weighted.randomElement(using: &generator),
        !held.contains(ScalarKey(sensor.key))
      else { continue }
      weather.wander(sensor, using: &generator)
      for member in weather.reading(of: sensor) {
        // A status that is the same as before is no news.
        guard let told = reported[member.key], told != member.value else { continue }
        changes.merge([member.key: member.value])
      }
    }
    return changes
  }
}
