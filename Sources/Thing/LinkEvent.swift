/// What a `BrokerLink` tells, in the order in which it happened.
package enum LinkEvent: Sendable {
  /// An attempt has come to this step.
  case step(ConnectionStep)
  /// The handshake is over; CONNECT is on its way.
  case secured(TLSFacts)
  /// Connected and subscribed.
  case connected(LinkReport)
  /// A group of filters works, but for those that the broker does not permit.
  case subscribed(group: UInt64, refusedFilters: [String])
  /// A group of filters was given up as asked: nothing of it comes any more.
  case unsubscribed(group: UInt64)
  /// A group of filters is not asked for any more: twice in a row the connection ended over it.
  case setAside(group: UInt64, ConnectionFailure)
  /// A message on one of the filters.
  case message(ReceivedMessage)
  /// The publication with this tag left; from here on the broker may have it.
  case written(tag: UInt64)
  /// The broker has the publication with this tag (PUBACK); this says nothing about permission.
  case acknowledged(tag: UInt64)
  /// The publication with this tag never left, for the reason given; it is not sent later.
  case notSent(tag: UInt64, reason: String)
  /// The attempt or the connection is over. After the milliseconds the next attempt starts by
  /// itself; nil means that it waits for `retryNow()`.
  case lost(ConnectionFailure, retryInMilliseconds: Int?)
}

/// How a connection stands.
package struct LinkReport: Hashable, Sendable {
  /// For instance `TLSv1.3`.
  package var tls: String
  /// Filters of those that a connection begins with that the broker does not permit; the others
  /// work.
  package var refusedFilters: [String]
  /// What the handshake established.
  package var security: TLSFacts?

  package init(tls: String, refusedFilters: [String] = [], security: TLSFacts? = nil) {
    self.security = security
    self.tls = tls
    self.refusedFilters = refusedFilters
  }
}
