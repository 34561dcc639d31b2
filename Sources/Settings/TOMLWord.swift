/// Values that are one word: true and false, numbers and times.
enum TOMLWord {
  /// - Returns: nil if the word is no value.
  static func value(_ word: [UInt8]) -> SettingsText.Value? {
    let text = String(decoding: word, as: UTF8.self)
    if text == "true" || text == "false" { return .flag(text == "true") }
    if let integer = integer(text) { return .integer(integer) }
    return isFraction(text) || isTime(text) ? .other : nil
  }

  private static func integer(_ text: String) -> Int? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(2)
      guard let plain = withoutUnderscores(digits), !plain.hasPrefix("+"), !plain.hasPrefix("-")
      else { return nil }
      return Int(plain, radix: radix)
    }
    guard isDecimal(text), let plain = withoutUnderscores(text[...]) else { return nil }
    return Int(plain)
  }

  /// Whether it is a whole number in decimal digits, of any size.
  private static func isDecimal(_ text: String) -> Bool {
    let digits = text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard let plain = withoutUnderscores(digits) else { return false }
    return plain.utf8.allSatisfy(isDigit) && (plain == "0" || !plain.hasPrefix("0"))
  }

  private static func isFraction(_ text: String) -> Bool {
    let unsigned = text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text[...]
    if unsigned == "inf" || unsigned == "nan" { return true }
    let parts = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "e" || $0 == "E" })
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard isDecimal(String(mantissa[0])), parts.count == 2 || mantissa.count == 2 else {
      return false
    }
    if mantissa.count == 2 {
      guard let digits = withoutUnderscores(mantissa[1]), digits.utf8.allSatisfy(isDigit) else {
        return false
      }
    }
    guard parts.count == 2 else { return true }
    let exponent =
      parts[1].hasPrefix("+") || parts[1].hasPrefix("-") ? parts[1].dropFirst() : parts[1]
    return withoutUnderscores(exponent)?.utf8.allSatisfy(isDigit) ?? false
  }

  /// Whether it has the characters of a date or a time of day.
  private static func isTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 8, isDigit(bytes[0]), isDigit(bytes[1]) else { return false }
    let isDate = bytes.count >= 10 && bytes[4] == UInt8(ascii: "-")
    return (isDate || bytes[2] == UInt8(ascii: ":"))
      && bytes.allSatisfy { isDigit($0) || "-:.+TtZz".utf8.contains($0) }
  }

  /// The digits without the underscores between them; nil if one stands elsewhere, or alone.
  private static func withoutUnderscores(_ digits: Substring) -> String? {
    let parts = digits.split(separator: "_", omittingEmptySubsequences: false)
    return parts.contains("") ? nil : parts.joined()
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
