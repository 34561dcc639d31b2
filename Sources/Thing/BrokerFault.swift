import Glibc

/// Why an attempt or a connection is over, as evidence; `FailureWords` makes sentences of it.
enum BrokerFault: Error, Hashable {
  case setup(String)
  case tcp(error: CInt)
  case tls(TLSEvidence)
  /// The other side, or the network, ended it after the handshake.
  case ended(alert: UInt8?, error: CInt)
  case keepAlive
  /// So many bytes came that belong to no packet that has an end.
  case flood(bytes: Int)
  case malformed(String)
  /// What was to be sent cannot be sent; the connection is fine.
  case unacceptable(String)

  /// Whether the other side ended it, without a reason; what the system says of a network that is
  /// gone is not that, and a reason that TLS gives leaves nobody else to suspect.
  var isByPeer: Bool {
    guard case .ended(alert: nil, let error) = self else { return false }
    return Self.isByPeer(error)
  }

  /// Whether the system's number stands for an end by the other side; 0 and `EPROTO` for a plain one.
  static func isByPeer(_ error: CInt) -> Bool {
    [0, EPROTO, ECONNRESET, EPIPE].contains(error)
  }
}

/// What is known of a handshake that failed.
struct TLSEvidence: Hashable {
  var notes: HandshakeNotes
  var reasons: [OpenSSLError]
  var error: CInt
  /// Whether the other side said anything at all.
  var heard: Bool
}
