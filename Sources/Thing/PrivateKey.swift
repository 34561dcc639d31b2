import COpenSSL

/// Owns one `EVP_PKEY`.
///
/// It can be sent between threads: nothing changes it once it is read, OpenSSL counts the
/// references to it atomically, and any number of threads may use one `EVP_PKEY` to sign.
package final class PrivateKey: @unchecked Sendable, CustomStringConvertible {
  package let pointer: OpaquePointer

  private init(owning pointer: OpaquePointer) { self.pointer = pointer }
  deinit { EVP_PKEY_free(pointer) }

  package var description: String { "(a private key)" }

  /// What a PEM text holds.
  package enum Reading {
    case key(PrivateKey)
    /// The key is encrypted, and there is no passphrase.
    case encrypted
    /// The passphrase does not open the key, or the key is damaged: it cannot be told which.
    case wrongPassphrase
    /// The key is encrypted by a method that this OpenSSL does not have.
    case unknownEncryption
    case unreadable
  }

  /// Reads the first key of a PEM text: PKCS#1, PKCS#8, SEC 1 (EC), whichever OpenSSL knows, with or
  /// without text around it.
  ///
  /// OpenSSL's own question on the terminal is never put.
  ///
  /// - Parameters:
  ///   - pem: the text.
  ///   - passphrase: of an encrypted key, as bytes; an unencrypted one needs none.
  /// - Returns: the key, or why there is none.
  package static func read(pem: SecretBytes, passphrase: SecretBytes? = nil) -> Reading {
    defer { cssl_burn_stack() }
    guard let passphrase else { return read(pem, PassphraseSlip(passphrase: nil)) }
    return passphrase.withUnsafeBytes { read(pem, PassphraseSlip(passphrase: $0)) }
  }

  private static func read(_ pem: SecretBytes, _ slip: PassphraseSlip) -> Reading {
    var slip = slip
    return pem.withUnsafeBytes { bytes in
      let bytes = bytes.withoutByteOrderMark
      guard let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count)) else {
        return .unreadable
      }
      defer { BIO_free(reader) }
      ERR_clear_error()
      if let pointer = PEM_read_bio_PrivateKey(reader, nil, handOverPassphrase, &slip) {
        ERR_clear_error()
        return .key(PrivateKey(owning: pointer))
      }
      let errors = OpenSSLError.drain()
      guard slip.isAsked else { return .unreadable }
      guard slip.passphrase != nil else { return .encrypted }
      let isUnknown = errors.contains {
        $0.library == ERR_LIB_EVP && $0.reason == EVP_R_UNSUPPORTED_CIPHER
          || $0.library == ERR_LIB_EVP && $0.reason == ERR_R_UNSUPPORTED
          || $0.library == ERR_LIB_PEM && $0.reason == PEM_R_UNSUPPORTED_ENCRYPTION
      }
      return isUnknown ? .unknownEncryption : .wrongPassphrase
    }
  }

  /// Whether this key belongs to the certificate.
  package func matches(_ certificate: Certificate) -> Bool {
    defer { ERR_clear_error() }
    return X509_check_private_key(certificate.pointer, pointer) == 1
  }
}

/// What lies ready when OpenSSL asks for a passphrase.
private struct PassphraseSlip {
  /// nil for none.
  let passphrase: UnsafeRawBufferPointer?
  var isAsked = false
}

/// Answers OpenSSL out of a `PassphraseSlip`.
private func handOverPassphrase(
  buffer: UnsafeMutablePointer<CChar>?, size: CInt, _: CInt, slip: UnsafeMutableRawPointer?
) -> CInt {
  guard let slip = slip?.assumingMemoryBound(to: PassphraseSlip.self) else { return -1 }
  slip.pointee.isAsked = true
  guard let buffer, let passphrase = slip.pointee.passphrase, passphrase.count <= Int(size) else {
    return -1
  }
  if let start = passphrase.baseAddress {
    UnsafeMutableRawPointer(buffer).copyMemory(from: start, byteCount: passphrase.count)
  }
  return CInt(passphrase.count)
}
