import COpenSSL

extension PrivateKey {
  /// What kind of key it is, for instance `RSA, 2048 bits` or `EC, prime256v1`.
  package var kind: String {
    switch EVP_PKEY_get_base_id(pointer) {
    case EVP_PKEY_RSA: return "RSA, \(EVP_PKEY_get_bits(pointer)) bits"
    case EVP_PKEY_EC:
      var name = [CChar](repeating: 0, count: 64)
      guard EVP_PKEY_get_group_name(pointer, &name, name.count, nil) == 1 else { return "EC" }
      let curve = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
      return "EC, \(curve ?? "")"
    case EVP_PKEY_ED25519: return "Ed25519"
    default: return "\(EVP_PKEY_get_bits(pointer)) bits"
    }
  }
}
