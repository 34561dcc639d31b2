import COpenSSL
import Glibc

/// Turns evidence into a failure with its words and its course: the one table of both.
struct FailureWords {
  let endpoint: Endpoint
  let clientID: String
  /// Where the trusted authorities come from, as `Trust.place` says.
  let trust: String
  /// What is known of the end besides the fault.
  var cut = CutEvidence()

  /// A failure for what ended an attempt or a connection.
  ///
  /// - Parameters:
  ///   - fault: the evidence.
  ///   - step: the step that was under way, nil if the connection was up.
  /// - Returns: the failure with its words.
  func failure(for fault: BrokerFault, step: ConnectionStep?) -> ConnectionFailure {
    switch fault {
    case .setup(let words), .unacceptable(let words):
      make(
        .setup, step, .ask, "The connection cannot be set up.", cause: words,
        remedy: "Check the client id and the endpoint.")
    case .tcp(let error): tcp(error)
    case .tls(let evidence): tls(evidence)
    case .ended(.some(let alert), _): self.alert(alert, step: step)
    case .ended(nil, let error): ended(error, step: step)
    case .keepAlive: keepAliveLost
    case .flood(let bytes):
      make(
        .malformed, step, .retrySlowly, "The broker sends a packet without end.",
        cause:
          "\(bytes / 1024) KB came without an end of a packet; AWS IoT has none beyond 128 KB.",
        remedy: "Check that \(endpoint) is the right broker; what came is thrown away.")
    case .malformed(let words):
      make(
        .malformed, step, .retrySlowly, "The broker sent something that is not MQTT 3.1.1.",
        cause: "The MQTT library says: \(words).",
        remedy: "Check that \(endpoint) is an MQTT broker.")
    }
  }

  // MARK: Resolving and TCP

  func notResolved(_ words: String) -> ConnectionFailure {
    make(
      .notResolved, .resolve, .retry, "The host \(endpoint.host) cannot be found.",
      Causes(
        seen: "No address is known for it (\(words))",
        likely: ["the name is mistyped", "there is no network"]),
      remedy: "Check the endpoint and the network.")
  }

  private func tcp(_ error: CInt) -> ConnectionFailure {
    switch error {
    case ECONNREFUSED:
      make(
        .refused, .tcp, .retry, "\(endpoint) refused the connection.",
        Causes(
          seen: "Nothing listens on that port",
          likely: ["the broker is down", "the port is wrong"]),
        remedy: "Start the broker or correct the port; MQTT over TLS usually has 8883.")
    case ETIMEDOUT: silentHost
    case ECONNRESET, EPIPE, EPROTO: notTLS
    default:
      make(
        .unreachable, .tcp, .retry, "\(endpoint) cannot be reached.",
        cause: "The system says: \(words(of: error)).",
        remedy: "Check the network and the endpoint.")
    }
  }

  private var silentHost: ConnectionFailure {
    make(
      .silentHost, .tcp, .retry, "\(endpoint) does not answer.",
      Causes(likely: [
        "the host is off", "a firewall drops what is sent to port \(endpoint.port)",
      ]),
      remedy: endpoint.port == Endpoint.applicationProtocolPort
        ? "Check the network and the endpoint."
        : "Check the endpoint; where port \(endpoint.port) is blocked, AWS IoT also has 443.")
  }

  /// The step's dead-line passed, or that of the whole attempt while it was under way.
  ///
  /// - Parameters:
  ///   - step: the step that is under way.
  ///   - whole: the attempt's milliseconds, if all of it has had its time.
  /// - Returns: the failure with its words.
  func timeOut(at step: ConnectionStep, whole: Int64? = nil) -> ConnectionFailure {
    let failure = silent(at: step)
    guard let whole else { return failure }
    return make(
      failure.kind, step, failure.course, failure.what,
      cause: failure.cause + " All the steps together took more than \(whole / 1000) s.",
      likely: failure.likely, remedy: failure.remedy)
  }

  private func silent(at step: ConnectionStep) -> ConnectionFailure {
    switch step {
    case .resolve: notResolved("the resolver does not answer")
    case .tcp: silentHost
    case .tls:
      make(
        .silentInHandshake, .tls, .retry, "\(endpoint) is silent where TLS should begin.",
        Causes(likely: [
          "the port does not speak TLS", "something on the way holds the connection back",
        ]),
        remedy: "Check the port; MQTT over TLS usually has 8883.")
    case .connect:
      make(
        .silentAfterConnect, .connect, .retry, "\(endpoint) does not answer CONNECT.",
        Causes(likely: ["it speaks TLS but perhaps not MQTT", "it is overloaded"]),
        remedy: "Check that this is the MQTT port.")
    case .subscribe:
      make(
        .silentAfterSubscribe, .subscribe, .retry, "The broker does not answer SUBSCRIBE.",
        cause: askedFor + "It is overloaded, or the connection was lost just now.",
        remedy: "Wait: it is tried again, one topic filter after the other.")
    }
  }

