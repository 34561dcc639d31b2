import JSON
import Shadow
import Thing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One request from connection to answer, for commands that make one and end.
///
/// The first failure ends it: a script decides itself whether to try again.
struct RequestRun {
  /// What is asked of the shadow.
  enum Request {
    /// The `get` that a session makes by itself once it is subscribed.
    case document
    case update(Publication, token: ClientToken)
  }

  let thing: OpenThing

  /// Connects, sends the request once, and waits for its answer.
  ///
  /// - Returns: the body of the `accepted` message, without the token, which was ours.
  /// - Throws: `CommandFailure` for anything but an acceptance.
  func answer(to request: Request) throws(CommandFailure) -> JSONValue {
    let mailbox = try Mailbox<ThingEvent>()
    let session = ThingSession(configuration: thing.configuration, addresses: [thing.address]) {
      mailbox.post($0)
    }
    defer { session.stop() }
    var isConnected = false
    while true {
      for event in mailbox.collect() {
        switch event {
        case .connection(.step), .received, .sent: break
        case .connection(.online(let report)):
          isConnected = true
          try requirePermitted(report.refusedFilters)
          if case .update(let publication, let token) = request {
            session.submit(publication, operation: .update, of: thing.address, token: token)
          }
        case .connection(.lost(let failure, _)):
          // Once connected, the request's own outcome tells more: it may have been applied.
          guard isConnected else { throw CommandFailure(failure) }
        case .outcome(let token, _, _, let outcome):
          switch request {
          case .document: return try body(of: outcome)
          case .update(_, let ours):
            if token == ours { return try body(of: outcome) }
          }
        }
      }
      var source = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, -1)
    }
  }

  private func requirePermitted(_ refusedFilters: [String]) throws(CommandFailure) {
    guard let refused = refusedFilters.first(where: thing.address.responseTopics.contains) else {
      return
    }
    throw CommandFailure(
      status: .notPermitted, what: "The broker refused the subscription to \(refused).",
      cause: "The certificate's policy does not permit it: it belongs to another thing, perhaps.",
      remedy: "Check that the thing is named \(thing.address.thing); --thing gives another name.")
  }

  private func body(of outcome: RequestOutcome) throws(CommandFailure) -> JSONValue {
    switch outcome {
    case .accepted(_, let body, _):
      guard case .object(var members) = body else { return body }
      members["clientToken"] = nil
      return .object(members)
    case .rejected(let error, _):
      throw CommandFailure(
        status: ExitStatus(rejection: error.code),
        what: "The service rejected the request: \(error.code) \(error.message).", cause: "",
        remedy: Self.remedy(for: error.code))
    case .unknown(let reason):
      throw CommandFailure(
        status: .unknownOutcome, what: "It is not known whether the request was applied.",
        cause: reason,
        remedy: "Ask with `shadowscope get`. If answers never come, the certificate may not be "
          + "permitted to act for \(thing.address.thing).")
    case .notSent(let reason):
      throw CommandFailure(
        status: .unavailable, what: "The request was not sent.", cause: reason,
        remedy: "It changed nothing; try again.")
    }
  }

  /// What a person can do about a refusal (spec 9).
  private static func remedy(for code: Int) -> String {
    switch code {
    case 400: "Correct the request: the service's words say what it minds."
    case 401, 403: "The certificate's policy must allow this thing and its shadow."
    case 404: "There is no such shadow yet; the first `shadowscope update` creates it."
    case 409: "The shadow has changed meanwhile: get it and decide again."
    case 413:
      "The shadow would grow beyond its limit: remove resources (KEY=null), or use a "
        + "further shadow."
    case 429: "The service is asked too often: wait a little."
    case 500...599: "The service has a fault: try again."
    default: ""
    }
  }
}
