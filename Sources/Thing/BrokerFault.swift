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
}

/// What is known of a handshake that failed.
struct TLSEvidence: Hashable {
  var notes: HandshakeNotes
  var reasons: [OpenSSLError]
  var error: CInt
  /// Whether the other side said anything at all.
  var heard: Bool
}
