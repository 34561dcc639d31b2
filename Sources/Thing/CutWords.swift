import Glibc

/// What is known of the end of a connection besides the fault that ended it.
struct CutEvidence: Hashable {
  /// What of ours was in flight.
  var suspect: Suspect?
  /// What this end and those before it say together.
  var verdict = CutHistory.Verdict.none
  /// Milliseconds from CONNACK to the end; nil if there was no CONNACK.
  var afterGreeting: Int64?
  /// Whether nothing is left that could be asked for.
  var isNothingLeft = false
  /// The filters that were being subscribed, without an answer yet.
  var subscribing: [String] = []
}

extension CutEvidence {
  /// What is known once a connection has ended.
  ///
  /// - Parameters:
  ///   - cut: how it ended.
  ///   - verdict: what that says together with those before it.
  ///   - leftOut: the filter that is not asked for any more, if there is one.
  ///   - subscribing: the filters without an answer.
  init(
    of cut: CutHistory.Cut, _ verdict: CutHistory.Verdict, leftOut: String?, subscribing: [String]
  ) {
    self.init(
      suspect: cut.suspect, verdict: verdict, afterGreeting: cut.afterGreeting,
      subscribing: subscribing)
    if case .denied(let names, let closures) = verdict, let found = cut.suspect {
      suspect = Suspect(found.request, names)
      suspect?.closures = closures
    }
    suspect?.leftOut = leftOut.map { [$0] } ?? []
  }
}

/// The words for a connection that the other side ended without a reason.
extension FailureWords {
  /// A failure for a connection that ended without TLS saying why.
  ///
  /// - Parameters:
  ///   - error: the system's number, as `BrokerFault.isByPeer` takes it.
  ///   - step: the step that was under way, nil if the connection was up.
  /// - Returns: the failure with its words.
  func ended(_ error: CInt, step: ConnectionStep?) -> ConnectionFailure {
    if cut.isNothingLeft { return nothingLeft(step) }
    if cut.verdict == .takenOver { return takenOver }
    guard BrokerFault.isByPeer(error) else { return closed(error, step) }
    switch (cut.suspect?.request, step) {
    case (.connect, _), (_, .resolve), (_, .tcp), (_, .tls), (_, .connect): return afterConnect
    case (.subscribe, _), (_, .subscribe): return afterSubscribe(step)
    case (.publish, nil): return afterPublish
    case (nil, nil): return closed(error, nil)
    }
  }

  private var afterConnect: ConnectionFailure {
    var failure = suspected(
      .closedAfterConnect, .connect,
      again ?? "The broker closed the connection after CONNECT.",
      cause: "It gives no reason: another client, a monitor perhaps, may just have taken the id "
        + "“\(clientID)”, the certificate may be inactive or replaced, or its policy may not "
        + "allow the id.",
      remedy: "Let one client at a time use the id, or choose another where the policy allows "
        + "it; else use the thing's name as id, and the files from its newest zip. A policy must "
        + "allow \(needed).")
    failure.likely = [
      "The certificate is inactive, or was replaced by a newer one.",
      "Its policy does not allow \(needed).",
      "Another client, a monitor perhaps, has just taken the id “\(clientID)”.",
    ]
    return failure
  }

  private func afterSubscribe(_ step: ConnectionStep?) -> ConnectionFailure {
    if let leftOut = cut.suspect?.leftOut.first {
      return suspected(
        .closedAfterSubscribe, step,
        again ?? "The broker closed the connection after SUBSCRIBE to \(leftOut).",
        cause:
          "A policy probably forbids \(leftOut). It is left out from now on, and the rest goes "
          + "on.",
        remedy: "To see it too, the policy must allow \(needed).")
    }
    let further = step == nil ? "a further " : ""
    return suspected(
      .closedAfterSubscribe, step,
      again ?? "The broker closed the connection after \(further)SUBSCRIBE.",
      cause: askedFor + "A policy may forbid it, or another client took the id “\(clientID)”.",
      remedy: "It is tried again, one topic filter after the other, and one that ends the "
        + "connection twice is left out. The policy must allow \(needed).")
  }

