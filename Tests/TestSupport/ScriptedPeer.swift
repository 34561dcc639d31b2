import COpenSSL
import Dispatch
import Glibc
package import Sandbox
import Synchronization
import Thing

/// A server on a free loopback port that does to each client what a script says: the faults that a
/// real broker cannot be made to have.
///
/// Each connection has its own thread, on which the script runs and may wait; when the script
/// returns the connection is closed. Everything ends with the value.
package final class ScriptedPeer: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// How a peer speaks TLS.
  package struct Security: Sendable {
    package var identity: Identity
    /// The highest version that it offers.
    package var highest: CInt = TLS1_3_VERSION

    package init(_ identity: Identity, highest: CInt = TLS1_3_VERSION) {
      self.identity = identity
      self.highest = highest
    }
  }

  /// 1...65535 on 127.0.0.1.
  package let port: Int
  private let listener: Listener
  private let group = DispatchGroup()

  /// How many clients have come so far.
  package var accepted: Int { listener.accepted }

  /// Listens at once.
  ///
  /// - Parameters:
  ///   - security: with it the TLS handshake comes before the script; nil for plain TCP.
  ///   - script: done to each client; its number counts from 0.
  /// - Throws: `Failure` if no port can be had.
  package init(
    security: Security? = nil,
    script: @escaping @Sendable (_ client: PeerConnection, _ number: Int) throws -> Void
  ) throws {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, size) == 0 && listen(listener, 16) == 0
          && getsockname(listener, generic, &size) == 0
      }
    }
    guard isListening else {
      close(listener)
      throw Failure(description: "no port: \(String(cString: strerror(errno)))")
    }
    self.listener = Listener(descriptor: listener)
    port = Int(in_port_t(bigEndian: address.sin_port))
    Self.runOnThread(group) { [group, listener = self.listener] in
      while let (client, number) = listener.accept() {
        Self.runOnThread(group) {
          listener.serve(client, number, security: security, script: script)
        }
      }
    }
  }

  // Not a queue: its few threads are all held by scripts that wait.
  private static func runOnThread(
    _ group: DispatchGroup, _ body: @escaping @Sendable () -> Void
  ) {
    group.enter()
    let isStarted = Threads.startDetached {
      body()
      group.leave()
    }
    if !isStarted { group.leave() }
  }

  deinit {
    listener.endAll()
    group.wait()
  }
}

/// The listening socket and those of its clients; shared with the threads that serve them.
private final class Listener: Sendable {
  private struct State {
    var isClosing = false
    var connections: Set<CInt> = []
    var accepted = 0
  }

  private let descriptor: CInt
  /// Readable once everything has to end: not every system wakes `accept` for a shutdown.
  private let ending: (read: CInt, write: CInt)
  private let state = Mutex(State())

  init(descriptor: CInt) {
    self.descriptor = descriptor
    var ends: [CInt] = [-1, -1]
    _ = pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    ending = (ends[0], ends[1])
  }

  deinit { for descriptor in [descriptor, ending.read, ending.write] { close(descriptor) } }

  var accepted: Int { state.withLock { $0.accepted } }

  func endAll() {
    let connections = state.withLock { state in
      state.isClosing = true
      return state.connections
    }
    _ = write(ending.write, [0], 1)
    for connection in connections { shutdown(connection, CInt(SHUT_RDWR)) }
  }

  func accept() -> (CInt, Int)? {
    while true {
      var sources = [descriptor, ending.read].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      if poll(&sources, 2, -1) < 0 { continue }
      guard sources[1].revents == 0 else { return nil }
      let client = Glibc.accept(descriptor, nil, nil)
      if client < 0 && errno == EINTR { continue }
      guard client >= 0 else { return nil }
      // A child that another test starts must not keep the connection open.
      _ = fcntl(client, F_SETFD, FD_CLOEXEC)
      let number = state.withLock { state in
        guard !state.isClosing else { return -1 }
        state.connections.insert(client)
        state.accepted += 1
        return state.accepted - 1
      }
      guard number >= 0 else {
        close(client)
        return nil
      }
      return (client, number)
    }
  }

