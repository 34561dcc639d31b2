import JSON
import Shadow
import Thing

/// A connection over which a shadow is got, and then written once: the same for both, since the
/// broker allows a client one connection a second.
struct RestoreRun {
  let thing: OpenThing
  private let followed: FollowedThing
  /// The topics of the answers that it cannot do without.
  private let needed: [String]

  /// Connects.
  ///
  /// - Parameters:
  ///   - thing: as whom.
  ///   - writes: whether the shadow is to be written.
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  init(thing: OpenThing, writes: Bool) throws(CommandFailure) {
    self.thing = thing
    let operations: [ShadowOperation] = writes ? [.get, .update] : [.get]
    needed = operations.flatMap { [ShadowTopic.accepted($0), .rejected($0)] }.map(
      thing.address.topic)
    followed = try FollowedThing(thing)
  }

  func stop() { followed.stop() }

  /// Waits for the document that the session asks for by itself.
  ///
  /// - Returns: nil if the thing has no such shadow.
  /// - Throws: `CommandFailure` for any other answer, or none.
  func document() throws(CommandFailure) -> ShadowDocument? {
    let outcome = try outcome(of: .get)
    if case .rejected(let error, _) = outcome, error.code == 404 { return nil }
    let body = try thing.body(of: outcome, to: .get)
    do throws(UnexpectedShape) { return try ShadowDocument(json: body) } catch {
      throw CommandFailure(unreadable: error)
    }
  }

  /// Sends an update and waits for its answer.
  ///
  /// - Returns: what the service accepted, without the token.
  /// - Throws: `CommandFailure` for anything but an acceptance.
  func answer(
    to publication: Publication, token: ClientToken
  ) throws(CommandFailure) -> JSONValue {
    followed.session.submit(publication, operation: .update, of: thing.address, token: token)
    let outcome = try outcome(of: .update, token)
    if case .rejected(let error, _) = outcome, error.code == 409 {
      throw CommandFailure(
        status: .conflict,
        what: "The shadow has changed since it was shown, so nothing was written.",
        cause: "The service says: \(error.code) \(error.message).",
        remedy: "Run it again: what differs is worked out anew.")
    }
    return try thing.body(of: outcome, to: .update)
  }

  /// Waits for the end of a request.
  ///
  /// - Parameters:
  ///   - operation: what was asked.
  ///   - token: of the request; nil for the first one of its kind.
  /// - Returns: how it ended.
  /// - Throws: `CommandFailure` when it cannot be asked, or not be answered.
  private func outcome(
    of operation: ShadowOperation, _ token: ClientToken? = nil
  ) throws(CommandFailure) -> RequestOutcome {
    while true {
      for case .event(let event, _) in try followed.next(until: nil) {
        switch event {
        case .outcome(let ended, _, operation, let outcome) where token == nil || ended == token:
          return outcome
        case .shadow(_, .live(let refused, let leftOut)):
          if let topic = (refused + leftOut).first(where: needed.contains) {
            throw thing.refusal(of: topic)
          }
        case .shadow(_, .getLeftOut(let failure)) where operation == .get:
          throw CommandFailure(failure).checked(by: thing.doctorLine)
        case .connection, .shadow, .received, .oversized, .sent, .outcome: break
        }
      }
    }
  }
}
