import Glibc
import Sandbox
import TestSupport

/// A broker that does with lamp1's requests what a test says, and lamp1's files.
struct ScriptedBroker: ~Copyable {
  let peer: ScriptedPeer
  private let folder: TemporaryFolder

  /// Listens, on a port of its own.
  ///
  /// - Parameter react: told each request in its order, also of later connections.
  /// - Throws: when there are no files or no port for it.
  init(_ react: @escaping @Sendable (PeerRequest) throws -> PeerReaction) throws {
    let month = Validity(days: 30, from: Int64(time(nil)))
    let folder = try TemporaryFolder()
    let authority = try CertificateAuthority(validity: month)
    try PrivateFiles.write(authority.certificate, to: folder.path("ca.pem"))
    try IdentityFolder(path: folder.path("lamp1")).write(
      authority.issue(CertificateRequest(commonName: "lamp1", purpose: .client, validity: month)))
    let server = try authority.issue(.loopbackServer(validity: month))
    peer = try ScriptedPeer(security: .init(server)) { client, _ in try client.serve(react) }
    self.folder = folder
  }

  /// What connects to it as lamp1.
  var options: [String] {
    ["--thing-dir", folder.path("lamp1"), "--endpoint", "localhost:\(peer.port)"]
  }
}
