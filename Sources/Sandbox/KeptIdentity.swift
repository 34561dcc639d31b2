import COpenSSL
import Thing

/// A certificate with its key that a sandbox wrote before, read and checked.
struct KeptIdentity {
  /// Why what is there cannot be used.
  struct Fault: Error {
    /// A clause with the certificate as "it".
    let words: String
    /// Whether there is nothing at all.
    var isAbsence = false
  }

  /// Seconds before its end in which a certificate is not used any more.
  static let reserve: Int64 = 86_400
  /// Bytes; a longer file is none of ours.
  private static let longest = 1 << 16

  let certificate: Certificate
  let key: PrivateKey
  /// The certificate as it was read.
  let pem: [UInt8]

  /// Reads both files.
  ///
  /// - Parameters:
  ///   - path: of the certificate.
  ///   - keyPath: of its key.
  ///   - name: the subject's common name.
  ///   - now: seconds since 1970; it must last for a day from then on.
  /// - Throws: `Fault` for the first check that fails: both files, their PEM, the name, the dates,
  ///   the key against the certificate.
  init(
    certificate path: String, key keyPath: String, name: String, at now: Int64
  ) throws(Fault) {
    switch (PrivateFiles.isPlainFile(path), PrivateFiles.isPlainFile(keyPath)) {
    case (false, false): throw Fault(words: "its files are missing", isAbsence: true)
    case (false, true): throw Fault(words: "it is missing")
    case (true, false): throw Fault(words: "its key is missing")
    case (true, true): break
    }
    guard let pem = Files.bytes(of: path, limit: Self.longest),
      let certificate = pem.withUnsafeBytes(Certificate.all(inPEM:))?.first
    else { throw Fault(words: "it cannot be read") }
    let subject = "CN=\(name),O=\(CertificateAuthority.organisation)"
    guard certificate.subject.utf8.elementsEqual(subject.utf8) else {
      throw Fault(words: "it is that of \(certificate.subject)")
    }
    guard certificate.validity(at: now) != .notYet else {
      throw Fault(words: "it is not valid yet")
    }
    guard certificate.validity(at: now + Self.reserve) == .valid else {
      throw Fault(words: "it ends \(certificate.notAfter)")
    }
    guard var bytes = Files.bytes(of: keyPath, limit: Self.longest),
      case .key(let key) = PrivateKey.read(pem: SecretBytes(wiping: &bytes))
    else { throw Fault(words: "its key cannot be read") }
    guard key.matches(certificate) else {
      throw Fault(words: "its key belongs to another certificate")
    }
    (self.certificate, self.key, self.pem) = (certificate, key, pem)
  }

  /// Whether an authority vouches for it; its own key does for an authority itself.
  func isSigned(by authority: KeptIdentity) -> Bool {
    defer { ERR_clear_error() }
    return X509_check_issued(authority.certificate.pointer, certificate.pointer) == X509_V_OK
      && X509_verify(certificate.pointer, authority.key.pointer) == 1
  }

  /// Checks that it is what was asked for once.
  ///
  /// - Parameters:
  ///   - request: what would be made anew.
  ///   - authority: must have signed it.
  /// - Throws: `Fault`.
  func check(for request: CertificateRequest, by authority: KeptIdentity) throws(Fault) {
    guard isSigned(by: authority) else { throw Fault(words: "ca.pem has not signed it") }
    let purpose =
      switch request.purpose {
      case .server: X509_PURPOSE_SSL_SERVER
      case .client: X509_PURPOSE_SSL_CLIENT
      }
    defer { ERR_clear_error() }
    guard X509_check_purpose(certificate.pointer, purpose, 0) == 1 else {
      throw Fault(words: "it is for another purpose")
    }
    let names = certificate.alternativeNames
    if let missing = (request.hosts + request.addresses).first(where: { !names.contains($0) }) {
      throw Fault(words: "it does not name \(missing)")
    }
  }
}
