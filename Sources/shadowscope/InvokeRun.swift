import Shadow
import Terminal
import Thing

/// One call of MIC's invoke service, from connection to answer.
struct InvokeRun {
  /// An answer, and when what was sent and came; ms since 1970 by this machine's clock.
  struct Reply {
    let answer: InvokeAnswer
    let sentAt: Int64
    let arrivedAt: Int64
  }

  let thing: OpenThing
  /// Ms that the answer may take.
  let patience: Int64
  /// Those that are taken over already; nil to leave them to the system.
  var signals: Signals?

  private var topic: String { MICTopic.invokeResponse.topic(of: thing.address.thing) }

  /// Connects, calls once, and waits for the answer.
  ///
  /// - Returns: the first answer that may be the one to this call, and is no refusal.
  /// - Throws: `CommandFailure` for anything else.
  func reply(to call: InvokeCall) throws(CommandFailure) -> Reply {
    let followed = try FollowedThing(thing, addresses: [], filters: [topic], signals: signals)
    defer { followed.stop() }
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    var hasCalled = false
    var sentAt: Int64?
    var deadline: Int64?
    while true {
      if let deadline, Clock.monotonicMilliseconds >= deadline { throw unanswered }
      for occurrence in try followed.next(until: deadline) {
        if case .signal(let signal) = occurrence { throw CommandFailure(endedBy: signal) }
        guard case .event(let event, _) = occurrence else { continue }
        switch event {
        case .connection(.online(let report)):
          guard !report.refusedFilters.contains(topic) else { throw thing.refusal(of: topic) }
          guard !hasCalled else { break }
          hasCalled = true
          followed.session.send(
            call.publication(of: thing.address.thing), of: thing.address, token: token)
        case .sent(_, token, let time):
          sentAt = time
          deadline = Clock.monotonicMilliseconds + patience
        case .outcome(token, _, _, .notSent(let reason)):
          throw CommandFailure(
            status: .unavailable, what: "The call was not sent.", cause: reason,
            remedy: "Try again.")
        case .connection(.lost(let failure, _)) where sentAt != nil: throw lost(failure)
        case .received(let message) where message.topic == topic && !message.isRetained:
          let answer = InvokeAnswer(message.payload)
          guard let sentAt, answer.answers(call) else { break }
          if let refusal = answer.refusal { throw CommandFailure(refusal) }
          return Reply(answer: answer, sentAt: sentAt, arrivedAt: message.arrivedAt)
        case .connection, .shadow, .received, .oversized, .sent, .outcome: break
        }
      }
    }
  }

  private var unanswered: CommandFailure {
    CommandFailure(
      status: .unknownOutcome,
      what: "The invoke service did not answer within \(DurationText.text(of: patience)).",
      cause: "It is Managed IoT Cloud's: a broker without it takes the call and stays silent.",
      remedy: "Try again, or give it longer with --timeout.")
  }

  private func lost(_ failure: ConnectionFailure) -> CommandFailure {
    CommandFailure(
      status: .unknownOutcome, what: "The connection ended before the invoke service answered.",
      cause: "\(failure.what) \(failure.cause)",
      remedy: ["Try again.", failure.neededPermissions].compactMap(\.self).joined(separator: " "))
  }
}

extension CommandFailure {
  /// The service's own words; they may name what was asked for, and hold no URL.
  fileprivate init(_ refusal: InvokeAnswer.Refusal) {
    let words = [refusal.type, refusal.message].filter { !$0.isEmpty }.joined(separator: ": ")
    let masked = SignedURL.masking(Array(words.utf8)).map { String(decoding: $0, as: UTF8.self) }
    self.init(
      status: .rejected, what: "The invoke service refused the call: \(masked ?? words).",
      cause: "", remedy: "`shadowscope invoke --help` tells what the functions take.")
  }
}
