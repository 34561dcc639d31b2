/// What to put into a certificate; a wrong one can be asked for, since tests need those.
package struct CertificateRequest: Sendable {
  /// What a certificate may be used for.
  package enum Purpose: String, Sendable {
    case server = "serverAuth"
    case client = "clientAuth"
  }

  /// The kind of key to make.
  package enum Key: Sendable {
    /// 2048 bits, as MIC's things have; takes about a tenth of a second.
    case rsa2048
    /// P-256; takes no time.
    case elliptic
  }

  /// The subject's common name: for a client its thing name.
  package var commonName: String
  package var purpose: Purpose
  /// DNS names of a server.
  package var hosts: [String]
  /// IP addresses of a server, in text form.
  package var addresses: [String]
  package var validity: Validity
  package var key: Key

  package init(
    commonName: String, purpose: Purpose, hosts: [String] = [], addresses: [String] = [],
    validity: Validity, key: Key = .elliptic
  ) {
    self.commonName = commonName
    self.purpose = purpose
    self.hosts = hosts
    self.addresses = addresses
    self.validity = validity
    self.key = key
  }

  /// A certificate for this machine alone: `localhost`, 127.0.0.1 and ::1.
  package static func loopbackServer(validity: Validity) -> CertificateRequest {
    CertificateRequest(
      commonName: "localhost", purpose: .server, hosts: ["localhost"],
      addresses: ["127.0.0.1", "::1"], validity: validity)
  }
}
