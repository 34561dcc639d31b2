import Monitor
import Shadow
import Synchronization

/// An update that waits until the disk has that it is sent: it leaves or is given up, never both.
final class Departure: Sendable {
  let token: String
  /// When it was asked for, in ms since 1970.
  private let since: Int64
  private let isSettled = Mutex(false)

  init(token: String, since: Int64) {
    self.token = token
    self.since = since
  }

  /// Settles it for the one who asks first.
  ///
  /// - Returns: false if somebody else has settled it before.
  func claim() -> Bool {
    isSettled.withLock { isSettled in
      defer { isSettled = true }
      return !isSettled
    }
  }

  /// Whether it has left or was given up.
  var isOver: Bool { isSettled.withLock { $0 } }

  /// When it is given up, in ms since 1970: after the time that a request may take.
  var deadline: Int64 { since + Self.patience }

  /// Milliseconds that the disk has.
  static let patience: Int64 = 10_000

  /// Whether it has waited for too long; also where the clock was set back.
  func isOverdue(at now: Int64) -> Bool { abs(now - since) >= Self.patience }

  /// What to tell the monitor once it was given up.
  func givenUp(_ reason: String) -> Message { .outcome(token: token, .notSent(reason: reason)) }
}
