import COpenSSL

/// What a finished handshake established.
package struct TLSFacts: Hashable, Sendable {
  /// For instance `TLSv1.3`.
  package var version: String
  /// For instance `TLS_AES_256_GCM_SHA384`.
  package var cipher: String
  /// The subjects from the broker's own certificate to that of the authority that is trusted.
  package var chain: [String]
  /// When the broker's certificate ends, for instance `2038-01-17 00:00:00 UTC`.
  package var notAfter: String
  /// What was agreed on by ALPN, `x-amzn-mqtt-ca` on AWS IoT's port 443; nil for nothing.
  package var applicationProtocol: String?

  /// The authority that signed for the broker.
  package var authority: String { chain.last ?? "" }

  package init(
    version: String, cipher: String, chain: [String], notAfter: String,
    applicationProtocol: String? = nil
  ) {
    self.version = version
    self.cipher = cipher
    self.chain = chain
    self.notAfter = notAfter
    self.applicationProtocol = applicationProtocol
  }

  /// Reads them from a session whose handshake is over.
  init(of session: OpaquePointer) {
    let stack = SSL_get0_verified_chain(session)
    let chain = (0..<cssl_sk_X509_num(stack)).compactMap { place in
      cssl_sk_X509_value(stack, place).map(Certificate.init(sharing:))
    }
    var name: UnsafePointer<UInt8>?
    var length: CUnsignedInt = 0
    SSL_get0_alpn_selected(session, &name, &length)
    let agreed = UnsafeBufferPointer(start: name, count: name == nil ? 0 : Int(length))
    self.init(
      version: String(cString: SSL_get_version(session)),
      cipher: cssl_SSL_get_cipher_name(session).map { String(cString: $0) } ?? "",
      chain: chain.map(\.subject), notAfter: chain.first?.notAfter ?? "",
      applicationProtocol: agreed.isEmpty ? nil : String(decoding: agreed, as: UTF8.self))
  }
}
