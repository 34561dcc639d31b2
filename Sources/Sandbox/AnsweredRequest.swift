import JSON
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

  /// Reads the outcome from the first message that the service publishes; nil if it is no answer.
  init?(time: Int64, bytes: Int, answer: Publication) {
    guard let message = ShadowMessage(topic: answer.topic, payload: answer.payload) else {
      return nil
    }
    switch message.topic {
    case .accepted(let operation), .rejected(let operation): self.operation = operation
    case .request, .delta, .documents: return nil
    }
    self.time = time
    self.bytes = bytes
    address = message.address
    switch message.content {
    case .rejected(let error): (outcome, version) = (.rejected(error), nil)
    case .document(let document): (outcome, version) = (.accepted, document.version)
    case .updateAccepted(_, let version), .deleteAccepted(let version):
      (outcome, self.version) = (.accepted, version)
    case .request, .delta, .documents, .unreadable: return nil
    }
  }
}
