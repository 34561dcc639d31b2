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

  /// Reads the certificate among a thing's files; no date makes it fail.
  static func read(_ files: ThingFiles) throws(CredentialError) -> CertificateFacts {
    // Wiped when done: it is a key where the two files are swapped.
    let bytes = try files.read(ThingFolder.certificateFile, role: "the certificate").bytes
    guard let certificate = bytes.withUnsafeBytes(Certificate.all(inPEM:))?.first,
      let facts = certificate.facts
    else {
      let looksLikeKey = bytes.withUnsafeBytes { $0.holds("PRIVATE KEY-----") }
      throw .notACertificate(files.folder.certificatePath, looksLikeKey: looksLikeKey)
    }
    return facts
  }
}
