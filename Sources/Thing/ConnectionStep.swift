/// Where a connection attempt is; each is a state that the person sees.
package enum ConnectionStep: String, CaseIterable, Hashable, Sendable {
  /// Asking for the host's addresses.
  case resolve
  /// Opening the TCP connection.
  case tcp
  /// Proving who is who: the TLS handshake.
  case tls
  /// CONNECT is sent, CONNACK awaited.
  case connect
  /// SUBSCRIBE is sent, SUBACK awaited.
  case subscribe
}
