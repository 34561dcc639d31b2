import CMosquitto
import COpenSSL
import Glibc
import Shadow

/// One connection attempt and the connection that comes of it: a libmosquitto handle that is made,
/// used and freed by one thread and never used twice.
///
/// A handle that lives on would send old publications again at the next connection. The library's
/// own loops are not used either: they die on an unclean end of TLS and spin on a refused port.
final class BrokerHandle {
  private let handle: OpaquePointer
  private let context: TLSContext
  private var phase = Phase.tcp
  /// What the callbacks brought since it was last taken.
  private var arrived: [BrokerEvent] = []
  /// Bytes of messages among that.
  private var arrivedBytes = 0
  /// OpenSSL's reasons, which the library tells to its log alone.
  private var reasons: [OpenSSLError] = []

  /// What gathers bytes between TLS and the socket; the TLS session's, and gone with it.
  private var sessionBuffer: OpaquePointer?

  /// Why the network took no more reads, as the system says; nil unless it was the network.
  private var networkError: CInt?

  /// What may come without making a packet.
  private var budget = ReceiveBudget()

  private enum Phase { case tcp, tls, open }

  /// Makes a handle that is not connected.
  ///
  /// - Parameters:
  ///   - clientID: 1...128 bytes.
  ///   - context: our TLS settings.
  ///   - inFlightLimit: publications with QoS 1 that the library sends on before the first of them
  ///     is acknowledged; it would keep further ones to itself.
  ///   - will: what the broker publishes when this connection ends without a good-bye.
  /// - Throws: `BrokerFault.setup` if the library refuses the client id or the settings.
  init(
    clientID: String, context: TLSContext, inFlightLimit: Int, will: LastWill? = nil
  ) throws(BrokerFault) {
    guard MosquittoLibrary.isReady, let handle = mosquitto_new(clientID, true, nil) else {
      throw .setup("The client id “\(clientID)” is not accepted.")
    }
    self.handle = handle
    self.context = context
    context.notes = HandshakeNotes()
    // Unretained: the library keeps the pointer exactly as long as the handle lives, and the handle
    // dies in our deinit.
    mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
    mosquitto_connect_callback_set(handle, onConnect)
    mosquitto_subscribe_callback_set(handle, onSubscribe)
    mosquitto_unsubscribe_callback_set(handle, onUnsubscribe)
    mosquitto_publish_callback_set(handle, onPublish)
    mosquitto_message_callback_set(handle, onMessage)
    mosquitto_log_callback_set(handle, onLog)
    let settings = [
      mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311),
      mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1),
      mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0),
      mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, CInt(clamping: inFlightLimit)),
      mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, UnsafeMutableRawPointer(context.pointer)),
    ]
    guard settings.allSatisfy({ $0 == MOSQ_ERR_SUCCESS.rawValue }) else {
      throw .setup("The MQTT library does not know a setting that is needed.")
    }
    guard let will = will?.publication else { return }
    let code = mosquitto_will_set(
      handle, will.topic, CInt(will.payload.count), will.payload, 1, false)
    guard code == MOSQ_ERR_SUCCESS.rawValue else {
      throw .setup("The MQTT library does not take the last will on “\(will.topic)”.")
    }
  }

  deinit {
    mosquitto_user_data_set(handle, nil)  // no callback may reach an object that is going
    if let buffer { BIO_set_callback_ex(buffer, nil) }
    mosquitto_destroy(handle)
  }

  /// Bytes that are gathered before they go to the socket without being told to, and that are taken
  /// from it at once.
  private static let bufferSize: CInt = 65_536

  // MARK: Driving

  /// Begins the TCP connection; `service` does the rest.
  ///
  /// - Parameters:
  ///   - address: numeric, since a name would be resolved here and now.
  ///   - port: 1...65535.
  ///   - keepAliveSeconds: 5 or more, which is the least that the library takes.
  /// - Returns: the fault if it ended at once.
  func open(address: String, port: UInt16, keepAliveSeconds: Int) -> BrokerFault? {
    errno = 0
    let code = mosquitto_connect_async(
      handle, address, CInt(port), CInt(min(max(keepAliveSeconds, 5), 65535)))
    let error = errno
    // An editor, or whatever else the person starts, must not hold the connection open.
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    guard code == MOSQ_ERR_SUCCESS.rawValue else {
      if code == MOSQ_ERR_TLS.rawValue { return tlsFault(error: error) }
      // A peer that is quick can be through with the handshake, and gone, before this returns.
      return error == EPROTO || context.notes.isOver
        ? ended(code, error: error) : .tcp(error: error)
    }
    // Success is also what it says when the port refused (its first TLS message eats the error).
    let codes = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ECONNRESET, ETIMEDOUT]
    return codes.contains(error) && !context.notes.isOver ? .tcp(error: error) : nil
  }

  /// The socket, for `poll`; negative if there is none.
  var descriptor: CInt { mosquitto_socket(handle) }

  /// What `poll` should wait for.
  var interest: Int16 {
    switch phase {
    case .tcp: Int16(POLLOUT)
    case .tls:
      session.map { SSL_want($0) } == SSL_WRITING
        ? Int16(POLLIN | POLLOUT) : Int16(POLLIN)
    case .open: Int16(POLLIN) | (hasBacklog ? Int16(POLLOUT) : 0)
    }
  }

  /// Whether the library waits for the socket to take more.
  var isCongested: Bool { mosquitto_want_write(handle) }

  /// Whether something has not left yet; `flush` sends it.
  var hasBacklog: Bool { isCongested || buffer.map { BIO_ctrl_wpending($0) > 0 } ?? false }

  /// Does what the socket is ready for.
  ///
  /// - Parameter ready: what `poll` answered.
  /// - Returns: the fault if the connection is over.
  func service(ready: Int16) -> BrokerFault? {
    switch phase {
    case .tcp: finishTCP(ready: ready)
    case .tls: continueHandshake()
    case .open: exchange(ready: ready)
    }
  }

  private func finishTCP(ready: Int16) -> BrokerFault? {
    guard ready != 0 else { return nil }
    var error: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
    if error == 0 {
      // The error may have been taken before; a socket without a peer is not connected.
      var peer = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let known = withUnsafeMutableBytes(of: &peer) { bytes in
        getpeername(
          descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
      }
      if known != 0 { error = ECONNREFUSED }
    }
    guard error == 0 else {
      // A peer that resets at once can be through with the handshake all the same.
      return context.notes.isOver
        ? ended(MOSQ_ERR_CONN_LOST.rawValue, error: error) : .tcp(error: error)
    }
    phase = .tls
    arrived.append(.tcpConnected)
    return continueHandshake()
  }

  private func continueHandshake() -> BrokerFault? {
    // On loopback it can be over before `open` has returned.
    if !isSecured {
      errno = 0
      // Reading is what moves a handshake on, also when it waits to write.
      let code = mosquitto_loop_read(handle, 1)
      let error = errno
      guard code == MOSQ_ERR_SUCCESS.rawValue else { return tlsFault(error: error) }
    }
    guard isSecured, let session else {
      // The library takes a dead socket for one that is not ready yet, and would spin.
      var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, 0)
      return source.revents & Int16(POLLHUP | POLLERR) != 0 ? tlsFault(error: 0) : nil
    }
    phase = .open
    gatherBytes(of: session)
    arrived.append(.secured(TLSFacts(of: session)))
    // Reading comes first: under TLS 1.3 the other side may have refused us by now, and a write
    // that fails would take its reason along.
    return exchange(ready: Int16(POLLIN))
  }

  /// Puts a buffer between TLS and the socket: the library hands over each packet by itself, and
  /// TLS reads each record in two steps, which would be so many system calls.
  private func gatherBytes(of session: OpaquePointer) {
    guard let socket = SSL_get_rbio(session), let buffer = BIO_new(BIO_f_buffer()) else { return }
    guard cssl_BIO_set_buffer_size(buffer, Self.bufferSize) == 1 else {
      BIO_free(buffer)
      return
    }
    // The chain holds the socket once, and the session holds the chain once for each direction.
    BIO_up_ref(socket)
    // Unretained: the buffer is gone with the session, which the deinit ends.
    BIO_set_callback_arg(buffer, Unmanaged.passUnretained(self).toOpaque())
    BIO_set_callback_ex(buffer, onBuffer)
    BIO_push(buffer, socket)
    BIO_up_ref(buffer)
    SSL_set0_rbio(session, buffer)
    SSL_set0_wbio(session, buffer)
    sessionBuffer = buffer
  }

  /// What gathers bytes; nil before the connection is secured, and once the library has closed it.
  private var buffer: OpaquePointer? { session == nil ? nil : sessionBuffer }

  private func exchange(ready: Int16) -> BrokerFault? {
    guard ready & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return nil }
    // Bytes that were taken from the socket already cause no further poll event. Not until there
    // are none: who is asked to stop must not wait for a flood to end.
    repeat {
      errno = 0
      let code = mosquitto_loop_read(handle, 1)
      guard code == MOSQ_ERR_SUCCESS.rawValue else {
        return budget.isExceeded
          ? .flood(bytes: budget.unexplained) : ended(code, error: errno)
      }
    } while hasUnread && arrived.count < Self.turn && arrivedBytes < Self.turnBytes
    return nil
  }

  /// Events, and bytes of messages, after which other things get their turn.
  private static let turn = 512
  private static let turnBytes = 262_144

  /// Whether bytes wait that were taken from the socket already.
  var hasUnread: Bool {
    session.map { SSL_pending($0) > 0 } ?? false || buffer.map { BIO_ctrl_pending($0) > 0 } ?? false
  }

  /// Sends what has been gathered, as far as the socket takes it without waiting.
  ///
  /// - Returns: the fault if the connection is over.
  func flush() -> BrokerFault? {
    guard phase == .open else { return nil }
    errno = 0
    if isCongested {
      let code = mosquitto_loop_write(handle, 1)
      guard code == MOSQ_ERR_SUCCESS.rawValue else { return ended(code, error: errno) }
    }
    guard let buffer, BIO_ctrl_wpending(buffer) > 0, cssl_BIO_flush(buffer) != 1,
      BIO_test_flags(buffer, BIO_FLAGS_SHOULD_RETRY) == 0
    else { return nil }
    return ended(MOSQ_ERR_CONN_LOST.rawValue, error: errno)
  }

  /// Lets the library look at its keep-alive.
  func tend() -> BrokerFault? {
    budget.expectPong()
    errno = 0
    let code = mosquitto_loop_misc(handle)
    return code == MOSQ_ERR_SUCCESS.rawValue ? nil : ended(code, error: errno)
  }

  /// What happened since this was last asked.
  func takeEvents() -> [BrokerEvent] {
    let taken = arrived
    arrived.removeAll(keepingCapacity: true)
    arrivedBytes = 0
    return taken
  }

  // MARK: Sending

  /// Hands over one SUBSCRIBE with QoS 1.
  ///
  /// - Returns: the packet's id, which the SUBACK repeats.
  func subscribe(_ filters: [String]) -> Result<CInt, BrokerFault> {
    var packet: CInt = 0
    errno = 0
    let code = withCopies(of: filters) { count, copies in
      mosquitto_subscribe_multiple(handle, &packet, count, copies, 1, 0, nil)
    }
    return answer(packet, code)
  }

  /// Hands over one UNSUBSCRIBE.
  ///
  /// - Returns: the packet's id, which the UNSUBACK repeats.
  func unsubscribe(_ filters: [String]) -> Result<CInt, BrokerFault> {
    var packet: CInt = 0
    errno = 0
    let code = withCopies(of: filters) { count, copies in
      mosquitto_unsubscribe_multiple(handle, &packet, count, copies, nil)
    }
    return answer(packet, code)
  }

  private func withCopies(
    of filters: [String],
    _ body: (CInt, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt
  ) -> CInt {
    var copies: [UnsafeMutablePointer<CChar>?] = filters.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return copies.withUnsafeMutableBufferPointer { body(CInt($0.count), $0.baseAddress) }
  }

  /// Hands over one publication, not retained; it leaves with the next `flush` at the latest.
  ///
  /// - Returns: the packet's id; with QoS 1 the PUBACK repeats it.
  func publish(
    topic: String, payload: [UInt8], qualityOfService: Int
  ) -> Result<CInt, BrokerFault> {
    var packet: CInt = 0
    errno = 0
    let code = mosquitto_publish(
      handle, &packet, topic, CInt(payload.count), payload, CInt(qualityOfService), false)
    return answer(packet, code)
  }

  private func answer(_ packet: CInt, _ code: CInt) -> Result<CInt, BrokerFault> {
    switch code {
    case MOSQ_ERR_SUCCESS.rawValue: .success(packet)
    case MOSQ_ERR_INVAL.rawValue, MOSQ_ERR_MALFORMED_UTF8.rawValue,
      MOSQ_ERR_PAYLOAD_SIZE.rawValue, MOSQ_ERR_OVERSIZE_PACKET.rawValue, MOSQ_ERR_NOMEM.rawValue:
      .failure(.unacceptable(String(cString: mosquitto_strerror(code))))
    default: .failure(ended(code, error: errno))
    }
  }

  /// Says good-bye as far as the socket takes it without waiting.
  func disconnect() {
    guard phase == .open else { return }
    mosquitto_disconnect(handle)
    _ = flush()
  }

  // MARK: Faults

  private var session: OpaquePointer? {
    mosquitto_ssl_get(handle).map { OpaquePointer($0) }
  }

  private var isSecured: Bool { session.map { SSL_is_init_finished($0) == 1 } ?? false }

  private func tlsFault(error: CInt) -> BrokerFault {
    let bytes = session.flatMap { SSL_get_rbio($0) }.map { BIO_number_read($0) }
    return .tls(
      TLSEvidence(
        notes: context.notes, reasons: reasons, error: error, heard: (bytes ?? 0) > 0))
  }

  private func ended(_ code: CInt, error: CInt) -> BrokerFault {
    switch code {
    case MOSQ_ERR_KEEPALIVE.rawValue: .keepAlive
    case MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_MALFORMED_UTF8.rawValue,
      MOSQ_ERR_MALFORMED_PACKET.rawValue:
      .malformed(String(cString: mosquitto_strerror(code)))
    // The library makes EPROTO of each of them.
    default: .ended(alert: context.notes.alert, error: networkError ?? error)
    }
  }

  // MARK: What the callbacks bring

  /// Takes in that bytes came, from a callback.
  ///
  /// - Returns: false if no more may come.
  func hear(bytes: Int) -> Bool {
    budget.hear(bytes: bytes)
    return !budget.isExceeded
  }

  /// Takes in why the socket gave nothing, from a callback.
  func noteRead(_ error: CInt) {
    guard ![EAGAIN, EINTR].contains(error), !BrokerFault.isByPeer(error) else { return }
    networkError = error
  }

  /// Takes in an event, from a callback.
  func note(_ event: BrokerEvent) {
    budget.explain(event)
    if case .message(let message) = event { arrivedBytes += message.payload.count }
    arrived.append(event)
  }

  func noteReason(_ line: String) {
    // "OpenSSL Error[0]: error:0A00010B:SSL routines::wrong version number"
    guard let mark = line.firstRange(of: "error:") else { return }
    let digits = line[mark.upperBound...].prefix { $0 != ":" }
    guard let code = UInt(digits, radix: 16), reasons.count < 16 else { return }
    reasons.append(OpenSSLError(code: code))
  }
}

// One thread's: the library is told nothing of threads.
@available(*, unavailable)
extension BrokerHandle: Sendable {}
