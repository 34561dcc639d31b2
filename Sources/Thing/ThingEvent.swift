package import Shadow

/// What a `ThingSession` tells, in the order in which it happened.
package enum ThingEvent: Sendable {
  case connection(ConnectionStatus)
  /// Where one of the shadows stands; comes for each of them after each `.online`, and later for
  /// those that are opened and closed meanwhile.
  case shadow(ShadowAddress, ShadowStatus)
  /// Any message on a topic of the thing, requests of others and answers to ours included.
  case received(ReceivedMessage)
  /// A request of ours has left; `at` is milliseconds since 1970 by this machine's clock.
  case sent(Publication, token: ClientToken, at: Int64)
  /// A request of ours has ended; comes once for each, after the message that settled it.
  case outcome(
    token: ClientToken, address: ShadowAddress, operation: ShadowOperation, RequestOutcome)
}

/// Where the connection stands.
package enum ConnectionStatus: Sendable {
  /// An attempt has come to this step.
  case step(ConnectionStep)
  /// The handshake is over; CONNECT is on its way.
  case secured(TLSFacts)
  /// Connected, and subscribed to the shadows that were granted before or open from the start; each
  /// is told as `.live`, as are the others once they are granted too.
  case online(LinkReport)
  /// Over, until the milliseconds have passed; nil means until the person asks.
  case lost(ConnectionFailure, retryInMilliseconds: Int?)
}

/// Where a shadow stands on the session's connection; nothing of it comes while that is down.
package enum ShadowStatus: Hashable, Sendable {
  /// Subscribed, but for the filters that the broker does not permit; a `get` follows.
  case live(refusedFilters: [String])
  /// Closed as asked: nothing of it comes any more, until it is opened again.
  case closed
  /// Closed by the session: twice in a row the connection ended while it was being subscribed, for
  /// the reason given. A policy probably forbids it; the other shadows go on.
  case setAside(ConnectionFailure)
}
