/// The exact value of a number's lexeme in one canonical form: digits × 10^exponent.
///
/// The exponent is a decimal text, since `1e99999999999999999999` is a legal number.
struct ExactDecimal: Hashable {
  /// Whether the value is below zero; `-0` is not.
  let negative: Bool
  /// Digits with neither leading nor trailing zeros; empty for zero.
  let digits: [UInt8]
  /// The power of ten of the last digit, without leading zeros or plus; `0` for zero.
  let exponent: String

  init(_ lexeme: String) {
    let mark = { (byte: UInt8) in byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") }
    let mantissa = lexeme.utf8.prefix { !mark($0) }
    let written = Substring(lexeme.utf8.dropFirst(mantissa.count + 1))
    let unsigned = mantissa.drop { $0 == UInt8(ascii: "-") }
    let fraction = unsigned.drop { $0 != UInt8(ascii: ".") }.dropFirst()
    let significant = unsigned.filter { $0 != UInt8(ascii: ".") }.drop { $0 == UInt8(ascii: "0") }
    let trailing = significant.reversed().prefix { $0 == UInt8(ascii: "0") }.count
    digits = Array(significant.dropLast(trailing))
    negative = unsigned.count != mantissa.count && !digits.isEmpty
    exponent = digits.isEmpty ? "0" : Self.adding(trailing - fraction.count, to: written)
  }

  /// Adds a small integer to an exponent of any length, exactly.
  static func adding(_ shift: Int, to written: Substring) -> String {
    if written.isEmpty { return "\(shift)" }
    if let exponent = Int(written) {
      let (sum, overflow) = exponent.addingReportingOverflow(shift)
      if !overflow { return "\(sum)" }
    }
    // Here the exponent is so far from zero that the sum has its sign.
    let negative = written.utf8.first == UInt8(ascii: "-")
    let digits = written.utf8.drop { !(0x31...0x39).contains($0) }.reversed()
    var carry = negative ? -shift : shift
    var sum: [UInt8] = []
    for digit in digits {
      let (quotient, remainder) = (carry + Int(digit) - 0x30).floored(by: 10)
      sum.append(UInt8(remainder) + 0x30)
      carry = quotient
    }
    while carry > 0 {
      sum.append(UInt8(carry % 10) + 0x30)
      carry /= 10
    }
    while sum.last == UInt8(ascii: "0") { sum.removeLast() }
    return (negative ? "-" : "") + String(decoding: sum.reversed(), as: UTF8.self)
  }
}

extension Int {
  /// Quotient and remainder where the remainder is never negative.
  fileprivate func floored(by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
