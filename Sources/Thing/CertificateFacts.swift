/// What a thing's certificate says of itself.
package struct CertificateFacts: Hashable, Sendable {
  /// Seconds since 1970; valid from then on.
  package let notBefore: Int64
  /// Seconds since 1970; valid until then.
  package let notAfter: Int64
  /// SHA-256 of the whole certificate, 64 digits from 0 to f: as `openssl x509 -fingerprint -sha256`
  /// shows it, without the colons.
  package let fingerprint: String

  /// How the dates stand to a time.
  package enum Validity: Hashable, Sendable { case notYet, valid, expired }

  /// How the dates stand to a time in seconds since 1970.
  package func validity(at now: Int64) -> Validity {
    now < notBefore ? .notYet : now > notAfter ? .expired : .valid
  }

  /// Reads the certificate of a thing's folder; no date makes it fail.
  package static func read(_ folder: ThingFolder) -> Result<CertificateFacts, CredentialError> {
    let path = folder.certificatePath
    switch Files.read(path, limit: 1 << 20) {
    case .failure(let fault):
      return .failure(
        CredentialError(file: path, role: "the certificate", folder: folder, fault: fault))
    case .success(var content):
      // Wiped when done: it is a key where the two files are swapped.
      let bytes = SecretBytes(wiping: &content.bytes)
      guard let certificate = bytes.withUnsafeBytes(Certificate.all(inPEM:))?.first,
        let facts = certificate.facts
      else {
        let looksLikeKey = bytes.withUnsafeBytes { $0.holds("PRIVATE KEY-----") }
        return .failure(.notACertificate(path, looksLikeKey: looksLikeKey))
      }
      return .success(facts)
    }
  }
}
