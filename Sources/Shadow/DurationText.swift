/// Spans of time as people write them: `90s`, `1h30m`, `1.5s`, `250ms`.
package enum DurationText {
  /// Milliseconds of a unit, in the order in which units may follow each other.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// The longest span, in milliseconds: ten years, so that it can be added to any moment.
  package static let longest: Int64 = 3650 * 86_400_000

  /// What is wanted, in words for people.
  package static let wanted = "a time such as 250ms, 90s, 5m or 1h30m"

  /// Reads a span; a number needs its unit, each unit comes once at most, the larger first.
  ///
  /// - Parameter text: as typed.
  /// - Returns: milliseconds, 0 to ``longest``; nil if it is no such text, or longer.
  package static func milliseconds(of text: String) -> Int64? {
    var rest = Substring(text)
    var total: Int64 = 0
    var next = units[...]
    while !rest.isEmpty {
      guard let number = takeNumber(&rest) else { return nil }
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      guard let place = next.firstIndex(where: { $0.name == name }) else { return nil }
      rest = rest.dropFirst(name.count)
      let unit = units[place].milliseconds
      next = units[(place + 1)...]
      guard number.whole <= longest / unit else { return nil }
      total += number.whole * unit + number.part * unit / number.scale
      guard total <= longest else { return nil }
    }
    return text.isEmpty ? nil : total
  }

  /// Writes a span with the fewest units that say it exactly.
  ///
  /// - Parameter milliseconds: 0 or more.
  /// - Returns: for instance `1h30m`; `0s` for none.
  package static func text(of milliseconds: Int64) -> String {
    var rest = milliseconds
    let parts = units.compactMap { unit -> String? in
      let count = rest / unit.milliseconds
      rest %= unit.milliseconds
      return count == 0 ? nil : "\(count)\(unit.name)"
    }
    return parts.isEmpty ? "0s" : parts.joined()
  }

  /// Takes digits, and a fraction of at most nine, from the front.
  ///
  /// - Returns: the whole number, and the fraction as so many parts of a scale; nil for no number.
  private static func takeNumber(
    _ rest: inout Substring
  ) -> (whole: Int64, part: Int64, scale: Int64)? {
    guard let whole = Int64(takeDigits(&rest)) else { return nil }
    guard rest.first == "." else { return (whole, 0, 1) }
    rest = rest.dropFirst()
    let digits = takeDigits(&rest)
    guard let part = Int64(digits), digits.count <= 9 else { return nil }
    return (whole, part, (0..<digits.count).reduce(1) { scale, _ in scale * 10 })
  }

  private static func takeDigits(_ rest: inout Substring) -> Substring {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(digits.count)
    return digits
  }
}
