import COpenSSL
import Glibc

/// A connection that is made only to take a client id from whoever has it: the one way in which a
/// stock broker throws a client out (MQTT 3.1.1, 3.1.4).
///
/// It reads nothing but the broker's greeting and acknowledges nothing, so that a client that keeps
/// its session finds every message in it that it has not had.
final class TakeOver {
  /// For each step on this machine's own loopback.
  private static let patienceSeconds = 5

  private let context: OpaquePointer
  private let connection: OpaquePointer
  private let socket: CInt

  /// Throws a client out, by connecting as it does and going away at once.
  ///
  /// - Parameters:
  ///   - client: as the broker knows it.
  ///   - identity: the client's own: where ids are forced to be names, no other has this id.
  ///   - authority: the certificate that vouches for the broker.
  ///   - port: where the broker listens.
  /// - Throws: `TakeOverError`.
  static func perform(
    _ client: ClientRegister.Client, as identity: IdentityFolder, authority: String, port: Int
  ) throws(TakeOverError) {
    let takeOver = try TakeOver(as: identity, authority: authority)
    try takeOver.connect(port)
    try takeOver.greet(client)
  }

  private init(as identity: IdentityFolder, authority: String) throws(TakeOverError) {
    ERR_clear_error()
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw TakeOverError("set up TLS") }
    // Before the connection is made, which takes its settings from here.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    let isSet =
      SSL_CTX_load_verify_locations(context, authority, nil) == 1
      && SSL_CTX_use_certificate_chain_file(context, identity.certificate) == 1
      && SSL_CTX_use_PrivateKey_file(context, identity.privateKey, SSL_FILETYPE_PEM) == 1
    guard isSet, let connection = SSL_new(context) else {
      SSL_CTX_free(context)
      throw TakeOverError("read \(identity.path)")
    }
    self.context = context
    self.connection = connection
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
  }

  deinit {
    SSL_free(connection)
    SSL_CTX_free(context)
    if socket >= 0 { close(socket) }
  }

  private func connect(_ port: Int) throws(TakeOverError) {
    var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw TakeOverError("reach the broker") }
    guard SSL_set_fd(connection, socket) == 1, SSL_connect(connection) == 1 else {
      throw TakeOverError("speak TLS with the broker")
    }
  }

  private func greet(_ client: ClientRegister.Client) throws(TakeOverError) {
    let packet = Self.connectPacket(client)
    guard SSL_write(connection, packet, CInt(packet.count)) == packet.count else {
      throw TakeOverError("send CONNECT")
    }
    var greeting: [UInt8] = [0, 0, 0, 0]
    // A record of TLS comes whole, and the broker sends these four bytes in one.
    guard SSL_read(connection, &greeting, CInt(greeting.count)) == greeting.count,
      greeting[0] == 0x20, greeting[3] == 0
    else { throw TakeOverError("be let in by the broker") }
    let goodbye: [UInt8] = [0xE0, 0]
    // The id is free already; whether the broker hears of it in words makes no difference.
    _ = SSL_write(connection, goodbye, CInt(goodbye.count))
  }

  /// CONNECT of MQTT 3.1.1 without will, name and password; keep-alive ten seconds.
  static func connectPacket(_ client: ClientRegister.Client) -> [UInt8] {
    let id = Array(client.id.utf8)
    let flags: UInt8 = client.isClean ? 0x02 : 0
    let body =
      [0, 4] + Array("MQTT".utf8) + [4, flags, 0, 10]
      + [UInt8(truncatingIfNeeded: id.count >> 8), UInt8(truncatingIfNeeded: id.count)] + id
    var length: [UInt8] = []
    var rest = body.count
    repeat {
      let digit = UInt8(rest % 128)
      rest /= 128
      length.append(rest > 0 ? digit | 0x80 : digit)
    } while rest > 0
    return [0x10] + length + body
  }
}

// One thread's, for a moment.
@available(*, unavailable)
extension TakeOver: Sendable {}

/// What could not be done to throw a client out.
struct TakeOverError: Error, CustomStringConvertible {
  let description: String

  init(_ attempted: String) { description = "could not \(attempted)" }
}
