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
  /// How our request ended.
  var outcome: [Span] = []
  /// Whether the broker has handed our request to everybody, us included.
  var isEchoed = false

  /// What the line says: how it ended comes first.
  package var words: [Span] { outcome.isEmpty ? summary : outcome + [Span("  ")] + summary }

  init(
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
  }

  /// About what the entry takes in memory, in bytes.
  var cost: Int {
    (payload?.count ?? 0) + topic.utf8.count + words.reduce(400) { $0 + $1.text.utf8.count + 33 }
  }
}
