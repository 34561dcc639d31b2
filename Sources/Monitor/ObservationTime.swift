import Shadow

/// What a person typed for the time of an observation.
///
/// MIC takes it as a top-level `timestamp` in milliseconds, while the times in a shadow's answers
/// are seconds; so what looks like another unit is never taken without a question.
package enum ObservationTime: Hashable, Sendable {
  /// Ms since 1970.
  case moment(Int64)
  /// Ms since 1970 if the answer to the question is yes.
  case doubtful(Int64, question: String)
  /// Why it cannot be a time of an observation, for people.
  case refused(String)

  /// What can be typed, for a hint.
  package static let forms = "12:04, 5m ago, 2026-11-24T12:04:31Z or ms since 1970"

  /// Clocks that disagree put what was seen just now this far ahead.
  private static let tolerance: Int64 = 60_000

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: as typed; spaces around it do not count.
  ///   - now: ms since 1970.
  ///   - offset: seconds that local time is ahead of UTC; a time without a zone is local.
  package init(_ text: String, at now: Int64, utcOffsetSeconds offset: Int) {
    let text = Self.trimmed(text).lowercased()
    if text.isEmpty {
      self = .refused("a time: \(Self.forms)")
    } else if text == "now" {
      self = .moment(now)
    } else if let number = EpochNumber(text) {
      self = Self.number(number, at: now, offset)
    } else if let ago = Self.ago(text) {
      self = Self.checked(now - ago, at: now, offset)
    } else if text.utf8.contains(UInt8(ascii: ":")) || text.utf8.contains(UInt8(ascii: "-")) {
      self = Self.calendar(text, at: now, offset)
    } else {
      self = .refused("not a time: \(Self.forms)")
    }
  }

  // MARK: Numbers

  private static func number(_ number: EpochNumber, at now: Int64, _ offset: Int) -> Self {
    switch number.reading(in: EpochNumber.earliest...max(EpochNumber.earliest, now + tolerance)) {
    case .milliseconds(let moment): .moment(moment)
    case .otherUnit(let moment, let name):
      .doubtful(
        moment,
        question:
          "That is \(name), MIC takes milliseconds. Take \(moment), \(words(moment, offset))?")
    case .unclear(let moment): checked(moment, at: now, offset)
    }
  }

  // MARK: Some time ago

  private static let units: [(names: [Substring], milliseconds: Int64)] = [
    (["ms"], 1), (["s", "sec", "second"], 1000), (["m", "min", "minute"], 60_000),
    (["h", "hr", "hour"], 3_600_000), (["d", "day"], 86_400_000), (["w", "week"], 604_800_000),
  ]

  /// Milliseconds of `5m ago`, `2h 30m ago`, `90 s`, `1d2h`; nil for anything else.
  private static func ago(_ text: String) -> Int64? {
    var rest = Substring(text)
    if rest.hasSuffix("ago") { rest = rest.dropLast(3) }
    var total: Int64 = 0
    var hasPart = false
    while true {
      rest = rest.drop { $0 == " " }
      if rest.isEmpty { return hasPart ? total : nil }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count).drop { $0 == " " }
      var name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      if name.count > 1, name.last == "s", name != "ms" { name = name.dropLast() }
      guard let number = Int64(digits), number < 1_000_000_000_000,
        let unit = units.first(where: { $0.names.contains(name) })
      else { return nil }
      let (part, isBeyond) = number.multipliedReportingOverflow(by: unit.milliseconds)
      guard !isBeyond, part < Int64.max / 4, total < Int64.max / 4 else { return nil }
      total += part
      hasPart = true
    }
  }

  // MARK: Dates and clocks

  private static func calendar(_ text: String, at now: Int64, _ offset: Int) -> Self {
    var reader = CalendarReader(text)
    let today = CalendarTime(now, utcOffsetSeconds: offset)
    var time = today
    (time.hour, time.minute, time.second, time.millisecond) = (0, 0, 0, 0)
    let date = reader.date()
    if let date {
      guard (1...12).contains(date.month) else {
        return .refused("there is no month \(date.month)")
      }
      guard (1...CalendarTime.days(inMonth: date.month, of: date.year)).contains(date.day) else {
        return .refused("\(monthNames[date.month - 1]) \(date.year) has no day \(date.day)")
      }
      (time.year, time.month, time.day) = (date.year, date.month, date.day)
    }
    if date == nil || reader.skipsToClock() {
      guard let clock = reader.clock() else { return .refused("not a time: \(forms)") }
      guard clock.hour < 24, clock.minute < 60, clock.second < 60 else {
        return .refused("no clock shows that: hours to 23, minutes and seconds to 59")
      }
      (time.hour, time.minute, time.second) = (clock.hour, clock.minute, clock.second)
      time.millisecond = clock.millisecond
      if let zone = reader.zone() { time.utcOffsetSeconds = zone }
    }
    guard reader.isAtEnd else { return .refused("not a time: \(forms)") }
    // A clock time that has not come today was yesterday.
    let isYesterday = date == nil && time.moment > now + tolerance
    return checked(time.moment - (isYesterday ? 86_400_000 : 0), at: now, offset)
  }

  private static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  // MARK: Limits

  private static func checked(_ moment: Int64, at now: Int64, _ offset: Int) -> Self {
    if moment > now + tolerance {
      return .refused("\(words(moment, offset)) is yet to come: an observation lies in the past")
    }
    guard moment >= EpochNumber.earliest else {
      return .refused("\(words(moment, offset)) is before 2000: older than any thing here")
    }
    return .moment(moment)
  }

  private static func words(_ moment: Int64, _ offset: Int) -> String {
    let time = CalendarTime(moment, utcOffsetSeconds: offset)
    return "\(time.date) \(time.clock)"
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
