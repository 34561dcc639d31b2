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
    /// Nothing has come for so long that what is known may be old.
    case silent
    /// Nothing came although a ping was sent: the connection is dead.
    case lost
  }

  /// Milliseconds beyond the keep-alive time after which silence is told.
  package static let grace: Int64 = 10_000

  private let interval: Int64
  private let pong: Int64
  /// The silence that is told.
  private let patience: Int64
  private var lastIn: Int64
  private var lastOut: Int64
  /// When silence made the library send a ping; nil while things come in.
  private var pingedAt: Int64?
  /// Whether the silence has been told.
  private var isSilent = false

  /// Starts with a connection that has just done both.
  ///
  /// - Parameters:
  ///   - keepAliveSeconds: as in CONNECT.
  ///   - pong: how long an answer to a ping may take; never so long that silence is noticed later
  ///     than after twice the keep-alive time.
  ///   - now: milliseconds.
  package init(keepAliveSeconds: Int, pong: Int64, now: Int64) {
    // One second more than the library's own count, which is in whole seconds.
    let keepAlive = Int64(keepAliveSeconds) * 1000
    interval = keepAlive + 1000
    self.pong = min(pong, max(1000, 2 * keepAlive - interval))
    patience = keepAlive + Self.grace
    lastIn = now
    lastOut = now
  }

  /// Something came in.
  ///
  /// - Returns: whether that ends a silence that was told.
  @discardableResult
  package mutating func received(now: Int64) -> Bool {
    defer { isSilent = false }
    lastIn = now
    pingedAt = nil
    return isSilent
  }

  /// Something went out.
  package mutating func sent(now: Int64) { lastOut = now }

  /// Milliseconds since anything came in.
  package func silence(now: Int64) -> Int64 { now - lastIn }

  /// When `timePassed` is wanted.
  package var deadline: Int64 {
    let next = pingedAt.map { $0 + pong } ?? min(lastIn, lastOut) + interval
    return isSilent ? next : min(next, lastIn + patience)
  }

  /// Looks at the connection.
  package mutating func timePassed(now: Int64) -> Action {
    guard now >= deadline else { return .none }
    if let pingedAt, now >= pingedAt + pong { return .lost }
    if !isSilent, now >= lastIn + patience {
      isSilent = true
      return .silent
    }
    // We may know of fewer sendings than the library does, never of fewer arrivals: only silence
    // from the other side proves that a ping goes out now.
    if now >= lastIn + interval { pingedAt = now }
    lastOut = now
    return .tend
  }
}
