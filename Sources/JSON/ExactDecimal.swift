/// The exact value of a number's lexeme in one canonical form: digits × 10^exponent.
///
/// The exponent is a decimal text, since `1e99999999999999999999` is a legal number.
struct ExactDecimal: Hashable {
  /// Whether the value is below zero; `-0` is not.
  let negative: Bool
  /// Digits with neither leading nor trailing zeros; empty for zero.
  let digits: [UInt8]
  /// The power of ten of the last digit; `0` for zero.
  let exponent: String

  init(_ lexeme: String) {
    let mark = { (byte: UInt8) in byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") }
    let mantissa = lexeme.utf8.prefix { !mark($0) }
    let written = String(Substring(lexeme.utf8.dropFirst(mantissa.count + 1)))
    let unsigned = mantissa.drop { $0 == UInt8(ascii: "-") }
    let fraction = unsigned.drop { $0 != UInt8(ascii: ".") }.dropFirst()
    let significant = unsigned.filter { $0 != UInt8(ascii: ".") }.drop { $0 == UInt8(ascii: "0") }
    let trailing = significant.reversed().prefix { $0 == UInt8(ascii: "0") }.count
    digits = Array(significant.dropLast(trailing))
    negative = unsigned.count != mantissa.count && !digits.isEmpty
    exponent = digits.isEmpty ? "0" : Self.adding(trailing - fraction.count, to: written)
  }

  /// Adds a small integer to an exponent of any length.
  ///
  /// An exponent beyond 64 bits keeps the sum unevaluated: such numbers are equal only when they
  /// are written alike, which no device will notice.
  private static func adding(_ shift: Int, to written: String) -> String {
    if written.isEmpty { return "\(shift)" }
    if let exponent = Int(written) {
      let (sum, overflow) = exponent.addingReportingOverflow(shift)
      if !overflow { return "\(sum)" }
    }
    return "\(written)+\(shift)"
  }
}
