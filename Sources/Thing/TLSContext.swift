import COpenSSL

/// Our own TLS settings and what the last handshake taught; used by one thread.
///
/// The library's settings would hide why a certificate is refused, and switching to ours switches
/// its host check off: all that it would have done is done here.
final class TLSContext {
  /// The `SSL_CTX`; libmosquitto takes a reference of its own for each connection.
  let pointer: OpaquePointer
  let endpoint: Endpoint
  /// What the handshake that runs, or ran last, has shown.
  var notes = HandshakeNotes()
  /// The host as C holds it while OpenSSL asks for the server name.
  private let serverName: [CChar]?

  /// Builds the settings out of what was checked before.
  ///
  /// - Parameters:
  ///   - endpoint: whose name or address the certificate must be for.
  ///   - credentials: who we are.
  ///   - trust: who may vouch for the broker.
  ///   - namesProtocol: whether to ask for MQTT by ALPN, as AWS IoT's port 443 wants.
  /// - Throws: `TLSSetupError` with OpenSSL's reasons.
  init(
    endpoint: Endpoint, credentials: Credentials, trust: Trust, namesProtocol: Bool = false
  ) throws(TLSSetupError) {
    let context = try ContextHandle()
    try context.setUp(verifying: endpoint, namesProtocol: namesProtocol)
    try context.trust(trust.authorities)
    try context.identify(as: credentials)
    pointer = context.release()
    self.endpoint = endpoint
    // A server name is a name: for an address none is sent (RFC 6066).
    serverName = endpoint.isAddress ? nil : Array(endpoint.host.utf8CString)
    let this = Unmanaged.passUnretained(self).toOpaque()
    // Unretained: both pointers are taken back in deinit, and whatever outlives it sees null.
    cssl_SSL_CTX_set_app_data(pointer, this)
    SSL_CTX_set_cert_verify_callback(pointer, verifyServer, this)
    SSL_CTX_set_info_callback(pointer, noteProgress)
  }

  deinit {
    cssl_SSL_CTX_set_app_data(pointer, nil)
    SSL_CTX_set_info_callback(pointer, nil)
    SSL_CTX_set_cert_verify_callback(pointer, nil, nil)
    SSL_CTX_free(pointer)
  }

  /// Sets the server name that goes into the first message.
  ///
  /// The library is given an address, since resolving is done elsewhere, and would send that.
  fileprivate func nameServer(for ssl: OpaquePointer) {
    cssl_SSL_set_tlsext_host_name(ssl, serverName)
  }
}

// One thread's: the notes are written by OpenSSL's callbacks, on the thread that drives the socket.
@available(*, unavailable)
extension TLSContext: Sendable {}

/// What a handshake showed beyond whether it worked.
struct HandshakeNotes: Hashable {
  /// Why the server's certificate was refused.
  var problem: CertificateProblem?
  /// The alert that the other side sent (RFC 8446, 6.2), apart from its good-bye.
  var alert: UInt8?
  /// Whether both sides came to its end.
  var isOver = false
}

/// Why the server's certificate was refused.
struct CertificateProblem: Hashable {
  /// `X509_V_ERR_…`.
  let code: CInt
  /// OpenSSL's words.
  let words: String
  let subject: String
  let issuer: String
  let notBefore: String
  let notAfter: String
  /// The names and addresses that it is for.
  let names: [String]
}

/// Why TLS could not be set up; what a person can cause was ruled out before.
struct TLSSetupError: Error, Hashable {
  let attempted: String
  let reasons: [String]

  init(_ attempted: String) {
    self.attempted = attempted
    reasons = OpenSSLError.drain().map(\.text)
  }
}

/// Owns one `SSL_CTX` while it is being set up.
private struct ContextHandle: ~Copyable {
  private let pointer: OpaquePointer
  private var isOwned = true

  init() throws(TLSSetupError) {
    ERR_clear_error()
    guard let pointer = SSL_CTX_new(TLS_client_method()) else {
      throw TLSSetupError("make a TLS context")
    }
    self.pointer = pointer
  }

  deinit { if isOwned { SSL_CTX_free(pointer) } }

  consuming func release() -> OpaquePointer {
    isOwned = false
    return pointer
  }

