package import Shadow

/// What a `ThingSession` tells, in the order in which it happened.
package enum ThingEvent: Sendable {
  case connection(ConnectionStatus)
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
  /// Connected and subscribed; a `get` of each shadow follows.
  case online(LinkReport)
  /// Over, until the milliseconds have passed; nil means until the person asks.
  case lost(ConnectionFailure, retryInMilliseconds: Int?)
}
