package import JSON

/// How a request ended.
package enum RequestOutcome: Sendable {
  /// `accepted` came with our token; or, for what no service answers, the broker's PUBACK.
  case accepted(version: Int64?, body: JSONValue, milliseconds: Int)
  /// `rejected` came with our token.
  case rejected(ShadowError, milliseconds: Int)
  /// The service may or may not have it: no answer in time, or the connection ended after it was
  /// sent. The next document tells; it is never sent again unasked.
  case unknown(reason: String)
  /// It never left: the connection was not there. The request may be made again.
  case notSent(reason: String)
}
