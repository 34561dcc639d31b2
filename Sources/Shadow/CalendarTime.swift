/// A moment as a calendar and a clock show it, in the Gregorian calendar and without leap seconds.
package struct CalendarTime: Hashable, Sendable {
  /// May be 0 (1 BC) or below.
  package var year: Int64
  /// 1...12.
  package var month: Int
  /// 1...31.
  package var day: Int
  /// 0...23.
  package var hour: Int
  /// 0...59.
  package var minute: Int
  /// 0...59.
  package var second: Int
  /// 0...999.
  package var millisecond: Int
  /// Seconds that this clock is ahead of UTC.
  package var utcOffsetSeconds: Int

  private static let dayMilliseconds: Int64 = 86_400_000

  /// What a clock shows at a moment.
  ///
  /// - Parameters:
  ///   - moment: ms since 1970.
  ///   - offset: seconds that the clock is ahead of UTC.
  package init(_ moment: Int64, utcOffsetSeconds offset: Int = 0) {
    let shift = Int64(offset) * 1000
    // At the very ends of time the moment itself is shown.
    let (sum, isBeyond) = moment.addingReportingOverflow(shift)
    let local = isBeyond ? moment : sum
    let days = Self.quotient(local, Self.dayMilliseconds)
    let remainder = Int(local % Self.dayMilliseconds)
    let rest = remainder < 0 ? remainder + Int(Self.dayMilliseconds) : remainder
    (year, month, day) = Self.date(of: days)
    (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60)
    (second, millisecond) = (rest / 1000 % 60, rest % 1000)
    utcOffsetSeconds = isBeyond ? 0 : offset
  }

  /// A moment by its parts; nil where a part is out of its range or the month has no such day.
  ///
  /// - Parameters:
  ///   - year: -9999...9999.
  ///   - month: 1...12.
  ///   - day: 1...31.
  ///   - hour: 0...23.
  ///   - minute: 0...59.
  ///   - second: 0...59.
  ///   - millisecond: 0...999.
  ///   - offset: seconds that the clock is ahead of UTC, less than a day either way.
  package init?(
    year: Int64, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    millisecond: Int = 0, utcOffsetSeconds offset: Int = 0
  ) {
    guard (-9999...9999).contains(year), (1...12).contains(month),
      (1...Self.days(inMonth: month, of: year)).contains(day), (0..<24).contains(hour),
      (0..<60).contains(minute), (0..<60).contains(second), (0..<1000).contains(millisecond),
      abs(offset) < 86_400
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute) = (hour, minute)
    (self.second, self.millisecond) = (second, millisecond)
    utcOffsetSeconds = offset
  }

  /// Ms since 1970.
  package var moment: Int64 {
    let days = Self.days(to: year, month: month, day: day)
    let clock = Int64(((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
    return days * Self.dayMilliseconds + clock - Int64(utcOffsetSeconds) * 1000
  }

  /// `2026-11-24`.
  package var date: String {
    (year < 0 ? "-" : "") + "\(padded(abs(year), 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// `12:04:31`.
  package var clock: String { "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))" }

  /// `12:04:31.204`.
  package var exactClock: String { "\(clock).\(padded(millisecond, 3))" }

  /// ISO 8601, `2026-11-24T12:04:31.204Z` or with the offset at the end, `+01:00`; milliseconds only
  /// where they are not 0.
  package var iso: String {
    let zone: String
    if utcOffsetSeconds == 0 {
      zone = "Z"
    } else {
      let minutes = abs(utcOffsetSeconds) / 60
      zone =
        (utcOffsetSeconds < 0 ? "-" : "+") + "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }
    return "\(date)T\(millisecond == 0 ? clock : exactClock)\(zone)"
  }

  /// How many days a month has.
  ///
  /// - Parameters:
  ///   - month: 1...12.
  ///   - year: of the Gregorian calendar.
  /// - Returns: 28...31.
  package static func days(inMonth month: Int, of year: Int64) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  // MARK: Days since 1970, after Hinnant, "chrono-Compatible Low-Level Date Algorithms"

  private static func days(to year: Int64, month: Int, day: Int) -> Int64 {
    // The year starts in March, so that a leap day is its last.
    let year = month <= 2 ? year - 1 : year
    let era = quotient(year, 400)
    let yearOfEra = year - era * 400
    let dayOfYear = Int64((153 * ((month + 9) % 12) + 2) / 5 + day - 1)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func date(of days: Int64) -> (year: Int64, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = quotient(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), Int(month), Int(day))
  }

  /// Rounded down, also below 0.
  private static func quotient(_ number: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

/// A number with zeros before it.
private func padded(_ number: some BinaryInteger, _ digits: Int) -> String {
  let text = "\(number)"
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
