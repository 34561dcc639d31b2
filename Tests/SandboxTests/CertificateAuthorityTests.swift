import Sandbox
import TestSupport
import Testing
import Thing

@Suite("The sandbox's authority")
struct CertificateAuthorityTests {
  /// 2030-01-01 00:00:00 UTC.
  private let newYear: Int64 = 1_893_456_000

  @Test(
    "signs certificates that the openssl program accepts for their purpose",
    arguments: [CertificateRequest.Purpose.server, .client])
  func chain(purpose: CertificateRequest.Purpose) throws {
    let folder = try filledFolder()
    let identity = folder.path + "/" + (purpose == .server ? "server" : "client") + ".pem"
    let fitting = purpose == .server ? "sslserver" : "sslclient"
    let other = purpose == .server ? "sslclient" : "sslserver"
    let verify = { (purpose: String) in
      try ChildProcess.run(
        [
          "openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile",
          folder.path + "/ca.pem",
          "-attime", "\(newYear + 10)", identity,
        ])
    }
    let answer = try verify(fitting)
    #expect(answer.ending == .exited(0), "\(answer)")
    #expect(try verify(other).ending != .exited(0))
  }

  @Test("is told from every other authority, and from a bundle that holds another one")
  func recognition() throws {
    let validity = Validity(days: 1, from: newYear)
    let sandbox = try CertificateAuthority(validity: validity).certificate
    #expect(CertificateAuthority.isSandbox(trusting: sandbox))
    #expect(CertificateAuthority.isSandbox(trusting: sandbox + sandbox))
    let folder = try TemporaryFolder()
    let other = folder.path("other.pem")
    let made = try ChildProcess.run([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-subj", "/O=somebody else/CN=shadowscope sandbox CA", "-keyout", folder.path("key.pem"),
      "-out", other,
    ])
    #expect(made.ending == .exited(0), "\(made.errors)")
    let foreign = try #require(Files.bytes(of: other, limit: 1 << 16))
    #expect(!CertificateAuthority.isSandbox(trusting: foreign))
    #expect(!CertificateAuthority.isSandbox(trusting: sandbox + foreign))
    #expect(!CertificateAuthority.isSandbox(trusting: []))
  }

  @Test("names the thing, the sandbox, this machine and a life of thirty days at most")
  func contents() throws {
    let folder = try filledFolder()
    let client = try text(of: "client.pem", in: folder.path)
    #expect(client.contains("Subject: O = shadowscope sandbox, CN = lamp1"))
    #expect(client.contains("Issuer: O = shadowscope sandbox, CN = shadowscope sandbox CA"))
    #expect(client.contains("Not Before: Dec 31 23:55:00 2029 GMT"))
    #expect(client.contains("Not After : Jan 31 00:00:00 2030 GMT"))
    let server = try text(of: "server.pem", in: folder.path)
    #expect(
      server.contains(
        "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"))
  }

  @Test("makes keys in the form that MIC's have", arguments: [CertificateRequest.Key.rsa2048])
  func keys(kind: CertificateRequest.Key) throws {
    let authority = try CertificateAuthority(validity: .aroundNow)
    let identity = try authority.issue(
      CertificateRequest(
        commonName: "lamp1", purpose: .client, validity: .aroundNow, key: kind))
    let lines = String(decoding: identity.privateKey, as: UTF8.self).split(separator: "\n")
    #expect(lines.first == "-----BEGIN RSA PRIVATE KEY-----")
    #expect(!"\(identity)".contains("PRIVATE"))
    let folder = try TemporaryFolder()
    try IdentityFolder(path: folder.path).write(identity)
    let answer = try ChildProcess.run(
      ["openssl", "rsa", "-in", folder.path("privkey.pem"), "-check", "-noout"])
    #expect((answer.output + answer.errors).contains("RSA key ok"), "\(answer)")
  }

  @Test("takes the longest name that a thing can have")
  func longName() throws {
    let name = String(repeating: "x", count: 128)
    let authority = try CertificateAuthority(validity: .aroundNow)
    let identity = try authority.issue(
      CertificateRequest(commonName: name, purpose: .client, validity: .aroundNow))
    let folder = try TemporaryFolder()
    try PrivateFiles.write(identity.certificate, to: folder.path("cert.pem"))
    #expect(try text(of: "cert.pem", in: folder.path).contains("CN = \(name)"))
  }

  @Test("says in words what no certificate can hold")
  func badAddress() throws {
    let authority = try CertificateAuthority(validity: .aroundNow)
    let error = #expect(throws: CertificateError.self) {
      try authority.issue(
        CertificateRequest(
          commonName: "server", purpose: .server, addresses: ["no address"],
          validity: .aroundNow))
    }
    #expect(error?.description.contains("cannot make the certificate of server: ") == true)
    #expect(error?.reasons.isEmpty == false)
  }

  private func filledFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let validity = Validity(days: 365, from: newYear)
    let authority = try CertificateAuthority(validity: validity)
    let client = CertificateRequest(commonName: "lamp1", purpose: .client, validity: validity)
    try PrivateFiles.write(authority.certificate, to: folder.path("ca.pem"))
    try PrivateFiles.write(
      try authority.issue(client).certificate, to: folder.path("client.pem"))
    try PrivateFiles.write(
      try authority.issue(.loopbackServer(validity: validity)).certificate,
      to: folder.path("server.pem"))
    return folder
  }

  private func text(of file: String, in folder: String) throws -> String {
    try ChildProcess.run(["openssl", "x509", "-noout", "-text", "-in", "\(folder)/\(file)"])
      .output
  }
}
