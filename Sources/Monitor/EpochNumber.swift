/// A number that may stand for a moment: digits, or digits with a fraction.
package struct EpochNumber: Hashable, Sendable {
  /// 2000-01-01 in ms since 1970: nothing with a shadow is older.
  package static let earliest: Int64 = 946_684_800_000

  /// What the number means where milliseconds are wanted.
  package enum Reading: Hashable, Sendable {
    /// Ms since 1970.
    case milliseconds(Int64)
    /// It is a likely moment only in another unit, such as `seconds`; that moment in ms since 1970.
    case otherUnit(Int64, name: String)
    /// It is a likely moment in no unit; the number itself, without its fraction.
    case unclear(Int64)
  }

  package let whole: Int64
  /// Thousandths, 0...999.
  package let fraction: Int64

  /// nil unless the text is nothing but such a number, with a sign perhaps, and no overflow.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = Int64(parts[0]) else { return nil }
    self.whole = whole
    guard parts.count == 2 else {
      fraction = 0
      return
    }
    guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let thousandths = Int64((parts[1] + "00").prefix(3))
    else { return nil }
    fraction = thousandths
  }

  /// Ms since 1970, if the number counts seconds; nil beyond 64 bits.
  package var asSeconds: Int64? {
    let (milliseconds, isBeyond) = whole.multipliedReportingOverflow(by: 1000)
    guard !isBeyond else { return nil }
    let (sum, isSumBeyond) = milliseconds.addingReportingOverflow(fraction)
    return isSumBeyond ? nil : sum
  }

  /// Which unit it has, going by which moments are likely.
  ///
  /// - Parameter range: the likely moments, in ms since 1970.
  /// - Returns: milliseconds wherever that is likely.
  package func reading(in range: ClosedRange<Int64>) -> Reading {
    if fraction == 0, range.contains(whole) { return .milliseconds(whole) }
    let units: [(moment: Int64?, name: String)] = [
      (asSeconds, "seconds"), (whole / 1000, "microseconds"), (whole / 1_000_000, "nanoseconds"),
    ]
    for case (let moment?, let name) in units where range.contains(moment) {
      return .otherUnit(moment, name: name)
    }
    return .unclear(whole)
  }
}
