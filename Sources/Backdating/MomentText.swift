import JSON
import Monitor
import Shadow

/// Reads the moment of an observation as a file has it.
///
/// MIC takes milliseconds, and the times in a shadow's answers are seconds; so a number that is a
/// likely moment in another unit only is refused, with the unit that it seems to have (mic-thing-api
/// section 4, item 14).
struct MomentText {
  /// Clocks that disagree put what was seen just now this far ahead, in ms.
  private static let tolerance: Int64 = 300_000
  /// 2200-01-01, the end of any future that is taken; no number of ms or seconds fits both.
  private static let end: Int64 = 7_258_118_400_000
  /// More than any zone is ahead or behind, in ms.
  private static let day: Int64 = 86_400_000

  let rule: ObservationRule

  /// Reads a text.
  ///
  /// - Parameter text: a number as JSON writes it, or ISO 8601 with a date and a time of day.
  /// - Returns: ms since 1970, and whether it was local time since it names no zone.
  /// - Throws: `Unreadable`.
  func moment(_ text: String) throws(Unreadable) -> (milliseconds: Int64, isLocal: Bool) {
    // 1.7e12 is how a spreadsheet may write it.
    let plain = JSONNumber(lexeme: text)?.integer.map { "\($0)" } ?? text
    if let number = EpochNumber(plain) {
      return (try milliseconds(of: number, text), false)
    }
    return try calendar(text)
  }

  // MARK: Numbers

  private var likely: ClosedRange<Int64> {
    let latest = rule.allowsFuture ? Self.end : rule.now + Self.tolerance
    return EpochNumber.earliest...max(EpochNumber.earliest, latest)
  }

  private func milliseconds(
    of number: EpochNumber, _ text: String
  ) throws(Unreadable) -> Int64 {
    guard !rule.countsSeconds else {
      let moment = number.asSeconds
      if let moment, likely.contains(moment) { return moment }
      if likely.contains(number.whole) {
        throw Unreadable(
          "\(quoted(text)) is surely milliseconds (\(iso(number.whole))): leave --seconds out")
      }
      throw outside(moment, text)
    }
    switch number.reading(in: likely) {
    case .milliseconds(let moment): return moment
    case .otherUnit(let moment, let unit):
      let remedy =
        unit == "seconds"
        ? "if all numbers of the file are seconds, add --seconds" : "divide it to have milliseconds"
      throw Unreadable(
        "\(quoted(text)) is surely \(unit) (\(iso(moment))), and MIC takes milliseconds: \(remedy)")
    case .unclear(let moment):
      guard likely.contains(moment) else { throw outside(moment, text) }
      return moment
    }
  }

  // MARK: ISO 8601

  private func calendar(
    _ text: String
  ) throws(Unreadable) -> (milliseconds: Int64, isLocal: Bool) {
    var reader = CalendarReader(text.lowercased())
    guard let date = reader.date() else {
      throw Unreadable(
        "\(quoted(text)) is no moment: ms since 1970, or a date and time such as "
          + "2026-03-01T12:00:00Z")
    }
    guard reader.skipsToClock() else {
      throw Unreadable("\(quoted(text)) has no time of day: 2026-03-01T12:00:00Z has one")
    }
    let clock = reader.clock()
    let zone = reader.zone()
    guard let clock, reader.isAtEnd else {
      throw Unreadable("\(quoted(text)) does not end as a time does: 2026-03-01T12:00:00Z does")
    }
    let time = CalendarTime(
      year: date.year, month: date.month, day: date.day, hour: clock.hour, minute: clock.minute,
      second: clock.second, millisecond: clock.millisecond, utcOffsetSeconds: zone ?? 0)
    guard let time else { throw Unreadable("\(quoted(text)) is on no calendar and clock") }
    let moment = zone == nil ? try localMoment(time.moment, text) : time.moment
    guard likely.contains(moment) else { throw outside(moment, text) }
    return (moment, zone == nil)
  }

  /// The moment at which local clocks show what UTC shows at another.
  private func localMoment(_ shown: Int64, _ text: String) throws(Unreadable) -> Int64 {
    let offsets = Set([shown - Self.day, shown + Self.day].map(rule.utcOffsetSeconds))
    let moments = offsets.map { (shown - Int64($0) * 1000, $0) }
      .filter { rule.utcOffsetSeconds($0.0) == $0.1 }.map(\.0)
    guard let moment = moments.first else {
      throw Unreadable(
        "\(quoted(text)) was skipped by local clocks as they went forward: name the zone, +01:00")
    }
    guard moments.count == 1 else {
      throw Unreadable(
        "\(quoted(text)) was shown twice by local clocks as they went back: name the zone, +01:00")
    }
    return moment
  }

  // MARK: Words

  private func outside(_ moment: Int64?, _ text: String) -> Unreadable {
    guard let moment, moment < Self.end else {
      return Unreadable("\(quoted(text)) is no moment that a thing can have seen")
    }
    if moment < EpochNumber.earliest {
      return Unreadable(
        "\(quoted(text)) is \(iso(moment)), before 2000: older than any thing here")
    }
    return Unreadable(
      "\(quoted(text)) is \(iso(moment)), which is yet to come: if that is meant, add --future")
  }

  private func iso(_ moment: Int64) -> String { CalendarTime(moment).iso }

  private func quoted(_ text: String) -> String {
    text.count > 40 ? "“\(text.prefix(40))…”" : "“\(text)”"
  }
}
