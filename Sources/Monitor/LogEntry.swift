package import Canvas
package import Shadow

/// One message that came or went, or a remark on the connection, as a line.
package struct LogEntry: Sendable {
  package enum Direction: Sendable { case incoming, outgoing, remark }

  /// Counts from 0 over everything ever logged.
  package internal(set) var number = 0
  /// ms since 1970.
  package let time: Int64
  package let direction: Direction
  /// The topic below the shadow's prefix, or the whole topic of another.
  package let topic: String
  /// The open shadow that it is about; nil for a remark, and for a message about none of them.
  package let address: ShadowAddress?
  package var version: Int64?
  /// The very bytes of the message; nil for a remark.
  package let payload: [UInt8]?
  package var summary: [Span]
  /// The token of one of our requests, by which its outcome and its echo are known.
  var token: String?
  /// The client token in a message that came.
  var sender: String?
  /// Whether it is a request from here, or the answer to one.
  package var isOurs = false
  /// Whether the broker had kept it for whoever comes.
  var isRetained = false
  /// The QoS with which it came, or was handed to the broker; nil for a remark.
  var qualityOfService: Int?
  /// How our request ended.
  var ending: Ending?
  /// ms between our request and its answer.
  package var roundTrip: Int?
  /// Whether the broker has handed our request to everybody, us included.
  var isEchoed = false

  /// How a request of ours ended, in words.
  struct Ending: Sendable {
    let words: Span
    var isRejected = false
  }

  /// What the line says: how it ended comes first.
  package var words: [Span] { words(withRoundTrip: true) }

  /// What the line says, with or without the round trip, which may have a column of its own.
  func words(withRoundTrip: Bool) -> [Span] {
    guard let ending else { return summary }
    let time = withRoundTrip ? roundTrip.map { [Span(" \($0) ms", ending.words.role)] } : nil
    return [ending.words] + (time ?? []) + [Span("  ")] + summary
  }

  /// The topic as it was on the wire; nil for a remark.
  var fullTopic: String? {
    guard direction != .remark else { return nil }
    return address.map { "\($0.prefix)/\(topic)" } ?? topic
  }

  /// - Parameters:
  ///   - time: ms since 1970.
  ///   - direction: whether it came or went.
  ///   - topic: below the shadow's prefix, or the whole of another.
  ///   - address: the open shadow that it is about; nil for none.
  ///   - payload: the very bytes; nil for a remark.
  ///   - summary: what the line says.
  ///   - token: that of a request of ours.
  package init(
    time: Int64, direction: Direction, topic: String, address: ShadowAddress? = nil,
    payload: [UInt8]? = nil, summary: [Span] = [], token: String? = nil
  ) {
    self.time = time
    self.direction = direction
    self.topic = topic
    self.address = address
    self.payload = payload
    self.summary = summary
    self.token = token
    isOurs = token != nil
    // Requests go out with nothing else.
    qualityOfService = direction == .outgoing ? 1 : nil
  }

  /// About what the entry takes in memory, in bytes.
  var cost: Int {
    (payload?.count ?? 0) + topic.utf8.count + words.reduce(400) { $0 + $1.text.utf8.count + 33 }
  }
}
