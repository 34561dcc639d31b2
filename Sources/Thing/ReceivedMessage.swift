/// A message as it came from the broker.
package struct ReceivedMessage: Hashable, Sendable {
  package var topic: String
  package var payload: [UInt8]
  /// 0 or 1, as it was delivered.
  package var qualityOfService: Int
  /// Whether it came from the broker's store rather than from a sender just now.
  package var isRetained: Bool
  /// Milliseconds since 1970 by this machine's clock; it orders nothing.
  package var arrivedAt: Int64
  /// Whether it settled a request of ours: such a message is never dropped for others.
  package var isAnswer = false

  package init(
    topic: String, payload: [UInt8], qualityOfService: Int = 1, isRetained: Bool = false,
    arrivedAt: Int64
  ) {
    self.topic = topic
    self.payload = payload
    self.qualityOfService = qualityOfService
    self.isRetained = isRetained
    self.arrivedAt = arrivedAt
  }
}
