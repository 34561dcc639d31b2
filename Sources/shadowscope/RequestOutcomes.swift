import JSON
import Shadow
import Thing

/// The kinds of requests that commands make.
enum RequestKind {
  case get, update, delete, backdate
}

/// What a request's outcome comes to, for commands.
extension OpenThing {
  /// What the service answered, without the token.
  ///
  /// - Throws: `CommandFailure` for anything but an acceptance.
  func body(
    of outcome: RequestOutcome, to request: RequestKind
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

  /// The failure of a topic filter on which the answer would have come.
  func refusal(of topic: String) -> CommandFailure {
    let refusal = FilterRefusal(
      topic: topic, thing: address.thing, endpoint: configuration.endpoint)
    return CommandFailure(
      status: .notPermitted, what: refusal.what, cause: refusal.cause, remedy: refusal.remedy
    ).checked(by: doctorLine)
  }

  /// The failure of a request that was sent before the connection ended.
  func unanswered(_ request: RequestKind, since failure: ConnectionFailure) -> CommandFailure {
    unanswered(
      request, "\(failure.what) \(failure.cause)", ifNever: failure.neededPermissions)
  }

  /// The failure of a request that was sent and has no answer.
  ///
  /// - Parameters:
  ///   - request: what was asked.
  ///   - cause: why there is none.
  ///   - advice: what to do if there never is one; nil for what is so where nothing more is known.
  /// - Returns: the failure with its words.
  func unanswered(
    _ request: RequestKind, _ cause: String, ifNever advice: String? = nil
  ) -> CommandFailure {
    let never =
      advice
      ?? "If answers never come, the certificate may not be permitted to act for \(address.thing)."
    let (what, remedy) =
      switch request {
      case .get: ("The service did not answer.", "Try again. \(never)")
      case .update:
        (
          "It is not known whether the update was applied.",
          "Ask with `shadowscope get`. \(never)"
        )
      case .delete:
        (
          "It is not known whether the shadow was deleted.",
          "Ask with `shadowscope get`. \(never)"
        )
      case .backdate:
        (
          "It is not known whether the broker has the observation.",
          "No shadow shows it: sent again, it may be stored twice."
        )
      }
    return CommandFailure(status: .unknownOutcome, what: what, cause: cause, remedy: remedy)
  }
}

extension ConnectionFailure {
  /// What the policy must allow, as a sentence; nil where nothing suggests that it does not.
  var neededPermissions: String? {
    guard !permissions.isEmpty else { return nil }
    return "The policy must allow \(permissions.map(\.words).joined(separator: ", and "))."
  }
}
