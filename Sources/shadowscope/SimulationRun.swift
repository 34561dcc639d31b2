import JSON
import Shadow
import Simulation
import Terminal
import Thing

/// A simulated device on the session of its thing, until it is told to end.
struct SimulationRun {
  /// Reports that may wait for their answers; what is due meanwhile is put together.
  private static let mostInFlight = 4
  /// Ms that an end waits for the answers that are out.
  private static let patience: Int64 = 3000

  /// A report that is out.
  private struct Report {
    let step: Step
    /// Whether it is the one that tells everything.
    let isWhole: Bool
  }

  private let follower: FollowedThing
  private let address: ShadowAddress
  private var simulator: Simulator
  private let clock: DeviceClock
  private let output: SimulationOutput
  private var generator = SystemRandomNumberGenerator()
  /// Whether the shadow is followed and has been told everything.
  private var isLive = false
  private var inFlight: [ClientToken: Report] = [:]
  private var isEnding = false
  private var tally = SimulationTally()

  /// Connects.
  ///
  /// - Parameters:
  ///   - thing: as whom.
  ///   - rules: how it behaves.
  ///   - seed: of all that is left to chance.
  ///   - speed: how many times as fast the device's time goes.
  ///   - output: where everything is told.
  ///   - signals: what ends it.
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  init(
    _ thing: OpenThing, rules: Rules, seed: UInt64, speed: Double, output: SimulationOutput,
    signals: Signals
  ) throws(CommandFailure) {
    clock = DeviceClock(speed: speed)
    simulator = Simulator(
      rules, seed: seed, now: clock.now, gap: clock.deviceTime(of: Simulator.usualGap))
    address = thing.address
    self.output = output
    follower = try FollowedThing(thing, signals: signals)
  }

  /// Goes on until a signal, the end of the time, or that of the rules.
  ///
  /// - Parameter duration: ms; nil for ever.
  /// - Throws: `CommandFailure` when the connection fails for good, or nobody reads any more.
  mutating func run(for duration: Int64?) throws(CommandFailure) {
    let end = duration.map { Clock.monotonicMilliseconds + $0 }
    defer {
      output.end()
      tally.tell(seconds: clock.realMilliseconds / 1000)
    }
    var deadline = end
    while true {
      for occurrence in try follower.next(until: nextWaking(before: deadline)) {
        if case .signal = occurrence { return }
        try take(occurrence)
      }
      try act()
      let isOver = end.map { Clock.monotonicMilliseconds >= $0 } ?? false
      if !isEnding, isOver || (simulator.hasEnded && isLive) {
        isEnding = true
        deadline = Clock.monotonicMilliseconds + Self.patience
      }
      guard isEnding else { continue }
      if inFlight.isEmpty || Clock.monotonicMilliseconds >= deadline ?? 0 { return }
    }
  }

  /// Says good-bye to the broker.
  func stop() { follower.stop() }

  // MARK: -

  /// Ms of `Clock.monotonicMilliseconds`.
  private func nextWaking(before deadline: Int64?) -> Int64? {
    guard isLive, !isEnding, inFlight.count < Self.mostInFlight, simulator.nextDue < .max else {
      return deadline
    }
    let due = Clock.monotonicMilliseconds + clock.realTime(until: simulator.nextDue)
    return min(due, deadline ?? .max)
  }

  private mutating func take(_ occurrence: FollowedThing.Occurrence) throws(CommandFailure) {
    switch occurrence {
    case .signal, .input: break
    case .dropped:
      // A delta may be among what was dropped.
      let token = ClientToken.make(using: &generator)
      follower.session.submit(
        GetRequest(clientToken: token).publication(to: address), operation: .get, of: address,
        token: token)
    case .event(let event, _): try take(event)
    }
  }

  private mutating func take(_ event: ThingEvent) throws(CommandFailure) {
    switch event {
    case .shadow(address, .live):
      guard !isLive else { return }
      isLive = true
      let all = simulator.connected(now: clock.now)
      if !all.isEmpty { report(Step(changes: all), isWhole: true) }
    case .connection(.lost): isLive = false
    case .received(let message):
      guard let message = ShadowMessage(topic: message.topic, payload: message.payload),
        message.address == address
      else { return }
      simulator.receive(message, now: clock.now)
    case .outcome(let token, _, _, let outcome):
      guard let report = inFlight.removeValue(forKey: token) else { return }
      try settle(report, outcome)
    case .shadow, .connection, .oversized, .sent: break
    }
  }

