import COpenSSL
import Thing

/// A certificate authority.
///
/// It lives as long as this object, or as the folder of a sandbox that keeps its files: only there
/// its key is written. Everything that it signs names the organisation "shadowscope sandbox" and
/// lasts 30 days at most unless a test asks otherwise, so that nobody takes it for a real one. One
/// thread uses it.
package final class CertificateAuthority {
  /// The organisation in every subject.
  package static let organisation = "shadowscope sandbox"
  /// The common name of an issuer.
  package static let standardName = "shadowscope sandbox CA"

  /// The authority's own certificate, PEM.
  package let certificate: [UInt8]

  private let key: PrivateKeyHandle
  private let handle: CertificateHandle

  /// Makes an authority with a fresh P-256 key.
  ///
  /// - Parameters:
  ///   - name: the common name of the issuer.
  ///   - validity: the authority's own.
  /// - Throws: `CertificateError` with OpenSSL's reasons.
  package init(
    name: String = standardName, validity: Validity
  ) throws(CertificateError) {
    key = try PrivateKeyHandle(.elliptic, for: name)
    handle = try CertificateHandle(
      subject: name, publicKey: key, validity: validity)
    try handle.setIssuer(handle)
    try handle.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
    try handle.add(NID_key_usage, "critical,keyCertSign,cRLSign")
    try handle.add(NID_subject_key_identifier, "hash")
    try handle.sign(with: key)
    certificate = try handle.pem()
  }

  /// Goes on as the authority that was read.
  init(_ kept: KeptIdentity) {
    key = PrivateKeyHandle(kept.key, of: Self.standardName)
    handle = CertificateHandle(kept.certificate, of: Self.standardName)
    certificate = kept.pem
  }

  /// The private key, for a folder that is kept.
  func privatePEM() throws(CertificateError) -> [UInt8] { try key.privatePEM() }

  /// Whether whoever trusts these certificates, PEM, trusts nobody but sandboxes.
  package static func isSandbox(trusting certificates: [UInt8]) -> Bool {
    guard let trusted = certificates.withUnsafeBytes(Certificate.all(inPEM:)), !trusted.isEmpty
    else { return false }
    return trusted.allSatisfy { $0.subject.split(separator: ",").contains("O=\(organisation)") }
  }

  /// Makes a key and signs its certificate.
  ///
  /// - Throws: `CertificateError` with OpenSSL's reasons; a name or address that cannot stand in a
  ///   certificate is one.
  package func issue(_ request: CertificateRequest) throws(CertificateError) -> Identity {
    let subjectKey = try PrivateKeyHandle(request.key, for: request.commonName)
    let subject = try CertificateHandle(
      subject: request.commonName, publicKey: subjectKey, validity: request.validity)
    try subject.setIssuer(handle)
    try subject.add(NID_basic_constraints, "critical,CA:FALSE")
    try subject.add(NID_key_usage, "critical,digitalSignature")
    try subject.add(NID_ext_key_usage, request.purpose.rawValue)
    try subject.add(NID_authority_key_identifier, "keyid:always", issuer: handle)
    let alternatives =
      request.hosts.map { "DNS:\($0)" } + request.addresses.map { "IP:\($0)" }
    if !alternatives.isEmpty {
      try subject.add(NID_subject_alt_name, alternatives.joined(separator: ","))
    }
    try subject.sign(with: key)
    return Identity(
      name: request.commonName, certificate: try subject.pem(),
      privateKey: try subjectKey.privatePEM(), publicKey: try subjectKey.publicPEM())
  }
}
