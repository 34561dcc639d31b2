package import Sandbox
import Thing

/// OpenSSL's own server on a free loopback port, `openssl s_server`.
///
/// A second opinion on TLS, and the versions that no broker of today speaks. It ends with the value.
package final class OpenSSLServer {
  /// 1...65535 on 127.0.0.1.
  package let port: Int
  private let child: ChildProcess
  private let folder: TemporaryFolder

  /// Starts it; returns when it listens.
  ///
  /// - Parameters:
  ///   - identity: what it shows.
  ///   - authority: whose clients it takes, and it wants a certificate then; nil to ask for none.
  ///   - more: further arguments of `openssl s_server`, such as `-tls1_1` or `-attime`.
  /// - Throws: `ChildProcess.Failure` with its words if that does not come about.
  package init(
    _ identity: Identity, clientsOf authority: [UInt8]? = nil, more: [String] = []
  ) throws {
    let folder = try TemporaryFolder()
    try PrivateFiles.write(identity.certificate, to: folder.path("cert.pem"))
    try PrivateFiles.write(identity.privateKey, to: folder.path("key.pem"))
    var arguments = [
      "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", folder.path("cert.pem"), "-key",
      folder.path("key.pem"),
    ]
    if let authority {
      try PrivateFiles.write(authority, to: folder.path("ca.pem"))
      arguments += ["-CAfile", folder.path("ca.pem"), "-Verify", "1", "-verify_return_error"]
    }
    // It ends with its input, so that stays open.
    let child = try ChildProcess(arguments + more, input: .pipe)
    try child.wait(for: "port") { Self.port(in: $0.outputText) != nil }
    guard let port = Self.port(in: child.outputText) else {
      throw ChildProcess.Failure(description: "no port in \(child.outputText)")
    }
    self.port = port
    self.child = child
    self.folder = folder
  }

  /// From "ACCEPT 127.0.0.1:43523".
  private static func port(in output: String) -> Int? {
    output.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
      .flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
  }
}
