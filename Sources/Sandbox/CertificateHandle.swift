import COpenSSL
import Thing

/// Owns one `X509`, under construction or read, and frees it once.
final class CertificateHandle {
  let pointer: OpaquePointer
  private let subject: String

  /// Starts a version 3 certificate with a random serial number.
  init(
    subject: String, publicKey: PrivateKeyHandle, validity: Validity
  ) throws(CertificateError) {
    let making = "the certificate of \(subject)"
    // Owned from here on: a throw below frees it, since all properties are set.
    pointer = try CertificateError.check(making) { X509_new() }
    self.subject = subject
    let pointer = pointer
    _ = try CertificateError.check(making) {
      X509_set_version(pointer, CLong(X509_VERSION_3)) == 1
        && Self.setRandomSerial(of: pointer)
        && ASN1_TIME_set(X509_getm_notBefore(pointer), time_t(validity.notBefore)) != nil
        && ASN1_TIME_set(X509_getm_notAfter(pointer), time_t(validity.notAfter)) != nil
        && X509_set_pubkey(pointer, publicKey.pointer) == 1
        && Self.add(NID_organizationName, CertificateAuthority.organisation, to: pointer)
        && Self.add(NID_commonName, subject, to: pointer) ? true : nil
    }
  }

  /// Shares a certificate that was read, to sign others with it.
  init(_ certificate: Certificate, of subject: String) {
    X509_up_ref(certificate.pointer)
    pointer = certificate.pointer
    self.subject = subject
  }

  deinit { X509_free(pointer) }

  /// Names the issuer, which for a self-signed certificate is the certificate itself.
  func setIssuer(_ issuer: CertificateHandle) throws(CertificateError) {
    _ = try CertificateError.check("the certificate of \(subject)") {
      X509_set_issuer_name(pointer, X509_get_subject_name(issuer.pointer)) == 1 ? true : nil
    }
  }

  /// Adds an extension.
  ///
  /// - Parameters:
  ///   - identifier: one of OpenSSL's `NID_` numbers.
  ///   - value: as OpenSSL's configuration files spell it.
  ///   - issuer: needed by the extensions that point at the issuer; else the certificate itself.
  /// - Throws: `CertificateError`, also on a value that is not spelled so.
  func add(
    _ identifier: CInt, _ value: String, issuer: CertificateHandle? = nil
  ) throws(CertificateError) {
    _ = try CertificateError.check("the certificate of \(subject)") {
      guard
        let made = cssl_X509V3_EXT_conf_nid(
          (issuer ?? self).pointer, pointer, identifier, value)
      else { return nil as Bool? }
      defer { X509_EXTENSION_free(made) }
      return X509_add_ext(pointer, made, -1) == 1 ? true : nil
    }
  }

  func sign(with key: PrivateKeyHandle) throws(CertificateError) {
    _ = try CertificateError.check("the signature on the certificate of \(subject)") {
      X509_sign(pointer, key.pointer, EVP_sha256()) > 0 ? true : nil
    }
  }

  func pem() throws(CertificateError) -> [UInt8] {
    try pemText("the certificate of \(subject)") { PEM_write_bio_X509($0, pointer) }
  }

  private static func setRandomSerial(of pointer: OpaquePointer) -> Bool {
    guard let number = BN_new() else { return false }
    defer { BN_free(number) }
    // 127 bits: positive in the 16 bytes of DER.
    guard BN_rand(number, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 else { return false }
    return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil
  }

  /// Adds one part of the subject's name.
  ///
  /// The plain UTF-8 type, not `MBSTRING_UTF8`, because that one refuses common names over 64
  /// characters and a thing's name has up to 128.
  private static func add(_ part: CInt, _ text: String, to pointer: OpaquePointer) -> Bool {
    let bytes = Array(text.utf8)
    return X509_NAME_add_entry_by_NID(
      X509_get_subject_name(pointer), part, V_ASN1_UTF8STRING, bytes, CInt(bytes.count), -1, 0)
      == 1
  }
}
