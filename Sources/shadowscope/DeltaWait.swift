import JSON
import Monitor
import Shadow
import Terminal
import Thing

/// An update of desired, and the wait until the thing has done it.
struct DeltaWait {
  private let message: UpdateMessage
  private let wish: PublishedWish
  /// From the acceptance on.
  private let milliseconds: Int64
  private var isSubmitted = false
  /// The version that the update made, or the least that it can have made, and when, in ms of
  /// `Clock.monotonicMilliseconds`; nil before.
  private var accepted: (version: Int64, at: Int64)?
  /// The newest document that was seen.
  private var document: ShadowDocument?
  /// The last `get` that was sent since messages were lost.
  private var asked: ClientToken?
  /// Why the connection ended last, while it is down.
  private var loss: ConnectionFailure?

  /// - Parameters:
  ///   - message: the update.
  ///   - milliseconds: to wait at most.
  /// - Throws: `CommandFailure` if it asks for nothing.
  init(_ message: UpdateMessage, milliseconds: Int64) throws(CommandFailure) {
    guard let wish = PublishedWish(message.request) else {
      throw CommandFailure(
        status: .usage,
        what: "There is no delta to wait for: the update writes nothing in desired.",
        cause: "", remedy: "Add --desired, or leave --wait-delta-closed away.")
    }
    (self.message, self.wish, self.milliseconds) = (message, wish, milliseconds)
  }

  /// Sends the update, prints what was accepted, and waits.
  ///
  /// - Throws: `CommandFailure` if it is not accepted, or the delta is not closed in time.
  mutating func run(as thing: OpenThing) throws(CommandFailure) {
    let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
    let followed = try FollowedThing(thing, interest: .documents, signals: signals)
    defer { followed.stop() }
    while true {
      let deadline = accepted.map { $0.at + milliseconds }
      let happened = try followed.next(until: deadline)
      for occurrence in happened {
        switch occurrence {
        case .event(let event, _):
          try take(event, of: thing, in: followed.session)
        case .signal(let signal): throw interrupted(signal)
        case .dropped: ask(followed.session, of: thing)
        case .input: break
        }
      }
      if let document, let accepted, document.version >= accepted.version,
        wish.open(in: document).isEmpty
      {
        return tell(closedBy: document, after: Clock.monotonicMilliseconds - accepted.at)
      }
      if let deadline, Clock.monotonicMilliseconds >= deadline { throw timedOut(thing) }
    }
  }

  private mutating func take(
    _ event: ThingEvent, of thing: OpenThing, in session: ThingSession
  ) throws(CommandFailure) {
    switch event {
    case .connection(.online(let report)):
      loss = nil
      if let topic = report.refusedFilters.first(where: thing.address.responseTopics.contains) {
        throw thing.refusal(of: topic)
      }
      guard !isSubmitted else { return }
      isSubmitted = true
      session.submit(
        message.publication, operation: .update, of: thing.address, token: message.token)
    case .connection(.lost(let failure, _)): loss = failure
    case .outcome(message.token, _, .update, let outcome):
      if case .unknown = outcome, let loss { throw thing.unanswered(.update, since: loss) }
      let body = try thing.body(of: outcome, to: .update)
      try StandardStreams.writeAccepted(body, "The update was accepted.")
      // Without its number any document that was there before could be taken for the one it made.
      let least = (document?.version ?? 0) + 1
      accepted = (body.object?["version"]?.integer ?? least, Clock.monotonicMilliseconds)
    case .outcome(let token, _, .get, .rejected(let error, _))
    where token == asked && error.code == 404:
      try takeDeletion()
    case .received(let message): try take(message, of: thing)
    case .connection, .shadow, .oversized, .sent, .outcome: return
    }
  }

  private mutating func take(
    _ message: ReceivedMessage, of thing: OpenThing
  ) throws(CommandFailure) {
    guard let message = ShadowMessage(topic: message.topic, payload: message.payload),
      message.address == thing.address
    else { return }
    switch message.content {
    case .document(let current), .documents(_, let current):
      // After a deletion versions may begin anew, and then the wish is gone anyhow.
      if current.version >= document?.version ?? 0 { document = current }
    case .deleteAccepted: try takeDeletion()
    case .request, .updateAccepted, .delta, .rejected, .unreadable: return
    }
  }

  private mutating func takeDeletion() throws(CommandFailure) {
    document = nil
    guard accepted != nil else { return }
    throw CommandFailure(
      status: .noShadow, what: "The shadow was deleted while its delta was waited for.",
      cause: "Somebody else did that.", remedy: "")
  }

  /// Asks for the shadow: the document that closed the delta may be among what was lost.
  private mutating func ask(_ session: ThingSession, of thing: OpenThing) {
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    asked = token
    session.submit(
      GetRequest(clientToken: token).publication(to: thing.address), operation: .get,
      of: thing.address, token: token)
  }

  private func tell(closedBy document: ShadowDocument, after milliseconds: Int64) {
    let version = "version \(document.version)"
    guard wish.isGranted(in: document) else {
      return StandardStreams.tell(
        "warning: The delta is closed by \(version), but the thing does not report what was asked "
          + "for: the wish was changed or taken back.")
    }
    StandardStreams.tell(
      "The delta is closed by \(version), after \(milliseconds / 1000).\(milliseconds % 1000 / 100) s."
    )
  }

  private func timedOut(_ thing: OpenThing) -> CommandFailure {
    let limit = DurationText.text(of: milliseconds)
    guard let document, let accepted, document.version >= accepted.version else {
      return CommandFailure(
        status: .timedOut, what: "What became of the delta within \(limit) is not known.",
        cause: loss?.what ?? "No document came after the update.",
        remedy: "`shadowscope get --section delta` tells.")
    }
    let open = wish.open(in: document)
    let most = 20
    let lines = open.prefix(most).map { difference in
      let reported = difference.reported.map(\.compact) ?? "nothing"
      return
        "\(difference.path.display): desired \(difference.desired.compact), reported \(reported)"
    }
    return CommandFailure(
      status: .timedOut,
      what: "The delta was not closed within \(limit): \(open.count) open in version "
        + "\(document.version).",
      cause: loss.map { "The connection is down: \($0.what)" } ?? "",
      remedy: "",
      excerpt: lines + (open.count > most ? ["… and \(open.count - most) more"] : []))
  }

  private func interrupted(_ signal: Signals.Signal) -> CommandFailure {
    CommandFailure(
      endedBy: signal,
      what: accepted == nil && isSubmitted
        ? "Interrupted: it is not known whether the update was applied."
        : accepted == nil ? "Interrupted: nothing was sent." : "Interrupted while waiting.")
  }
}