  private var afterPublish: ConnectionFailure {
    let topic = cut.suspect?.names.first ?? ""
    return suspected(
      .closedAfterPublish, nil,
      again ?? "The broker closed the connection right after a request.",
      cause: "The request was to \(topic): a policy may forbid it, another client took the id "
        + "“\(clientID)”, or the broker went down.",
      remedy: "The request is not sent again by itself. The policy must allow \(needed).")
  }

  private func closed(_ error: CInt, _ step: ConnectionStep?) -> ConnectionFailure {
    let isPlain = error == 0 || error == EPROTO
    guard cut.verdict == .perhapsTakenOver, let after = cut.afterGreeting else {
      return make(
        .closed, step, .retry, "The connection to the broker was lost.",
        cause: isPlain
          ? "The other side closed it without a reason: it stopped, or another client, the thing "
            + "itself perhaps, took the id “\(clientID)”."
          : "The system says: \(words(of: error)).",
        remedy: "Wait: it is tried again.")
    }
    let time = after < 1000 ? "at once" : "\(after / 1000) s after it was accepted"
    return make(
      .closed, nil, .retry, "The broker closed the connection \(time).",
      cause: "It gives no reason: another client, the thing itself perhaps, may have taken the id "
        + "“\(clientID)”; a broker that starts anew does this too.",
      remedy: "It is tried again. If the thing itself is connected, let it have the id.")
  }

  /// Another client takes the id again and again.
  private var takenOver: ConnectionFailure {
    make(
      .takeOver, nil, .ask, "Another client keeps taking over the id “\(clientID)”.",
      cause: "Connections were cut again and again within "
        + "\(CutHistory.window / 1000) s of being accepted, and only one client at a time may use "
        + "an id: the thing itself is probably connected.",
      remedy: "Stop the other client, take another id, or wait; each attempt would throw it out.")
  }

  /// Everything that was asked for ended the connection.
  private func nothingLeft(_ step: ConnectionStep?) -> ConnectionFailure {
    var failure = suspected(
      .deniedAgainAndAgain, step, "The broker cuts the connection at each topic filter.",
      cause: askedFor + "The policy probably allows nothing of this thing; another client with the "
        + "id “\(clientID)” looks the same.",
      remedy: "Check that the certificate is the one of this thing. Its policy must allow "
        + "\(needed), and the same for its other topics.", .ask)
    failure.suspect?.leftOut = []
    return failure
  }

  // MARK: Parts of sentences

  /// What happened for a second time, or nil for the first.
  private var again: String? {
    guard case .denied(let names, let closures) = cut.verdict, let name = names.first,
      let suspect = cut.suspect
    else { return nil }
    let times = closures == 2 ? "again" : "\(closures) times"
    return switch suspect.request {
    case .connect: "The broker closed the connection \(times) after CONNECT."
    case .subscribe: "The broker closed the connection \(times) after SUBSCRIBE to \(name)."
    case .publish: "The broker closed the connection \(times) right after a request to \(name)."
    }
  }

  /// A sentence on what was being subscribed, with a space behind; empty if nothing was.
  var askedFor: String {
    guard let first = cut.subscribing.first else { return "" }
    let count = cut.subscribing.count - 1
    return "Asked for was \(first)\(count == 0 ? "" : " and \(count) more"). "
  }

  /// What a policy must allow for the first of what was in flight.
  private var needed: String {
    guard let suspect = cut.suspect, let name = suspect.names.first else { return "" }
    let permissions = PolicyPermission.needed(for: Suspect(suspect.request, [name]), at: endpoint)
    return permissions.map(\.words).joined(separator: ", and ")
  }

  private func suspected(
    _ kind: ConnectionFailure.Kind, _ step: ConnectionStep?, _ what: String, cause: String,
    remedy: String, _ course: ConnectionFailure.Course = .retry
  ) -> ConnectionFailure {
    var failure = make(kind, step, course, what, cause: cause, remedy: remedy)
    failure.suspect = cut.suspect
    failure.permissions =
      cut.suspect.map { PolicyPermission.needed(for: $0, at: endpoint) } ?? []
    return failure
  }
}
