/// Reads the parts of an ISO 8601 date and time, or of a clock time alone.
package struct CalendarReader {
  private var rest: Substring.UTF8View

  /// - Parameter text: in lower case.
  package init(_ text: String) { rest = Substring(text).utf8 }

  /// Whether everything was taken.
  package var isAtEnd: Bool { rest.isEmpty }

  /// `2026-11-24`; nil, and nothing is taken, where there is none.
  package mutating func date() -> (year: Int64, month: Int, day: Int)? {
    let start = rest
    if let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2) {
      return (Int64(year), month, day)
    }
    rest = start
    return nil
  }

  /// Whether a clock time is to follow the date.
  package mutating func skipsToClock() -> Bool {
    guard !rest.isEmpty else { return false }
    if !take("t") { while take(" ") {} }
    return true
  }

  /// `12:04`, `12:04:31`, `12:04:31.204`.
  package mutating func clock() -> (hour: Int, minute: Int, second: Int, millisecond: Int)? {
    guard let hour = number(2) ?? number(1), take(":"), let minute = number(2) else { return nil }
    guard take(":") else { return (hour, minute, 0, 0) }
    guard let second = number(2) else { return nil }
    guard take(".") || take(",") else { return (hour, minute, second, 0) }
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    let thousandths =
      Array(digits.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - digits.count))
    return (hour, minute, second, Int(String(decoding: thousandths, as: UTF8.self)) ?? 0)
  }

  /// Seconds ahead of UTC: `z`, `+01:00`, `-0530`, `+01`; nil where there is none.
  package mutating func zone() -> Int? {
    let start = rest
    while take(" ") {}
    if take("z") || take("utc") { return 0 }
    let isBehind = take("-") || take("−")
    if isBehind || take("+"), let hours = number(2), hours < 24 {
      let minutes = take(":") ? number(2) : rest.isEmpty ? 0 : number(2)
      if let minutes, minutes < 60 { return (hours * 60 + minutes) * (isBehind ? -60 : 60) }
    }
    rest = start
    return nil
  }

  /// Exactly so many digits.
  private mutating func number(_ digits: Int) -> Int? {
    let found = rest.prefix { (0x30...0x39).contains($0) }
    guard found.count == digits else {
      // An offset may be written in one piece.
      guard digits == 2, found.count == 4 else { return nil }
      let first = rest.prefix(2)
      rest = rest.dropFirst(2)
      return Int(String(decoding: first, as: UTF8.self))
    }
    rest = rest.dropFirst(digits)
    return Int(String(decoding: found, as: UTF8.self))
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }
}