  func setUp(verifying endpoint: Endpoint, namesProtocol: Bool) throws(TLSSetupError) {
    try check("require TLS 1.2") { cssl_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION) }
    SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    // Without one OpenSSL would ask on the terminal.
    SSL_CTX_set_default_passwd_cb(pointer, refusePassphrase)
    guard let parameters = SSL_CTX_get0_param(pointer) else {
      throw TLSSetupError("reach the verification parameters")
    }
    X509_VERIFY_PARAM_set_hostflags(
      parameters,
      UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
    try check("set the host to verify") {
      endpoint.isAddress
        ? X509_VERIFY_PARAM_set1_ip_asc(parameters, endpoint.host)
        : X509_VERIFY_PARAM_set1_host(parameters, endpoint.host, 0)
    }
    if namesProtocol {
      let name = Array("x-amzn-mqtt-ca".utf8)
      let wire = [UInt8(name.count)] + name
      // The one call of this family that answers 0 for success.
      guard SSL_CTX_set_alpn_protos(pointer, wire, UInt32(wire.count)) == 0 else {
        throw TLSSetupError("offer the application protocol")
      }
    }
  }

  func trust(_ certificates: [Certificate]) throws(TLSSetupError) {
    guard let store = SSL_CTX_get_cert_store(pointer) else {
      throw TLSSetupError("reach the certificate store")
    }
    for certificate in certificates {
      try check("trust a CA certificate") { X509_STORE_add_cert(store, certificate.pointer) }
    }
  }

  func identify(as credentials: Credentials) throws(TLSSetupError) {
    guard let own = credentials.chain.first else { throw TLSSetupError("find the certificate") }
    try check("use the certificate") { SSL_CTX_use_certificate(pointer, own.pointer) }
    for vouching in credentials.chain.dropFirst() {
      // The context takes over one reference.
      X509_up_ref(vouching.pointer)
      try check("add to the certificate chain") {
        cssl_SSL_CTX_add_extra_chain_cert(pointer, vouching.pointer)
      }
    }
    try check("use the private key") { SSL_CTX_use_PrivateKey(pointer, credentials.key.pointer) }
    try check("match key and certificate") { SSL_CTX_check_private_key(pointer) }
  }

  private func check(_ attempted: String, _ call: () -> CInt) throws(TLSSetupError) {
    ERR_clear_error()
    guard call() == 1 else { throw TLSSetupError(attempted) }
  }
}

/// Verifies as OpenSSL would, and notes which certificate failed and why.
private func verifyServer(store: OpaquePointer?, context: UnsafeMutableRawPointer?) -> CInt {
  guard let store else { return 0 }
  let result = X509_verify_cert(store)
  if result != 1, let context {
    let code = X509_STORE_CTX_get_error(store)
    let failed = X509_STORE_CTX_get_current_cert(store).map(Certificate.init(sharing:))
    Unmanaged<TLSContext>.fromOpaque(context).takeUnretainedValue().notes.problem =
      CertificateProblem(
        code: code, words: String(cString: X509_verify_cert_error_string(Int(code))),
        subject: failed?.subject ?? "", issuer: failed?.issuer ?? "",
        notBefore: failed?.notBefore ?? "", notAfter: failed?.notAfter ?? "",
        names: failed?.alternativeNames ?? [])
  }
  return result
}

/// Hears of each handshake's start and of each alert.
private func noteProgress(ssl: OpaquePointer?, what: CInt, value: CInt) {
  guard
    let ssl, let settings = SSL_get_SSL_CTX(ssl), let data = cssl_SSL_CTX_get_app_data(settings)
  else { return }
  let context = Unmanaged<TLSContext>.fromOpaque(data).takeUnretainedValue()
  if what & SSL_CB_HANDSHAKE_START != 0, SSL_is_init_finished(ssl) == 0 {
    context.nameServer(for: ssl)
  }
  if what & SSL_CB_HANDSHAKE_DONE != 0 { context.notes.isOver = true }
  if what & SSL_CB_READ_ALERT == SSL_CB_READ_ALERT {
    let alert = UInt8(truncatingIfNeeded: value)
    if CInt(alert) != SSL3_AD_CLOSE_NOTIFY { context.notes.alert = alert }
  }
}
