/// What a `BrokerLink` tells, in the order in which it happened.
package enum LinkEvent: Sendable {
  /// An attempt has come to this step.
  case step(ConnectionStep)
  /// The handshake is over; CONNECT is on its way.
  case secured(TLSFacts)
  /// Connected and subscribed.
  case connected(LinkReport)
  /// A group of filters works, but for those that the broker refused in its SUBACK, and those that
  /// are left out since connections ended over them.
  case subscribed(group: UInt64, refusedFilters: [String], leftOut: [String] = [])
  /// A group of filters was given up as asked: nothing of it comes any more.
  case unsubscribed(group: UInt64)
  /// A group of filters is not asked for any more: connections ended over each filter of it that was
  /// tried.
  case setAside(group: UInt64, ConnectionFailure)
  /// A message on one of the filters.
  case message(ReceivedMessage)
  /// A message that is too long was not taken in.
  case oversized(topic: String, bytes: Int)
  /// Nothing at all has come from the broker for these milliseconds, though it was pinged.
  case silent(milliseconds: Int64)
  /// The silence is over.
  case heard
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
  /// Filters that are not asked for any more since connections ended over them; those of groups are
  /// told with these.
  package var leftOutFilters: [String] = []

  package init(tls: String, refusedFilters: [String] = [], security: TLSFacts? = nil) {
    self.security = security
    self.tls = tls
    self.refusedFilters = refusedFilters
  }
}
