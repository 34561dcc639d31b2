import COpenSSL

/// Owns one `EVP_PKEY`.
package final class PrivateKey {
  package let pointer: OpaquePointer

  private init(owning pointer: OpaquePointer) { self.pointer = pointer }
  deinit { EVP_PKEY_free(pointer) }

  /// What a PEM text holds.
  package enum Reading {
    case key(PrivateKey)
    /// The key is encrypted; there is no passphrase and nobody is asked.
    case encrypted
    case unreadable
  }

  /// Reads the first key of a PEM text; asks nobody for a passphrase.
  package static func read(pem: SecretBytes) -> Reading {
    pem.withUnsafeBytes { bytes in
      guard let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count)) else {
        return .unreadable
      }
      defer { BIO_free(reader) }
      ERR_clear_error()
      defer { ERR_clear_error() }
      var asked = false
      if let pointer = PEM_read_bio_PrivateKey(reader, nil, refusePassphrase, &asked) {
        return .key(PrivateKey(owning: pointer))
      }
      return asked ? .encrypted : .unreadable
    }
  }

  /// Whether this key belongs to the certificate.
  package func matches(_ certificate: Certificate) -> Bool {
    defer { ERR_clear_error() }
    return X509_check_private_key(certificate.pointer, pointer) == 1
  }
}
