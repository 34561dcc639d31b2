import Canvas
import Glibc

/// How far a long input is, on a terminal that standard error is.
///
///     ██████▌░░░░░░  47 %  1024 lines
struct ProgressBar {
  /// Milliseconds between two drawings.
  private static let pause: Int64 = 100
  private static let width = 24

  /// Bytes of the whole input; nil if that is not known, and then there is no bar but a count.
  private let size: Int?
  private var drawnAt: Int64?
  private var isShown = false

  /// Nil if standard error is no terminal that can draw one.
  ///
  /// - Parameter size: bytes of the whole input; nil if that is not known.
  init?(size: Int?) {
    guard isatty(STDERR_FILENO) == 1,
      ![nil, "", "dumb"].contains(Environment.terminal["TERM"])
    else { return nil }
    self.size = size
  }

  /// Draws it, unless that was done just now.
  ///
  /// - Parameters:
  ///   - bytes: of the input that have been read.
  ///   - lines: that have ended.
  ///   - now: milliseconds of any clock.
  mutating func show(bytes: Int, lines: Int, now: Int64) {
    show(bytes, "\(lines) line\(lines == 1 ? "" : "s")", now: now)
  }

  /// Draws it, unless that was done just now.
  ///
  /// - Parameters:
  ///   - part: of the whole, in its unit.
  ///   - note: our own words behind it.
  ///   - now: milliseconds of any clock.
  mutating func show(_ part: Int, _ note: String, now: Int64) {
    if let drawnAt, now - drawnAt < Self.pause, isShown { return }
    drawnAt = now
    isShown = true
    StandardStreams.draw("\r\u{1B}[K" + (size.map { Self.bar(part, of: $0) } ?? "") + note)
  }

  /// Takes it away, so that something else can be written there.
  mutating func erase() {
    guard isShown else { return }
    isShown = false
    StandardStreams.draw("\r\u{1B}[K")
  }

  /// The bar with its share of a hundred.
  static func bar(_ bytes: Int, of size: Int) -> String {
    let share = size == 0 ? 1 : min(1, Double(bytes) / Double(size))
    let full = Int(share * Double(width))
    let percent = "\(Int(share * 100))"
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
      + String(repeating: " ", count: 5 - percent.utf8.count) + percent + " %  "
  }
}
