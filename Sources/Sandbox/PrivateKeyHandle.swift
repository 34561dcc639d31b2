import COpenSSL
import Thing

/// Owns one `EVP_PKEY` and frees it once.
final class PrivateKeyHandle {
  let pointer: OpaquePointer
  private let owner: String

  /// Makes a new key.
  init(_ kind: CertificateRequest.Key, for owner: String) throws(CertificateError) {
    pointer = try CertificateError.check("the key of \(owner)") {
      switch kind {
      case .elliptic: cssl_EVP_EC_gen("P-256")
      case .rsa2048: cssl_EVP_RSA_gen(2048)
      }
    }
    self.owner = owner
  }

  /// Shares a key that was read.
  init(_ key: PrivateKey, of owner: String) {
    EVP_PKEY_up_ref(key.pointer)
    pointer = key.pointer
    self.owner = owner
  }

  deinit { EVP_PKEY_free(pointer) }

  /// The traditional form, which names the kind of key in its first line.
  func privatePEM() throws(CertificateError) -> [UInt8] {
    try pemText("the key of \(owner)") { bio in
      PEM_write_bio_PrivateKey_traditional(bio, pointer, nil, nil, 0, nil, nil)
    }
  }

  func publicPEM() throws(CertificateError) -> [UInt8] {
    try pemText("the public key of \(owner)") { PEM_write_bio_PUBKEY($0, pointer) }
  }
}

/// What a PEM writer of OpenSSL puts out.
func pemText(
  _ making: String, _ write: (OpaquePointer) -> CInt
) throws(CertificateError) -> [UInt8] {
  try CertificateError.check(making) {
    guard let bio = BIO_new(BIO_s_mem()) else { return nil }
    // BIO_free wipes the memory of a growing buffer.
    defer { BIO_free(bio) }
    guard write(bio) == 1 else { return nil }
    var data: UnsafeMutablePointer<CChar>?
    let count = cssl_BIO_get_mem_data(bio, &data)
    guard let data, count > 0 else { return nil }
    return [UInt8](UnsafeRawBufferPointer(start: data, count: count))
  }
}
