/// Why an attempt or a connection ended, told to the person at the screen.
package struct ConnectionFailure: ExplainedError, Hashable {
  package let kind: Kind
  /// The step that failed; nil if the connection was up.
  package let step: ConnectionStep?
  package let what: String
  package let cause: String
  package let remedy: String
  /// What to do by ourselves.
  package let course: Course
  /// What may be behind it, the likeliest first; empty where `cause` is all that can be said.
  var likely: [String] = []
  /// What of ours was in flight when the other side ended it; nil where nothing was.
  package var suspect: Suspect?
  /// What a policy would have to allow for that.
  package var permissions: [PolicyPermission] = []

  package var causes: [String] { likely.isEmpty ? [cause] : likely }

  /// What happened; one case for each cause that can be told apart.
  package enum Kind: Hashable, Sendable {
    // Before anything is sent.
    case setup
    // Resolving and TCP.
    case notResolved, refused, unreachable, silentHost
    // TLS.
    case noTLS, closedInHandshake, silentInHandshake, oldTLS, handshakeFailed
    case wrongAuthority, serverCertificateExpired, serverCertificateNotYetValid, hostMismatch
    case serverCertificateUnusable
    case clientCertificateRefused
    // CONNECT.
    case silentAfterConnect, closedAfterConnect
    case protocolRefused, clientIDRefused, serverUnavailable, notAuthorised
    // SUBSCRIBE and after.
    case silentAfterSubscribe, closedAfterSubscribe, closedAfterPublish
    case closed, keepAliveLost, malformed
    /// Another client with our id throws us out again and again.
    case takeOver
    /// The broker closes at each filter that is asked for: a policy forbids them all.
    case deniedAgainAndAgain
  }

  /// What a failure leads to by itself.
  package enum Course: Hashable, Sendable {
    /// Try again with back-off.
    case retry
    /// Try again after half a minute or more.
    case retrySlowly
    /// Trying again cannot help: the person has to change something.
    case ask
  }
}
