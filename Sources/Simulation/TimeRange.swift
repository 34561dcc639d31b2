import Shadow

/// A time that is drawn anew each time, within bounds.
package struct TimeRange: Hashable, Sendable {
  /// Milliseconds; the same at both ends where nothing is to be drawn.
  package let milliseconds: ClosedRange<Int64>

  /// - Parameter milliseconds: 0 or more.
  package init(_ milliseconds: ClosedRange<Int64>) { self.milliseconds = milliseconds }

  /// Always the same.
  ///
  /// - Parameter milliseconds: 0 or more.
  package init(_ milliseconds: Int64) { self.init(milliseconds...milliseconds) }

  /// Milliseconds, the next time.
  func draw(using generator: inout SeededGenerator) -> Int64 {
    guard milliseconds.lowerBound < milliseconds.upperBound else { return milliseconds.lowerBound }
    return Int64.random(in: milliseconds, using: &generator)
  }
}
