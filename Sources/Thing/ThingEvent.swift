package import Shadow

/// What a `ThingSession` tells, in the order in which it happened.
package enum ThingEvent: Sendable {
  case connection(ConnectionStatus)
  /// Where one of the shadows stands; comes for each of them after each `.online`, and later for
  /// those that are opened and closed meanwhile.
  case shadow(ShadowAddress, ShadowStatus)
  /// Any message on a topic of the thing, requests of others and answers to ours included.
  case received(ReceivedMessage)
  /// A message that is longer than AWS IoT allows came and was not taken in.
  case oversized(topic: String, bytes: Int)
  /// A request of ours has left; `at` is milliseconds since 1970 by this machine's clock.
  case sent(Publication, token: ClientToken, at: Int64)
  /// A request of ours has ended; comes once for each, after the message that settled it.
  case outcome(
    token: ClientToken, address: ShadowAddress, operation: ShadowOperation, RequestOutcome)
}

extension ThingEvent {
  /// Bytes that it takes while it waits, if it may be dropped when too much comes.
  ///
  /// That is a message that answers nothing of ours; 0 for everything else.
  package var weight: Int {
    switch self {
    case .received(let message) where !message.isAnswer:
      message.payload.count + message.topic.utf8.count + 256
    case .oversized(let topic, _): topic.utf8.count + 256
    case .received, .connection, .shadow, .sent, .outcome: 0
    }
  }

  /// Bytes of such messages that may wait for whoever takes the events in.
  package static let mostWaiting = 16 << 20
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
  /// Nothing at all has come for these milliseconds: what is known may be old, though the connection
  /// is not given up yet.
  case silent(milliseconds: Int64)
  /// The silence is over.
  case heard
  /// Over, until the milliseconds have passed; nil means until the person asks.
  case lost(ConnectionFailure, retryInMilliseconds: Int?)
}

/// Where a shadow stands on the session's connection; nothing of it comes while that is down.
package enum ShadowStatus: Hashable, Sendable {
  /// Subscribed, but for the filters that the broker refused, and those that are left out since
  /// connections ended over them; a `get` follows.
  case live(refusedFilters: [String], leftOut: [String])
  /// It is not asked for by itself any more, since connections ended right after the `get`, for the
  /// reason given; it is known by its messages alone. Comes after each `.live`.
  case getLeftOut(ConnectionFailure)
  /// Closed as asked: nothing of it comes any more, until it is opened again.
  case closed
  /// Closed by the session: the connection ended over each of its filters that was tried, for the
  /// reason given. A policy probably forbids it; the other shadows go on.
  case setAside(ConnectionFailure)
}
