package import JSON

/// A message on a shadow topic, parsed once; fields that a sender may omit are optional and
/// unknown members are ignored (spec 4.1, 14.10).
package struct ShadowMessage: Sendable {
  package let address: ShadowAddress
  package let topic: ShadowTopic
  package let content: Content

  /// What a message says.
  package enum Content: Sendable {
    /// A request of any client; nil for an empty body.
    case request(JSONValue?)
    /// `get/accepted`: the whole document.
    case document(ShadowDocument)
    /// `update/accepted`: only the fields of the request.
    case updateAccepted(state: JSONValue, version: Int64)
    /// `update/delta`: the open differences, metadata that of desired.
    case delta(state: JSONObject, metadata: JSONObject?, version: Int64)
    /// `update/documents`; previous is nil if there was no shadow.
    case documents(previous: ShadowDocument?, current: ShadowDocument)
    /// `delete/accepted`: the version of the document that is gone.
    case deleteAccepted(version: Int64)
    /// Any `rejected`.
    case rejected(ShadowError)
    /// A payload that is not what the topic asks for: the reason for people, the place if it is
    /// a syntax error. The bytes stay with whoever holds the message.
    case unreadable(reason: String, position: JSONSyntaxError?)
  }

  /// The request's token, if it had one.
  package let clientToken: String?
  /// Seconds since 1970, if the service said so.
  package let timestamp: Int64?

  package init(
    address: ShadowAddress, topic: ShadowTopic, content: Content, clientToken: String? = nil,
    timestamp: Int64? = nil
  ) {
    self.address = address
    self.topic = topic
    self.content = content
    self.clientToken = clientToken
    self.timestamp = timestamp
  }
}

/// A refusal (spec 4.7, 9).
package struct ShadowError: Error, Hashable, Sendable {
  /// HTTP style, for instance 409; decide by this alone.
  package var code: Int
  /// The service's words, from the network: not safe to print as they are.
  package var message: String

  package init(code: Int, message: String) {
    self.code = code
    self.message = message
  }
}
