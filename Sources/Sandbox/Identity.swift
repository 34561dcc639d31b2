/// A certificate with its private key, as PEM texts.
///
/// It holds a secret, so its description tells nothing but the name.
package struct Identity: Sendable, CustomStringConvertible {
  /// The common name: what the broker takes as the user.
  package var name: String
  /// `BEGIN CERTIFICATE`.
  package var certificate: [UInt8]
  /// `BEGIN RSA PRIVATE KEY` or `BEGIN EC PRIVATE KEY`, not encrypted, as MIC hands them out.
  package var privateKey: [UInt8]
  /// `BEGIN PUBLIC KEY`.
  package var publicKey: [UInt8]

  package var description: String { "Identity(\(name))" }
}
