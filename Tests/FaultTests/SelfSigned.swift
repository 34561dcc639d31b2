import Sandbox
import TestSupport
import Thing

/// A certificate that nobody vouches for, made by `openssl req`, since our authority signs for others
/// only.
enum SelfSigned {
  /// - Parameters:
  ///   - name: the common name.
  ///   - scene: where its files go.
  ///   - isServer: whether it is for this machine and not for a thing.
  /// - Returns: it, with its key.
  /// - Throws: `ChildProcess.Failure` with OpenSSL's words.
  static func make(_ name: String, in scene: FaultScene, isServer: Bool) throws -> Identity {
    let (certificate, key) = (scene.path("self-signed.pem"), scene.path("self-signed-key.pem"))
    let names = isServer ? ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"] : []
    let (ending, _, errors) = try ChildProcess.run(
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", key, "-out", certificate, "-days", "1", "-subj", "/CN=\(name)", "-addext",
        "basicConstraints=critical,CA:FALSE",
      ] + names)
    guard ending == .exited(0) else { throw ChildProcess.Failure(description: errors) }
    // The rest is of no use here.
    var identity = try scene.server()
    identity.certificate = try readFile(certificate)
    identity.privateKey = try readFile(key)
    return identity
  }
}

/// The bytes of a file of at most 1 MB.
func readFile(_ path: String) throws -> [UInt8] {
  guard let bytes = Files.bytes(of: path, limit: 1 << 20) else {
    throw ChildProcess.Failure(description: "cannot read \(path)")
  }
  return bytes
}
