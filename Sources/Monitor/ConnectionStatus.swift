/// How the connection is, in words for the person at the screen.
///
/// The texts may hold what came from the network: they are made safe when drawn.
package enum ConnectionStatus: Hashable, Sendable {
  /// On the way; `step` says what is being done, for instance `TLS handshake`.
  case connecting(step: String, endpoint: String)
  /// Subscribed and live; `tls` is the version as shown, for instance `TLS1.3`.
  case connected(tls: String)
  /// Down and to be tried again; `since` and `retryAt` in ms since 1970, `retryAt` nil while a
  /// try is not planned.
  case offline(what: String, cause: String, remedy: String, since: Int64, retryAt: Int64?)
  /// Down, and another try by itself would be useless or harmful.
  case stopped(what: String, cause: String, remedy: String)
  /// Down, since another client takes the client id again and again; each try would throw it out.
  case takenOver(what: String, cause: String)
  /// Up, but nothing at all has come since then, in ms since 1970: what is known may be old.
  case silent(since: Int64)
  /// The silence is over.
  case heard
  /// The broker refused these topic filters; everything else goes on as it was.
  case refusedFilters([String])
}
