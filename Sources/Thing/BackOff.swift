/// How long to wait before the next attempt: exponential with full jitter.
///
/// After `n` failures in a row the wait is anything from 0 to base × factor ^ (n − 1), at most
/// `cap`. All times in milliseconds; randomness is passed in.
package struct BackOff: Hashable, Sendable {
  /// The bound of the wait after the first failure.
  package var base: Int64 = 1000
  /// What each further failure multiplies the bound by, 2 or more.
  package var factor: Int64 = 2
  /// No wait is longer.
  package var cap: Int64 = 60_000
  /// A connection that lasted this long starts the count anew.
  package var stableAfter: Int64 = 30_000
  /// Failures in a row.
  package private(set) var failures = 0

  package init() {}

  /// The longest wait after the next failure.
  package var bound: Int64 {
    var bound = base
    for _ in 0..<failures where bound < cap { bound *= factor }
    return min(bound, cap)
  }

  /// Counts a failure.
  ///
  /// - Parameter random: in 0..<1, evenly spread.
  /// - Returns: how long to wait.
  package mutating func failed(random: Double) -> Int64 {
    defer { failures += 1 }
    return Int64(Double(bound) * random)
  }

  /// The wait for what rarely changes within seconds: from half the cap to the cap.
  package mutating func failedSlowly(random: Double) -> Int64 {
    defer { failures += 1 }
    return cap / 2 + Int64(Double(cap / 2) * random)
  }

  /// Notes how long a connection lasted.
  package mutating func connected(for duration: Int64) {
    if duration >= stableAfter { failures = 0 }
  }

  /// Forgets the failures, since the person asks.
  package mutating func reset() { failures = 0 }
}
