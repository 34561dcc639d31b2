package import JSON

/// The text by which an answer is matched to its request (spec 3.1, 14.5).
package struct ClientToken: Hashable, Sendable {
  /// Bytes of UTF-8 that are still allowed.
  package static let maximumBytes = 64

  /// As it stands in requests and answers, at most 64 bytes.
  package let text: String

  /// Takes a text of at most 64 bytes of UTF-8, or nothing.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.maximumBytes else { return nil }
    self.text = text
  }

  /// Makes a token of eight hexadecimal digits, short enough to be read in a log.
  package static func make(using generator: inout some RandomNumberGenerator) -> ClientToken {
    let digits = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
    return ClientToken(padded: String(repeating: "0", count: 8 - digits.count) + digits)
  }

  private init(padded digits: String) { text = digits }

  /// Reads the `clientToken` of a request.
  ///
  /// - Throws: `ShadowError.invalidClientToken` if it is too long or not a text (spec 9).
  package static func read(from body: JSONObject) throws(ShadowError) -> ClientToken? {
    guard let value = body["clientToken"] else { return nil }
    guard let token = value.string.flatMap(ClientToken.init) else { throw .invalidClientToken }
    return token
  }

  package static func == (left: ClientToken, right: ClientToken) -> Bool {
    left.text.hasSameScalars(as: right.text)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(ScalarKey(text)) }
}
