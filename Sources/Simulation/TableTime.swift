import Shadow

/// The times in a column of a table.
enum TableTime {
  /// Reads one: a number of units, or a date and time by ISO 8601, `2026-03-01T12:00:00Z`.
  ///
  /// - Parameters:
  ///   - text: a cell.
  ///   - unit: ms of one.
  /// - Returns: ms from any beginning that is the same for all of one kind; nil if it is neither.
  static func milliseconds(of text: String, unit: Int64) -> Int64? {
    if let number = Double(text), number.isFinite {
      let milliseconds = (number * Double(unit)).rounded()
      // Far beyond the year 9999, and far from where sums overflow.
      return milliseconds.magnitude < 1e15 ? Int64(milliseconds) : nil
    }
    return moment(of: text)
  }

  private static func moment(of text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    func number(_ digits: Int) -> Int? {
      let part = rest.prefix(digits)
      guard part.count == digits, part.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      rest = rest.dropFirst(digits)
      return part.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
    func take(_ bytes: [Character]) -> Bool {
      guard let first = rest.first, bytes.contains(Character(Unicode.Scalar(first))) else {
        return false
      }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), take(["-"]), let month = number(2), take(["-"]),
      let day = number(2), take(["T", "t", " "]), let hour = number(2), take([":"]),
      let minute = number(2)
    else { return nil }
    var (second, millisecond) = (0, 0)
    if take([":"]) {
      guard let seconds = number(2) else { return nil }
      second = seconds
      if take(["."]) {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        for place in 0..<3 {
          millisecond *= 10
          if place < digits.count { millisecond += Int(digits[digits.startIndex + place]) - 0x30 }
        }
      }
    }
    var offset = 0
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
      let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
      rest = rest.dropFirst()
      guard let hours = number(2), take([":"]) || !rest.isEmpty, let minutes = number(2) else {
        return nil
      }
      offset = sign * (hours * 60 + minutes) * 60
    } else {
      // Without a zone it is as good as any other: only differences count.
      _ = take(["Z", "z"])
    }
    guard rest.isEmpty else { return nil }
    return CalendarTime(
      year: Int64(year), month: month, day: day, hour: hour, minute: minute, second: second,
      millisecond: millisecond, utcOffsetSeconds: offset)?.moment
  }
}
