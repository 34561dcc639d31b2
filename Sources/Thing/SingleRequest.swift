package import Shadow

/// One request from connection to answer, for whoever makes one and ends.
///
/// Pure: told a session's events in their order, it says what to do. The first failure ends it: a
/// script decides itself whether to try again.
package struct SingleRequest: Sendable {
  /// What to do next.
  package enum Step: Sendable {
    case wait
    /// Submit the request; said once, so that no second connection sends it again.
    case submit
    case end(Ending)
  }

  /// How it went.
  package enum Ending: Sendable {
    /// There was no connection.
    case noConnection(ConnectionFailure)
    /// The broker refused the subscription to this topic, on which an answer may come.
    case refused(topic: String)
    case settled(RequestOutcome)
    /// The connection ended after it was sent and before its answer: the service may have it.
    case lost(ConnectionFailure)
  }

  private let address: ShadowAddress
  private let token: ClientToken?
  private var isConnected = false
  /// Why the last connection ended, on which the request may have been sent.
  private var loss: ConnectionFailure?

  /// Waits for a connection.
  ///
  /// - Parameters:
  ///   - address: of the session's only shadow.
  ///   - token: of the request to be submitted; nil for the `get` that a session makes by itself.
  package init(of address: ShadowAddress, token: ClientToken?) {
    self.address = address
    self.token = token
  }

  /// Takes what the session tells.
  package mutating func take(_ event: ThingEvent) -> Step {
    switch event {
    case .connection(.step), .connection(.secured), .connection(.silent), .connection(.heard),
      .shadow, .received,
      .oversized, .sent:
      return .wait
    case .connection(.online(let report)):
      // What is unknown on this connection has another reason.
      loss = nil
      guard !isConnected else { return .wait }
      isConnected = true
      if let topic = report.refusedFilters.first(where: address.responseTopics.contains) {
        return .end(.refused(topic: topic))
      }
      return token == nil ? .wait : .submit
    case .connection(.lost(let failure, _)):
      // Once connected, the request's own outcome tells more: it may have been applied.
      guard isConnected else { return .end(.noConnection(failure)) }
      loss = failure
      return .wait
    case .outcome(let settled, _, _, let outcome):
      guard token == nil || settled == token else { return .wait }
      if case .unknown = outcome, let loss { return .end(.lost(loss)) }
      return .end(.settled(outcome))
    }
  }
}