  /// Does what is due.
  private mutating func act() throws(CommandFailure) {
    guard isLive, !isEnding, inFlight.count < Self.mostInFlight,
      let step = simulator.step(now: clock.now)
    else { return }
    for case .refused(let path, let wanted, let reason) in step.deeds {
      tally.refused += 1
      try output.write(.refused(path, wanted: wanted, reason: reason))
    }
    if !step.changes.isEmpty { report(step, isWhole: false) }
  }

  private mutating func report(_ step: Step, isWhole: Bool) {
    let token = ClientToken.make(using: &generator)
    let request = UpdateRequest(reported: .merge(step.changes), clientToken: token)
    inFlight[token] = Report(step: step, isWhole: isWhole)
    follower.session.submit(
      request.publication(to: address), operation: .update, of: address, token: token)
  }

  private mutating func settle(
    _ report: Report, _ outcome: RequestOutcome
  ) throws(CommandFailure) {
    let step = report.step
    switch outcome {
    case .accepted(let version, _, _):
      simulator.accepted()
      tally.reports += 1
      let rest = step.changesWithoutDeeds
      if !rest.isEmpty { try output.write(.reported(rest, version: version)) }
      for case .obeyed(let path, let wanted, let given) in step.deeds {
        tally.obeyed += 1
        try output.write(.obeyed(path, wanted: wanted, given: given, version: version))
      }
    case .rejected(let error, _):
      tally.rejected += 1
      // Too many requests, or a fault of the service: that passes.
      let passes = error.code == 429 || error.code >= 500
      if passes { simulator.failed(step.changes, now: clock.now) }
      try output.write(.rejected(step.changes, error, isTriedAgain: passes))
    case .unknown, .notSent:
      // With the connection gone everything is told anew by the next one.
      if isLive { simulator.failed(step.changes, now: clock.now) }
    }
  }
}

extension Step {
  /// What is reported besides what was wished for.
  fileprivate var changesWithoutDeeds: JSONObject {
    var rest = JSONValue.object(changes)
    for case .obeyed(let path, _, _) in deeds {
      rest = rest.removing(at: path)
      // Nothing is left of an object that held it alone.
      var outer = path.parent
      while let around = outer, !around.isEmpty, rest[around]?.object?.isEmpty == true {
        rest = rest.removing(at: around)
        outer = around.parent
      }
    }
    return rest.object ?? JSONObject()
  }
}

/// The time of a simulated device, which may go faster than ours.
private struct DeviceClock {
  private let speed: Double
  private let beginning = Clock.monotonicMilliseconds

  init(speed: Double) { self.speed = speed }

  /// Ms since it was switched on, of ours.
  var realMilliseconds: Int64 { Clock.monotonicMilliseconds - beginning }

  /// Ms since it was switched on, of its own.
  var now: Int64 { deviceTime(of: realMilliseconds) }

  /// Ms of its own for ms of ours.
  func deviceTime(of real: Int64) -> Int64 { Int64(Double(real) * speed) }

  /// Ms of ours until a time of its own; 0 or more.
  func realTime(until due: Int64) -> Int64 {
    guard due > now else { return 0 }
    return Int64((Double(due - now) / speed).rounded(.up))
  }
}

/// How much a simulated device has done.
private struct SimulationTally {
  var reports = 0
  var obeyed = 0
  var refused = 0
  var rejected = 0

  func tell(seconds: Int64) {
    func count(_ number: Int, _ one: String, _ many: String) -> String {
      "\(number) \(number == 1 ? one : many)"
    }
    StandardStreams.tell(
      "The simulation ran for \(DurationText.text(of: seconds * 1000)): "
        + count(reports, "report", "reports") + ", "
        + count(obeyed, "wish obeyed", "wishes obeyed") + ", \(refused) refused, "
        + "\(rejected) rejected by the service.")
  }
}
