package import JSON

/// Numbers with so many digits behind the point, counted in whole units of the last digit, so that
/// no step ever ends in `0.30000000000000004`.
package struct Decimals: Hashable, Sendable {
  /// Units that a number may have either way; sums of two fit as well.
  package static let greatest: Int64 = 1_000_000_000_000_000
  /// Digits behind the point at most.
  package static let mostPlaces = 9

  /// Digits behind the point, 0...``mostPlaces``.
  package let places: Int

  /// - Parameter places: those beyond what is possible are cut.
  package init(places: Int) { self.places = min(max(places, 0), Self.mostPlaces) }

  /// As many places as the number with the most of them is written with.
  package init(of numbers: [JSONNumber]) {
    self.init(places: numbers.map { Self.places(of: $0.lexeme) }.max() ?? 0)
  }

  private var scale: Double { (0..<places).reduce(1) { scale, _ in scale * 10 } }

  /// The nearest number of units; nil for one beyond ``greatest``.
  package func units(_ number: Double) -> Int64? {
    let units = (number * scale).rounded()
    guard units.magnitude <= Double(Self.greatest) else { return nil }
    return Int64(units)
  }

  /// The nearest number of units; nil for one beyond ``greatest``.
  package func units(_ number: JSONNumber) -> Int64? { units(number.approximate) }

  /// The number in floating point.
  package func approximate(_ units: Int64) -> Double { Double(units) / scale }

  /// The number as JSON writes it: 184 with one place is `18.4`.
  package func lexeme(_ units: Int64) -> String {
    let digits = "\(units.magnitude)"
    guard places > 0 else { return "\(units)" }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
    return (units < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// The number as a value.
  package func value(_ units: Int64) -> JSONValue {
    let lexeme = lexeme(units)
    return JSONNumber(lexeme: lexeme).map(JSONValue.number) ?? .string(lexeme)
  }

  /// Digits behind the point when the number is written without an exponent.
  private static func places(of lexeme: String) -> Int {
    let mantissa = lexeme.utf8.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
    let fraction = mantissa.drop { $0 != UInt8(ascii: ".") }.dropFirst().count
    let exponent = Int(String(lexeme.dropFirst(mantissa.count + 1))) ?? 0
    return max(0, min(mostPlaces, fraction - max(-100, min(100, exponent))))
  }
}
