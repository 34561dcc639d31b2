import JSON

/// A request for the whole document (spec 3.2).
package struct GetRequest: Sendable, Hashable {
  package let clientToken: ClientToken?

  package init(clientToken: ClientToken? = nil) { self.clientToken = clientToken }

  /// The exact bytes to send; an empty message without a token.
  package func publication(to address: ShadowAddress) -> Publication {
    Publication(topic: address.topic(.request(.get)), payload: payload(with: clientToken))
  }
}

/// A request to delete a shadow with its version (spec 3.3).
package struct DeleteRequest: Sendable, Hashable {
  package let clientToken: ClientToken?

  package init(clientToken: ClientToken? = nil) { self.clientToken = clientToken }

  /// The exact bytes to send; an empty message without a token.
  package func publication(to address: ShadowAddress) -> Publication {
    Publication(topic: address.topic(.request(.delete)), payload: payload(with: clientToken))
  }
}

private func payload(with token: ClientToken?) -> [UInt8] {
  guard let token else { return [] }
  return JSONValue.object(["clientToken": .string(token.text)]).compactBytes
}
