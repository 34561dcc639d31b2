/// When an idle connection must be looked at: to ping it, and to notice that nobody answers.
///
/// The library sends a ping once nothing came in or nothing went out for the keep-alive time, but
/// only if it is called then, and it counts whole seconds. Times are milliseconds.
package struct KeepAliveWatch: Hashable, Sendable {
  /// What to do about the connection.
  package enum Action: Hashable, Sendable {
    case none
    /// Let the library look whether a ping is due.
    case tend
    /// Nothing came although a ping was sent: the connection is dead.
    case lost
  }

  private let interval: Int64
  private let pong: Int64
  private var lastIn: Int64
  private var lastOut: Int64
  /// When silence made the library send a ping; nil while things come in.
  private var pingedAt: Int64?

  /// Starts with a connection that has just done both.
  ///
  /// - Parameters:
  ///   - keepAliveSeconds: as in CONNECT.
  ///   - pong: how long an answer to a ping may take.
  ///   - now: milliseconds.
  package init(keepAliveSeconds: Int, pong: Int64, now: Int64) {
    // One second more than the library's own count, which is in whole seconds.
    interval = Int64(keepAliveSeconds) * 1000 + 1000
    self.pong = pong
    lastIn = now
    lastOut = now
  }

  /// Something came in.
  package mutating func received(now: Int64) {
    lastIn = now
    pingedAt = nil
  }

  /// Something went out.
  package mutating func sent(now: Int64) { lastOut = now }

  /// When `timePassed` is wanted.
  package var deadline: Int64 {
    if let pingedAt { return pingedAt + pong }
    return min(lastIn, lastOut) + interval
  }

  /// Looks at the connection.
  package mutating func timePassed(now: Int64) -> Action {
    guard now >= deadline else { return .none }
    if pingedAt != nil { return .lost }
    // We may know of fewer sendings than the library does, never of fewer arrivals: only silence
    // from the other side proves that a ping goes out now.
    if now >= lastIn + interval { pingedAt = now }
    lastOut = now
    return .tend
  }
}
