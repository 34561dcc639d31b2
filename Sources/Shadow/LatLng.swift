/// A place on the earth as MIC writes it, `57.652,11.958` (mic-thing-api 1.5).
///
/// Latitude, comma, longitude, in degrees; spaces after the comma are let through as MIC's own
/// dashboards do. The digits are kept as they were written and never rounded.
package struct LatLng: Hashable, Sendable {
  /// Which of the two numbers.
  package enum Axis: String, CaseIterable, Hashable, Sendable {
    case latitude, longitude

    /// Degrees on either side of zero.
    package var limit: Int { self == .latitude ? 90 : 180 }
  }

  /// Why a text is no place.
  package enum Fault: Error, Hashable, Sendable {
    /// Not two numbers with one comma between them; `count` is how many commas there are.
    case commas(count: Int)
    /// Not digits with at most one point among them and a sign before them.
    case notNumber(Axis)
    case outOfRange(Axis)

    /// What is wrong, in a few words without a capital.
    package var words: String {
      switch self {
      case .commas(count: 0): "a comma is missing between latitude and longitude"
      case .commas: "one comma is wanted, with points for decimals"
      case .notNumber(let axis): "the \(axis.rawValue) is no number"
      case .outOfRange(let axis):
        "the \(axis.rawValue) is not within \u{2212}\(axis.limit) to \(axis.limit)"
      }
    }
  }

  /// One of the numbers.
  package struct Degrees: Hashable, Sendable {
    package let isNegative: Bool
    /// As written, without the sign.
    package let digits: String

    /// For maps only, never for showing.
    package var approximate: Double {
      let value = Double(digits) ?? 0
      return isNegative ? -value : value
    }
  }

  package let latitude: Degrees
  package let longitude: Degrees

  /// Reads a text.
  ///
  /// - Throws: the `Fault`.
  package init(_ text: String) throws(Fault) {
    let parts = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw .commas(count: parts.count - 1) }
    latitude = try Self.degrees(parts[0], .latitude)
    longitude = try Self.degrees(parts[1].drop { $0 == UInt8(ascii: " ") }, .longitude)
  }

  private static func degrees(
    _ text: Substring.UTF8View.SubSequence, _ axis: Axis
  ) throws(Fault) -> Degrees {
    let hasSign = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
    let digits = text.dropFirst(hasSign ? 1 : 0)
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy({ (0x30...0x39).contains($0) }) })
    else { throw .notNumber(axis) }
    let whole = parts[0].drop { $0 == UInt8(ascii: "0") }
    let value = whole.count > 3 ? Int.max : Int(String(decoding: whole, as: UTF8.self)) ?? 0
    let hasFraction = parts.count == 2 && parts[1].contains { $0 != UInt8(ascii: "0") }
    guard value < axis.limit || (value == axis.limit && !hasFraction) else {
      throw .outOfRange(axis)
    }
    return Degrees(
      isNegative: text.first == UInt8(ascii: "-"),
      digits: String(decoding: digits, as: UTF8.self))
  }

  /// For people: `57.652° N 11.958° E`.
  package var display: String {
    "\(latitude.digits)° \(latitude.isNegative ? "S" : "N") "
      + "\(longitude.digits)° \(longitude.isNegative ? "W" : "E")"
  }
}
