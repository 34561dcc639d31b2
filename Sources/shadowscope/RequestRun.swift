import Glibc
import JSON
import Shadow
import Thing

/// One request from connection to answer, for commands that make one and end: carries out what
/// `SingleRequest` says and puts how it ended into words.
struct RequestRun {
  /// What is asked of the shadow.
  enum Request {
    /// The `get` that a session makes by itself once it is subscribed.
    case document
    case update(Publication, token: ClientToken)

    /// The token of what is to be submitted.
    var token: ClientToken? {
      switch self {
      case .document: nil
      case .update(_, let token): token
      }
    }
  }

  let thing: OpenThing

  /// Connects, sends the request once, and waits for its answer.
  ///
  /// - Returns: the body of the `accepted` message, without the token, which was ours.
  /// - Throws: `CommandFailure` for anything but an acceptance.
  func answer(to request: Request) throws(CommandFailure) -> JSONValue {
    let mailbox = try Mailbox<ThingEvent>.open(weighing: { $0.weight })
    let log = thing.log
    let session = ThingSession(configuration: thing.configuration, addresses: [thing.address]) {
      log.take($0)
      mailbox.post($0)
    }
    defer {
      session.stop()
      log.finish()
    }
    var progress = SingleRequest(of: thing.address, token: request.token)
    while true {
      for event in mailbox.collect() {
        switch progress.take(event) {
        case .wait: break
        case .submit:
          if case .update(let publication, let token) = request {
            session.submit(publication, operation: .update, of: thing.address, token: token)
          }
        case .end(let ending): return try body(of: ending, to: request)
        }
      }
      var source = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, -1)
    }
  }

  private func body(
    of ending: SingleRequest.Ending, to request: Request
  ) throws(CommandFailure) -> JSONValue {
    switch ending {
    case .noConnection(let failure):
      throw CommandFailure(failure).checked(by: thing.doctorLine)
    case .refused(let topic):
      let refusal = FilterRefusal(
        topic: topic, thing: thing.address.thing, endpoint: thing.configuration.endpoint)
      throw CommandFailure(
        status: .notPermitted, what: refusal.what, cause: refusal.cause, remedy: refusal.remedy
      ).checked(by: thing.doctorLine)
    case .settled(let outcome): return try body(of: outcome, to: request)
    case .lost(let failure):
      let permissions = failure.permissions.map(\.words).joined(separator: ", and ")
      throw unanswered(
        request, "\(failure.what) \(failure.cause)",
        ifNever: permissions.isEmpty ? nil : "The policy must allow \(permissions).")
    }
  }

  private func body(
    of outcome: RequestOutcome, to request: Request
  ) throws(CommandFailure) -> JSONValue {
    switch outcome {
    case .accepted(_, let body, _):
      guard case .object(var members) = body else { return body }
      members["clientToken"] = nil
      return .object(members)
    case .rejected(let error, _):
      let refusal = ServiceRefusal(error)
      throw CommandFailure(
        status: ExitStatus(rejection: error.code), what: refusal.what, cause: refusal.cause,
        remedy: refusal.remedy)
    case .unknown(let reason): throw unanswered(request, reason)
    case .notSent(let reason):
      throw CommandFailure(
        status: .unavailable, what: "The request was not sent.", cause: reason,
        remedy: "It changed nothing; try again.")
    }
  }
  /// The failure of a request that was sent and has no answer.
  ///
  /// - Parameters:
  ///   - request: what was asked.
  ///   - cause: why there is none.
  ///   - advice: what to do if there never is one; nil for what is so where nothing more is known.
  /// - Returns: the failure with its words.
  private func unanswered(
    _ request: Request, _ cause: String, ifNever advice: String? = nil
  ) -> CommandFailure {
    let never =
      advice
      ?? "If answers never come, the certificate may not be permitted to act for "
      + "\(thing.address.thing)."
    return switch request {
    case .document:
      CommandFailure(
        status: .unknownOutcome, what: "The service did not answer.", cause: cause,
        remedy: "Try again. \(never)")
    case .update:
      CommandFailure(
        status: .unknownOutcome, what: "It is not known whether the update was applied.",
        cause: cause, remedy: "Ask with `shadowscope get`. \(never)")
    }
  }
}
