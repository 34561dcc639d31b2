/// One line of a recording after the first: a message, or something that happened to the connection.
package struct RecordedLine: Hashable, Sendable {
  /// Times that a line can have, in ms since 1970: up to the year 9999.
  package static let times: ClosedRange<Int64> = 0...253_402_300_799_999

  /// When it happened, in ms since 1970 by the clock of the machine that recorded it.
  package var time: Int64
  package var content: Content

  package init(time: Int64, _ content: Content) {
    self.time = time
    self.content = content
  }

  /// What happened.
  package enum Content: Hashable, Sendable {
    case message(RecordedMessage)
    /// Connected and subscribed; `tls` for instance `TLS1.3`.
    case connected(tls: String, refusedFilters: [String])
    case lost(RecordedLoss)
    /// Nothing at all has come for these ms.
    case silent(milliseconds: Int64)
    /// The silence is over.
    case heard
    /// A request from here ended without an answer; whether it had left, and why it has none.
    case unanswered(token: String, isSent: Bool, reason: String)
    /// So many messages are not in the recording, since they came faster than they were taken in.
    case dropped(Int)
    /// A message was not taken in, being longer than the service allows.
    case oversized(topic: String, bytes: Int)
    /// The recording was ended in good order, after so many messages.
    case end(messages: Int)
    /// An event that a later program knows; it is passed over.
    case other(String)
  }
}

/// A message that came or went.
package struct RecordedMessage: Hashable, Sendable {
  package enum Direction: String, Hashable, Sendable {
    case incoming = "in"
    case outgoing = "out"
  }

  package var direction: Direction
  /// The full topic.
  package var topic: String
  /// The very bytes, but for what is masked.
  package var payload: [UInt8]
  /// 0...2.
  package var qualityOfService: Int
  /// Whether the broker had kept it for whoever comes.
  package var isRetained: Bool
  /// Whether what signs a URL was masked, so that the payload is not what was on the wire.
  package var isMasked: Bool

  package init(
    _ direction: Direction, topic: String, payload: [UInt8], qualityOfService: Int = 1,
    isRetained: Bool = false, isMasked: Bool = false
  ) {
    self.direction = direction
    self.topic = topic
    self.payload = payload
    self.qualityOfService = qualityOfService
    self.isRetained = isRetained
    self.isMasked = isMasked
  }
}

/// A connection that ended, or an attempt that failed.
package struct RecordedLoss: Hashable, Sendable {
  package var what: String
  package var cause: String
  package var remedy: String
  /// Ms until the next attempt; nil if that waited for the person.
  package var retryIn: Int64?
  /// Whether another client has the client id.
  package var isTakenOver: Bool

  package init(
    what: String, cause: String, remedy: String, retryIn: Int64?, isTakenOver: Bool = false
  ) {
    self.what = what
    self.cause = cause
    self.remedy = remedy
    self.retryIn = retryIn
    self.isTakenOver = isTakenOver
  }
}