  // MARK: TLS

  private func tls(_ evidence: TLSEvidence) -> ConnectionFailure {
    if let problem = evidence.notes.problem { return server(problem) }
    if let alert = evidence.notes.alert { return self.alert(alert, step: .tls) }
    let reasons = evidence.reasons.filter { $0.library == ERR_LIB_SSL }.map { CInt($0.reason) }
    if reasons.contains(SSL_R_UNSUPPORTED_PROTOCOL) { return oldTLS }
    let noTLS = [
      SSL_R_WRONG_VERSION_NUMBER, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_HTTP_REQUEST,
      SSL_R_HTTPS_PROXY_REQUEST, SSL_R_UNEXPECTED_MESSAGE, SSL_R_BAD_PACKET,
    ]
    if evidence.heard, reasons.contains(where: noTLS.contains) {
      return make(
        .noTLS, .tls, .ask, "\(endpoint) does not speak TLS.",
        cause: "It answered with something else.",
        remedy: "Check the port; MQTT over TLS usually has 8883, without it 1883.")
    }
    guard evidence.heard else { return notTLS }
    let isEnd =
      reasons.isEmpty || reasons.contains(SSL_R_UNEXPECTED_EOF_WHILE_READING)
    if isEnd {
      return make(
        .closedInHandshake, .tls, .retry, "\(endpoint) closed the connection during the handshake.",
        Causes(likely: [
          "the broker stopped", "it refuses the thing's certificate without saying so",
        ]),
        remedy: "If it goes on, take the certificate from the thing's newest zip.")
    }
    return make(
      .handshakeFailed, .tls, .retrySlowly, "The TLS handshake with \(endpoint) failed.",
      cause: "OpenSSL says: \(evidence.reasons.map(\.text).joined(separator: "; ")).",
      remedy: "Check the endpoint; something on the way may change what is sent.")
  }

  /// The connection ended before the other side said a word.
  private var notTLS: ConnectionFailure {
    make(
      .noTLS, .tls, .retry, "\(endpoint) closed the connection instead of speaking TLS.",
      Causes(likely: [
        "the port does not speak TLS", "the broker is just stopping or starting",
      ]),
      remedy: "Check the port; MQTT over TLS usually has 8883, without it 1883.")
  }

  private func server(_ problem: CertificateProblem) -> ConnectionFailure {
    switch problem.code {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return make(
        .serverCertificateExpired, .tls, .ask, "The broker's certificate has expired.",
        cause: "\(problem.subject) was valid until \(problem.notAfter); it is now \(now) by this "
          + "machine's clock.",
        remedy: "Set the clock if it is wrong; else the broker needs a new certificate.")
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return make(
        .serverCertificateNotYetValid, .tls, .ask, "The broker's certificate is not valid yet.",
        cause: "\(problem.subject) is valid from \(problem.notBefore); it is now \(now) by this "
          + "machine's clock.",
        remedy: "The clock is probably behind: set it.")
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
      let names = problem.names.prefix(5).joined(separator: ", ")
      return make(
        .hostMismatch, .tls, .ask, "The broker's certificate is not for \(endpoint.host).",
        cause: names.isEmpty ? "It names no host at all." : "It is for \(names).",
        likely: [
          "The endpoint is an alias or an address that the certificate does not name.",
          "The endpoint is mistyped and leads to another server.",
          "Something on the way, a proxy for instance, answers in the broker's place.",
        ],
        remedy: "Connect by a name that the certificate is for; somebody may also be in between.")
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
      X509_V_ERR_CERT_UNTRUSTED:
      return make(
        .wrongAuthority, .tls, .ask,
        "The broker's certificate is signed by an authority that is not trusted here.",
        cause: "It was issued by \(problem.issuer); trusted is only \(trust).",
        likely: [
          "The CA file is that of another broker.", "The endpoint is that of another broker.",
          "Something on the way, a proxy for instance, answers in the broker's place.",
        ],
        remedy: endpoint.advice.first?.remedy
          ?? "Name the file of the CA that signed it; for AWS IoT that is Amazon Root CA 1.")
    default:
      return make(
        .serverCertificateUnusable, .tls, .ask, "The broker's certificate cannot be used.",
        cause: "\(problem.subject): \(problem.words).",
        remedy: "The broker needs a certificate that is made for a TLS server.")
    }
  }

