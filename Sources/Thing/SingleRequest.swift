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
  }

  private let address: ShadowAddress
  private let token: ClientToken?
  private var isConnected = false

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
      guard !isConnected else { return .wait }
      isConnected = true
      if let topic = report.refusedFilters.first(where: address.responseTopics.contains) {
        return .end(.refused(topic: topic))
      }
      return token == nil ? .wait : .submit
    case .connection(.lost(let failure, _)):
      // Once connected, the request's own outcome tells more: it may have been applied.
      return isConnected ? .wait : .end(.noConnection(failure))
    case .outcome(let settled, _, _, let outcome):
      return token == nil || settled == token ? .end(.settled(outcome)) : .wait
    }
  }
}
