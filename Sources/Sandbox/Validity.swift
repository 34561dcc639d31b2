/// The time in which a certificate counts, in seconds since 1970.
package struct Validity: Hashable, Sendable {
  /// The longest life that the sandbox gives to what it signs.
  package static let longestDays = 30

  /// First second in which it counts.
  package var notBefore: Int64
  /// Last second in which it counts.
  package var notAfter: Int64

  package init(notBefore: Int64, notAfter: Int64) {
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// Starts five minutes before `now`, so that a clock a little behind accepts it.
  ///
  /// - Parameters:
  ///   - days: how long from `now`, cut at `longestDays`.
  ///   - now: seconds since 1970.
  package init(days: Int, from now: Int64) {
    notBefore = now - 300
    notAfter = now + Int64(min(days, Self.longestDays)) * 86_400
  }
}
