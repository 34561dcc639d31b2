package import Shadow

/// One request to the shadow service and what became of it.
package struct AnsweredRequest: Sendable {
  /// What the service said.
  package enum Outcome: Hashable, Sendable {
    case accepted
    case rejected(ShadowError)
  }

  /// Milliseconds since 1970 at which it came.
  package let time: Int64
  /// The names are outside text; they may break the rules for names.
  package let address: ShadowAddress
  package let operation: ShadowOperation
  package let outcome: Outcome
  /// The version after an update, of the document got, or of the one deleted.
  package let version: Int64?
  /// Bytes of the request's body.
  package let bytes: Int

  package init(
    time: Int64, address: ShadowAddress, operation: ShadowOperation, outcome: Outcome,
    version: Int64? = nil, bytes: Int
  ) {
    self.time = time
    self.address = address
    self.operation = operation
    self.outcome = outcome
    self.version = version
    self.bytes = bytes
  }

  /// Reads the refusal from a message on a `rejected` topic; nil if it is none.
  init?(time: Int64, bytes: Int, rejection: Publication) {
    guard let message = ShadowMessage(topic: rejection.topic, payload: rejection.payload),
      case .rejected(let operation) = message.topic, case .rejected(let error) = message.content
    else { return nil }
    self.init(
      time: time, address: message.address, operation: operation, outcome: .rejected(error),
      bytes: bytes)
  }
}
