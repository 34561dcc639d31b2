import COpenSSL
import Glibc

/// Who we are to the broker: a certificate and its key, checked, and held as the bytes that were
/// checked.
package struct Credentials: Sendable {
  /// The thing's name, from the folder or as given.
  package let thingName: String
  /// PEM; the thing's own certificate first, then those that vouch for it, if any.
  package let certificate: [UInt8]
  /// PEM, not encrypted.
  package let key: SecretBytes
  /// The certificate's subject; it does not hold the thing's name.
  package let subject: String
  /// For instance `2049-12-31 23:59:59 UTC`.
  package let notAfter: String
  /// What should be known before these are used, a key that others may read for instance.
  package let advice: [Advice]

  /// Reads and checks a thing's folder.
  ///
  /// In this order: the folder, both files, the PEM, the certificate's dates, the key's encryption,
  /// the key against the certificate. A key that others may read is advice, no refusal, since zips
  /// unpack that way.
  ///
  /// - Parameters:
  ///   - folder: where `cert.pem` and `privkey.pem` are.
  ///   - now: seconds since 1970; the clock's if nil.
  /// - Returns: what was checked, as it was read.
  /// - Throws: `CredentialError` for the first check that fails.
  package static func load(
    _ folder: ThingFolder, now: Int64? = nil
  ) throws(CredentialError) -> Credentials {
    if case .failure(let fault) = Files.entries(of: folder.path) {
      throw CredentialError(folder: folder.path, fault: fault)
    }
    let certificateFile = try read(folder.certificatePath, role: "the certificate", folder)
    var keyFile = try read(folder.keyPath, role: "the private key", folder)
    let looksLikeCertificate = keyFile.bytes.holds("-----BEGIN CERTIFICATE")
    let key = SecretBytes(wiping: &keyFile.bytes)

    let certificates = certificateFile.bytes.withUnsafeBytes(Certificate.all(inPEM:))
    guard let certificate = certificates?.first else {
      throw .notACertificate(
        folder.certificatePath,
        looksLikeKey: certificateFile.bytes.holds("PRIVATE KEY-----"))
    }
    try check(certificate, at: folder.certificatePath, now: now ?? Clock.wallMilliseconds / 1000)
    switch PrivateKey.read(pem: key) {
    case .unreadable: throw .notAKey(folder.keyPath, looksLikeCertificate: looksLikeCertificate)
    case .encrypted: throw .keyEncrypted(folder.keyPath)
    case .key(let parsed):
      guard parsed.matches(certificate) else {
        throw .keyDoesNotMatch(key: folder.keyPath, certificate: folder.certificatePath)
      }
    }
    return Credentials(
      thingName: folder.thingName, certificate: certificateFile.bytes, key: key,
      subject: certificate.subject, notAfter: certificate.notAfter,
      advice: advice(keyPath: folder.keyPath, mode: keyFile.mode))
  }

  private static func read(
    _ path: String, role: String, _ folder: ThingFolder
  ) throws(CredentialError) -> Files.Content {
    switch Files.read(path, limit: 1 << 20) {
    case .success(let content): return content
    case .failure(let fault):
      throw CredentialError(file: path, role: role, folder: folder, fault: fault)
    }
  }

  private static func check(
    _ certificate: Certificate, at path: String, now: Int64
  ) throws(CredentialError) {
    switch certificate.validity(at: now) {
    case .valid: return
    case .expired:
      throw .certificateExpired(path, notAfter: certificate.notAfter, now: DateText.utc(now))
    case .notYet:
      throw .certificateNotYetValid(path, notBefore: certificate.notBefore, now: DateText.utc(now))
    }
  }

  private static func advice(keyPath: String, mode: mode_t) -> [Advice] {
    guard mode & 0o077 != 0 else { return [] }
    return [
      Advice(
        what: "Others on this machine may read the private key "
          + "(mode \(String(mode & 0o777, radix: 8))).",
        remedy: "chmod 600 \(keyPath)")
    ]
  }
}

extension Collection<UInt8> {
  /// Whether the text is in these bytes.
  func holds(_ text: String) -> Bool { firstRange(of: text.utf8) != nil }
}