  func serve(
    _ client: CInt, _ number: Int, security: ScriptedPeer.Security?,
    script: (PeerConnection, Int) throws -> Void
  ) {
    // Whatever a script waits for, it does not wait for ever.
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    // Else an answer waits for the acknowledgement of the one before, up to 40 ms.
    var yes: CInt = 1
    setsockopt(client, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
    // A client that goes away ends the script; that is no failure of the peer.
    if let connection = try? PeerConnection(client, security: security) {
      try? script(connection, number)
      connection.finish()
    }
    state.withLock { _ = $0.connections.remove(client) }
    close(client)
  }
}

/// One client of a scripted peer; used on the script's thread.
package final class PeerConnection {
  /// The client is gone, or said nothing for too long.
  package struct Gone: Error {}

  private let descriptor: CInt
  private var session: OpaquePointer?
  private var isReset = false

  fileprivate init(_ descriptor: CInt, security: ScriptedPeer.Security?) throws {
    self.descriptor = descriptor
    guard let security else { return }
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw Gone() }
    defer { SSL_CTX_free(context) }
    _ = cssl_SSL_CTX_set_max_proto_version(context, security.highest)
    try Self.withReader(security.identity.certificate) { reader in
      guard let certificate = PEM_read_bio_X509(reader, nil, nil, nil) else { throw Gone() }
      SSL_CTX_use_certificate(context, certificate)
      X509_free(certificate)
    }
    try Self.withReader(security.identity.privateKey) { reader in
      guard let key = PEM_read_bio_PrivateKey(reader, nil, nil, nil) else { throw Gone() }
      SSL_CTX_use_PrivateKey(context, key)
      EVP_PKEY_free(key)
    }
    session = SSL_new(context)
    SSL_set_fd(session, descriptor)
    guard SSL_accept(session) == 1 else {
      SSL_free(session)
      session = nil
      throw Gone()
    }
  }

  private static func withReader(
    _ bytes: [UInt8], _ body: (OpaquePointer?) throws -> Void
  ) throws {
    let reader = BIO_new_mem_buf(bytes, CInt(bytes.count))
    defer { BIO_free(reader) }
    try body(reader)
  }

  deinit { SSL_free(session) }

  /// Sends bytes, in one TLS record if there is TLS.
  package func send(_ bytes: [UInt8]) throws {
    let sent =
      session == nil
      ? Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
      : Int(SSL_write(session, bytes, CInt(bytes.count)))
    guard sent == bytes.count else { throw Gone() }
  }

  /// The server name that the client asked for; nil if it asked for none.
  package var serverName: String? {
    SSL_get_servername(session, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
  }

  /// Sends bytes past TLS.
  package func sendPlain(_ bytes: [UInt8]) throws {
    guard Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
      throw Gone()
    }
  }

  /// Reads whatever has come, past TLS; at least one byte.
  @discardableResult
  package func readPlain() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count > 0 else { throw Gone() }
    return Array(bytes.prefix(count))
  }

  /// Reads one MQTT packet.
  ///
  /// - Returns: its first byte, and what follows the length.
  package func readPacket() throws -> (kind: UInt8, body: [UInt8]) {
    let kind = try read(1)[0]
    var length = 0
    var shift = 0
    while true {
      let byte = try read(1)[0]
      length |= Int(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 { break }
    }
    return (kind, length == 0 ? [] : try read(length))
  }

  /// Reads CONNECT and answers it.
  package func greet(code: UInt8 = 0) throws {
    guard try readPacket().kind == 0x10 else { throw Gone() }
    try send([0x20, 2, 0, code])
  }

  /// Reads one SUBSCRIBE and grants all of it.
  ///
  /// - Parameters:
  ///   - code: the quality of service that is granted.
  ///   - note: told its filters before the answer leaves, so that nobody who has the answer looks for
  ///     them in vain.
  /// - Throws: `Gone` when the client sends something else or has gone.
  package func grantSubscribe(code: UInt8 = 1, noting note: ([String]) -> Void = { _ in }) throws {
    let (kind, body) = try readPacket()
    guard kind == 0x82 else { throw Gone() }
    var filters: [String] = []
    var rest = body.dropFirst(2)
    while rest.count > 3 {
      let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
      filters.append(String(decoding: rest.dropFirst(2).prefix(length), as: UTF8.self))
      rest = rest.dropFirst(2 + length + 1)
    }
    note(filters)
    let codes = [UInt8](repeating: code, count: filters.count)
    try send([0x90, UInt8(2 + codes.count)] + body.prefix(2) + codes)
  }

  /// Waits until the client goes away.
  package func waitForEnd() { while (try? read(1)) != nil {} }

  /// The connection ends with a TCP reset when the script returns.
  package func resetAtEnd() { isReset = true }

  private func read(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        let place = buffer.baseAddress.map { $0 + filled }
        return session == nil
          ? Glibc.read(descriptor, place, count - filled)
          : Int(SSL_read(session, place, CInt(count - filled)))
      }
      guard got > 0 else { throw Gone() }
      filled += got
    }
    return bytes
  }

  fileprivate func finish() {
    guard isReset else { return }
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }
}
