import Canvas
import Conditions
import JSON
import Monitor
import Shadow
import Terminal
import Thing

/// Follows a thing's shadow until a condition is true.
struct WaitRun {
  let thing: OpenThing
  /// Ms; nil to wait for ever.
  let timeout: Int64?

  /// What is known, and what was asked.
  private struct Progress {
    var watch: ConditionWatch
    var freshness = Freshness()
    /// The last `get` that has left, and when, in ms since 1970.
    var asked: (token: ClientToken, at: Int64)?
    /// Whether the service has answered a `get`, or has had the time for it.
    var isJudged = false
  }

  /// Waits.
  ///
  /// - Parameters:
  ///   - condition: what for.
  ///   - signals: those that end it.
  /// - Returns: what the condition looks at, once it is true.
  /// - Throws: `CommandFailure` when the time is over, a signal came, or the shadow cannot be
  ///   followed.
  func run(
    until condition: Condition, _ signals: Signals
  ) throws(CommandFailure) -> JSONObject {
    let start = Clock.monotonicMilliseconds
    let followed = try FollowedThing(thing, interest: .documents, signals: signals)
    defer { followed.stop() }
    var progress = Progress(watch: ConditionWatch(condition))
    while true {
      let now = Clock.wallMilliseconds
      if progress.watch.isTrue(at: now) { return progress.watch.values(at: now) }
      // No time at all is meant as a look at what is so now.
      let end = timeout == 0 && !progress.isJudged ? nil : timeout.map { start + $0 }
      let moment = Clock.monotonicMilliseconds
      if let end, moment >= end { throw over(progress.watch, at: now) }
      if progress.freshness.isDue(at: now) { ask(followed.session) }
      // Ages go by the clock on the wall, and so does what is planned with them.
      let turns = [progress.watch.nextTurn(after: now), progress.freshness.askAt]
      let wakings = [end] + turns.map { turn in turn.map { moment + max(0, $0 - now) } }
      for occurrence in try followed.next(until: wakings.compactMap(\.self).min()) {
        if case .signal(let signal) = occurrence { throw CommandFailure(endedBy: signal) }
        try take(occurrence, &progress, followed.session)
      }
    }
  }

  private func take(
    _ occurrence: FollowedThing.Occurrence, _ progress: inout Progress, _ session: ThingSession
  ) throws(CommandFailure) {
    switch occurrence {
    case .event(.received(let message), _): take(message, &progress)
    case .event(.sent(let publication, let token, let time), _):
      guard publication.topic == thing.address.topic(.request(.get)) else { break }
      progress.asked = (token, time)
      progress.freshness.ask(token.text)
    case .event(.outcome(let token, _, .get, let outcome), let now):
      try settle(outcome, of: token, at: now, &progress, session)
    case .event(.connection(.lost), _):
      progress.watch.doubt()
      progress.freshness = Freshness()
      progress.isJudged = true
    case .event(.connection(.silent), _): progress.watch.doubt()
    case .event(.connection(.heard), _): ask(session)
    case .dropped:
      progress.watch.doubt()
      ask(session)
    case .event(.shadow(_, .live(let refused, let leftOut)), _):
      try insist(on: refused + leftOut)
    case .event(.shadow(_, .getLeftOut(let failure)), _):
      StandardStreams.tell(
        "warning: The broker does not let us ask for the shadow; it is known once it changes. "
          + failure.cause)
      progress.isJudged = true
    case .event(.connection, _), .event(.shadow, _), .event(.oversized, _), .event(.outcome, _),
      .signal, .input:
      break
    }
  }

  private func take(_ received: ReceivedMessage, _ progress: inout Progress) {
    // A retained one is left over from who knows when.
    guard !received.isRetained,
      let message = ShadowMessage(topic: received.topic, payload: received.payload),
      message.address == thing.address
    else { return }
    let isOurs = progress.asked.map { $0.token.text == message.clientToken } ?? false
    progress.watch.take(
      message, at: received.arrivedAt, asked: isOurs ? progress.asked?.at : nil)
    guard progress.watch.isFresh else { return }
    progress.isJudged = true
    progress.freshness.learn(isEnough: true)
  }

  /// Takes how a `get` ended; what an acceptance says has come as a message before.
  private func settle(
    _ outcome: RequestOutcome, of token: ClientToken, at now: Int64, _ progress: inout Progress,
    _ session: ThingSession
  ) throws(CommandFailure) {
    progress.isJudged = true
    switch outcome {
    case .accepted, .notSent: break
    case .rejected(let error, _) where error.code == 404: break
    case .rejected(let error, _) where error.code == 429 || (500...599).contains(error.code):
      let words = "\(error.code) \(error.message)"
      guard progress.freshness.refuse(token.text, words, at: now) else { return }
      StandardStreams.tell("The service cannot tell the shadow now: \(words). Asking again.")
    case .rejected(let error, _):
      let refusal = ServiceRefusal(error)
      throw CommandFailure(
        status: ExitStatus(rejection: error.code), what: refusal.what, cause: refusal.cause,
        remedy: refusal.remedy)
    case .unknown(let reason):
      guard progress.freshness.giveUp(token.text, at: now) else { return }
      ask(session)
      StandardStreams.tell("The service did not tell the shadow: \(reason). Asking again.")
    }
  }

  private func ask(_ session: ThingSession) {
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    session.submit(
      GetRequest(clientToken: token).publication(to: thing.address), operation: .get,
      of: thing.address, token: token)
  }

  /// Without these topics nothing would ever be known.
  private func insist(on refused: [String]) throws(CommandFailure) {
    let needed = [ShadowTopic.documents, .accepted(.get)].map(thing.address.topic)
    guard let topic = refused.first(where: needed.contains) else { return }
    let refusal = FilterRefusal(
      topic: topic, thing: thing.address.thing, endpoint: thing.configuration.endpoint)
    throw CommandFailure(
      status: .notPermitted, what: refusal.what, cause: refusal.cause, remedy: refusal.remedy
    ).checked(by: thing.doctorLine)
  }
}

extension WaitRun {
  /// Columns of a value that are told.
  private static let mostColumns = 300

  /// The failure of a wait whose time is over.
  private func over(_ watch: ConditionWatch, at now: Int64) -> CommandFailure {
    var lines: [String] = []
    let parts: [ConditionWatch.Part]
    let cause: String
    switch watch.state {
    case .unknown: (parts, cause) = ([], "The service has not told the shadow.")
    case .missing: (parts, cause) = ([], "The thing has no shadow (404).")
    case .held where watch.isFresh:
      (parts, cause) = (watch.falseParts(at: now), "These parts are false:")
    case .held:
      parts = watch.falseParts(at: now)
      cause =
        "Since the connection was lost the shadow is not known"
        + (parts.isEmpty ? "." : "; before that these parts were false:")
    }
    for part in parts {
      lines.append("  \(part.text)")
      for member in part.values {
        let value = member.value.isNull ? "not there" : member.value.compact(escaping: .invisible)
        let line = "    \(member.key) is \(value)"
        lines.append(SafeText.escaped(line, limit: Self.mostColumns))
      }
    }
    return CommandFailure(
      status: .timedOut,
      what: "The condition was not true within \(DurationText.text(of: timeout ?? 0)).",
      cause: cause, remedy: "", excerpt: lines)
  }
}
