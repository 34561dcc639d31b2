package import JSON

extension JSONNumber {
  /// The number one step further, exactly and with as many decimals: the step is one in the last
  /// place that the lexeme has, so 1 for an integer and 0.1 for `21.5`.
  ///
  /// - Parameter up: to a larger number, else to a smaller one.
  /// - Returns: nil for a lexeme with an exponent, whose last place says little.
  package func stepped(up: Bool) -> JSONNumber? {
    guard !lexeme.utf8.contains(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") })
    else { return nil }
    let isNegative = lexeme.utf8.first == UInt8(ascii: "-")
    let unsigned = lexeme.utf8.drop { $0 == UInt8(ascii: "-") }
    let decimals = unsigned.drop { $0 != UInt8(ascii: ".") }.dropFirst().count
    var digits = unsigned.filter { $0 != UInt8(ascii: ".") }
    let isZero = digits.allSatisfy { $0 == UInt8(ascii: "0") }
    let movesAway = isZero || up != isNegative
    Self.step(&digits, up: movesAway)
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(min(leading, digits.count - decimals - 1))
    let isZeroNow = digits.allSatisfy { $0 == UInt8(ascii: "0") }
    let sign = !isZeroNow && (isZero ? !up : isNegative) ? "-" : ""
    let whole = String(decoding: digits.dropLast(decimals), as: UTF8.self)
    let fraction = String(decoding: digits.suffix(decimals), as: UTF8.self)
    return JSONNumber(lexeme: sign + whole + (decimals > 0 ? "." + fraction : ""))
  }

  /// Adds one to a decimal number, or takes one from a number that is not zero.
  private static func step(_ digits: inout [UInt8], up: Bool) {
    let (end, start) = up ? (UInt8(ascii: "9"), UInt8(ascii: "0")) : (0x30, 0x39)
    for place in digits.indices.reversed() {
      if digits[place] != end {
        digits[place] = up ? digits[place] + 1 : digits[place] - 1
        return
      }
      digits[place] = start
    }
    digits.insert(UInt8(ascii: "1"), at: 0)
  }
}
