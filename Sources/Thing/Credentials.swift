import Glibc

/// Who we are to the broker: a certificate and its key, checked, and held as what was checked.
package struct Credentials: Sendable {
  /// The thing's name, from the folder or as given.
  package let thingName: String
  /// The thing's own certificate first, then those that vouch for it, if any.
  let chain: [Certificate]
  /// The key; its text is wiped already.
  package let key: PrivateKey
  /// The certificate's subject; it does not hold the thing's name.
  package let subject: String
  /// For instance `2049-12-31 23:59:59 UTC`.
  package let notAfter: String
  /// What should be known before these are used, a key that others may read for instance.
  package let advice: [Advice]

  /// The chain as PEM.
  package var certificate: [UInt8] { chain.flatMap(\.pem) }

  /// Reads and checks a thing's folder.
  ///
  /// In this order: the folder or zip, both files, the PEM, the certificate's dates, the key's
  /// encryption, the key against the certificate. A key that others may read is advice, no refusal,
  /// since zips unpack that way.
  ///
  /// - Parameters:
  ///   - folder: where `cert.pem` and `privkey.pem` are.
  ///   - now: seconds since 1970; the clock's if nil.
  ///   - opened: a key that was opened before: if it fits the certificate it is this one, and an
  ///     encrypted file needs no passphrase again.
  ///   - ask: asked for the passphrase of an encrypted key; nil where nobody can be.
  /// - Returns: what was checked, as it was read.
  /// - Throws: `CredentialError` for the first check that fails.
  package static func load(
    _ folder: ThingFolder, now: Int64? = nil, opened: PrivateKey? = nil,
    asking ask: PassphraseAsking? = nil
  ) throws(CredentialError) -> Credentials {
    try CredentialInspection(
      of: folder, now: now ?? Clock.wallMilliseconds / 1000, opened: opened, asking: ask
    ).credentials()
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the text, which is not empty, is in these bytes.
  func holds(_ text: StaticString) -> Bool {
    // A generic search through a certificate takes as long as parsing it does.
    let length = text.utf8CodeUnitCount
    return count >= length
      && (0...count - length).contains { start in
        self[start] == text.utf8Start.pointee
          && baseAddress.map { memcmp($0 + start, text.utf8Start, length) == 0 } ?? false
      }
  }
}
