/// A number as it was written.
///
/// Equality and hash go by the exact decimal value, never through floating point: `1`, `1.0` and
/// `10e-1` are equal, `9007199254740993` and `9007199254740992` are not.
package struct JSONNumber: Sendable {
  /// The text of the number as RFC 8259 allows it, for instance `1.0` or `-2e10`.
  package let lexeme: String

  /// Takes a text that is a JSON number, or nothing.
  package init?(lexeme: String) {
    guard Self.isNumber(lexeme) else { return nil }
    self.lexeme = lexeme
  }

  /// Takes a text that the parser has checked.
  init(checked lexeme: String) { self.lexeme = lexeme }

  package init(_ value: some BinaryInteger) { lexeme = "\(value)" }

  /// The shortest decimal that reads back as this value (`21.5`, `1e+20`), or nil if not finite.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    lexeme = "\(value)"
  }

  /// The value as a 64-bit integer, if it is one exactly.
  package var integer: Int64? {
    if let integer = Int64(lexeme) { return integer }
    let decimal = ExactDecimal(lexeme)
    if decimal.digits.isEmpty { return 0 }
    guard let exponent = Int(decimal.exponent), (0...18).contains(exponent) else { return nil }
    let digits = String(decoding: decimal.digits, as: UTF8.self)
    return Int64((decimal.negative ? "-" : "") + digits + String(repeating: "0", count: exponent))
  }

  /// Whether the value has no fraction, however large it is: `7.0` and `1e400` have none.
  package var isInteger: Bool { ExactDecimal(lexeme).exponent.utf8.first != UInt8(ascii: "-") }

  /// Whether the value is below zero; `-0` is not.
  package var isNegative: Bool { ExactDecimal(lexeme).negative }

  /// The nearest floating-point value, infinite for numbers beyond its range.
  ///
  /// For plots and trends only, never for storing or comparing.
  package var approximate: Double { Double(lexeme) ?? .nan }

  private static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    func digits(_ rest: inout Substring.UTF8View) -> Int {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    if rest.first == UInt8(ascii: "0") {
      rest = rest.dropFirst()
    } else if digits(&rest) == 0 {
      return false
    }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      if digits(&rest) == 0 { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      if digits(&rest) == 0 { return false }
    }
    return rest.isEmpty
  }
}

extension JSONNumber: Hashable {
  package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
    left.lexeme == right.lexeme || ExactDecimal(left.lexeme) == ExactDecimal(right.lexeme)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(ExactDecimal(lexeme)) }
}
