import JSON
import Shadow
import Thing

/// A connection over which a shadow is got, and then written once: the same for both, since the
/// broker allows a client one connection a second.
struct RestoreRun {
  let thing: OpenThing
  private let followed: FollowedThing

  init(thing: OpenThing) throws(CommandFailure) {
    self.thing = thing
    followed = try FollowedThing(thing)
  }

  func stop() { followed.stop() }

  /// Waits for the document that the session asks for by itself.
  ///
  /// - Returns: nil if the thing has no such shadow.
  /// - Throws: `CommandFailure` for any other answer, or none.
  func document() throws(CommandFailure) -> ShadowDocument? {
    let outcome = try outcome { operation, _ in operation == .get }
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
    let outcome = try outcome { $1 == token }
    if case .rejected(let error, _) = outcome, error.code == 409 {
      throw CommandFailure(
        status: .conflict,
        what: "The shadow has changed since it was shown, so nothing was written.",
        cause: "The service says: \(error.code) \(error.message).",
        remedy: "Run it again: what differs is worked out anew.")
    }
    return try thing.body(of: outcome, to: .update)
  }

  private func outcome(
    _ isIt: (ShadowOperation, ClientToken) -> Bool
  ) throws(CommandFailure) -> RequestOutcome {
    while true {
      for case .event(.outcome(let token, _, let operation, let outcome), _)
        in try followed.next(until: nil) where isIt(operation, token)
      {
        return outcome
      }
    }
  }
}