  /// What the other side's alert means (RFC 8446, 6.2); under TLS 1.3 it comes after the handshake.
  private func alert(_ alert: UInt8, step: ConnectionStep?) -> ConnectionFailure {
    let words = String(cString: SSL_alert_desc_string_long(CInt(alert)))
    let known: [CInt: String] = [
      SSL3_AD_BAD_CERTIFICATE: "It finds the certificate damaged.",
      SSL3_AD_UNSUPPORTED_CERTIFICATE: "It does not take this kind of certificate.",
      SSL3_AD_CERTIFICATE_REVOKED: "The certificate is revoked: it was replaced or withdrawn.",
      SSL3_AD_CERTIFICATE_EXPIRED: "It takes the certificate for expired.",
      SSL3_AD_CERTIFICATE_UNKNOWN: "It does not accept the certificate.",
      TLS1_AD_UNKNOWN_CA: "It does not know the authority that issued the certificate.",
      TLS1_AD_ACCESS_DENIED: "The certificate is good but has no access.",
      TLS1_AD_DECRYPT_ERROR: "The proof that we hold the key did not convince it.",
      TLS13_AD_CERTIFICATE_REQUIRED: "It wants a certificate and took none for given.",
    ]
    if let cause = known[CInt(alert)] {
      return make(
        .clientCertificateRefused, step, .ask, "The broker refuses the thing's certificate.",
        cause: cause,
        remedy: "Check that thing and endpoint belong together; take the files from the newest zip."
      )
    }
    switch CInt(alert) {
    case TLS1_AD_PROTOCOL_VERSION: return oldTLS
    case SSL3_AD_HANDSHAKE_FAILURE:
      return make(
        .handshakeFailed, step, .ask, "\(endpoint) breaks the handshake off.",
        Causes(likely: [
          "the two sides have no cipher in common", "it refuses the thing's certificate",
        ]),
        remedy: "Check that thing and endpoint belong together.")
    case TLS1_AD_UNRECOGNIZED_NAME, TLS1_AD_NO_APPLICATION_PROTOCOL:
      return make(
        .handshakeFailed, step, .ask, "\(endpoint) does not serve what was asked for.",
        cause: "It says: \(words).", remedy: "Check host and port.")
    default:
      return make(
        .handshakeFailed, step, .retrySlowly, "\(endpoint) breaks TLS off.",
        cause: "It says: \(words).", remedy: "Wait: it is tried again slowly.")
    }
  }

  private var oldTLS: ConnectionFailure {
    make(
      .oldTLS, .tls, .ask, "\(endpoint) offers no version of TLS that is safe.",
      cause: "TLS 1.2 or 1.3 is needed on both sides.",
      remedy: "The broker must be brought up to date.")
  }

  // MARK: MQTT

  private var keepAliveLost: ConnectionFailure {
    make(
      .keepAliveLost, nil, .retry, "The broker does not answer any more.",
      cause: "A ping stayed without an answer: the network or the broker is gone.",
      remedy: "Check the network; it is tried again.")
  }

  // MARK: Making one

  func setup(_ error: TLSSetupError) -> ConnectionFailure {
    make(
      .setup, nil, .ask, "TLS cannot be set up: it was not possible to \(error.attempted).",
      cause: "OpenSSL says: \(error.reasons.joined(separator: "; ")).",
      remedy: "Check certificate, key and CA.")
  }

  var now: String { DateText.utc(Clock.wallMilliseconds / 1000) }

  func words(of error: CInt) -> String {
    error == 0 ? "nothing" : String(cString: strerror(error))
  }

  func make(
    _ kind: ConnectionFailure.Kind, _ step: ConnectionStep?, _ course: ConnectionFailure.Course,
    _ what: String, cause: String, likely: [String] = [], remedy: String
  ) -> ConnectionFailure {
    ConnectionFailure(
      kind: kind, step: step, what: what, cause: cause, remedy: remedy, course: course,
      likely: likely)
  }

  func make(
    _ kind: ConnectionFailure.Kind, _ step: ConnectionStep?, _ course: ConnectionFailure.Course,
    _ what: String, _ causes: Causes, remedy: String
  ) -> ConnectionFailure {
    make(
      kind, step, course, what, cause: causes.sentence, likely: causes.sentences, remedy: remedy)
  }
}
