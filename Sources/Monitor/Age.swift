import Shadow

/// The time since something happened, shown in the largest unit that it fills.
struct Age {
  /// 0 or more.
  let milliseconds: Int64

  /// A time that lies ahead, as clocks that disagree make it, counts as now.
  init(milliseconds: Int64) { self.milliseconds = max(0, milliseconds) }

  private var unit: (milliseconds: Int64, name: String) {
    switch milliseconds {
    case ..<60_000: (1000, "s")
    case ..<3_600_000: (60_000, "m")
    case ..<86_400_000: (3_600_000, "h")
    default: (86_400_000, "d")
    }
  }

  /// For instance `18 s` or `4 m`.
  var text: String { "\(milliseconds / unit.milliseconds) \(unit.name)" }

  /// For instance `18 s` or `4 min`, where there is room for it.
  var words: String { text.hasSuffix("m") ? text + "in" : text }

  /// The time as a clock shows it, `00:12`; from an hour on in hours and minutes.
  var clock: String {
    let seconds = milliseconds / 1000
    guard seconds < 3600 else { return "\(seconds / 3600) h \(Self.padded(seconds / 60 % 60)) m" }
    return "\(Self.padded(seconds / 60)):\(Self.padded(seconds % 60))"
  }

  /// Milliseconds until ``text`` reads otherwise.
  var untilNextText: Int64 { unit.milliseconds - milliseconds % unit.milliseconds }

  /// Milliseconds until ``clock`` reads otherwise.
  var untilNextClock: Int64 {
    let step: Int64 = milliseconds < 3_600_000 ? 1000 : 60_000
    return step - milliseconds % step
  }

  private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// The time of day of a moment, `12:04:31.204`.
///
/// - Parameters:
///   - moment: ms since 1970.
///   - offset: seconds that local time is ahead of UTC.
/// - Returns: twelve characters.
package func timeOfDay(_ moment: Int64, utcOffsetSeconds offset: Int) -> String {
  CalendarTime(moment, utcOffsetSeconds: offset).exactClock
}

/// A size for people: `96 B`, `1.2 KB` (of 1024), `3.4 MB`.
func byteText(_ count: Int) -> String {
  guard count >= 1024 else { return "\(count) B" }
  return count < 1_048_576 ? "\(tenths(count, of: 1024)) KB" : "\(tenths(count, of: 1_048_576)) MB"
}

/// A quotient with one decimal, rounded down so that nothing looks fuller than it is.
func tenths(_ count: Int, of unit: Int) -> String {
  let tenths = count * 10 / unit
  return tenths >= 1000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}

/// A number and its noun: `1 key`, `3 keys`.
func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
}

extension HeldShadow {
  /// How long ago the service wrote something.
  ///
  /// - Parameters:
  ///   - time: seconds since 1970 by the service's clock.
  ///   - now: ms since 1970 by ours.
  /// - Returns: 0 for what lies ahead.
  func age(of time: Int64, at now: Int64) -> Age {
    Age(milliseconds: milliseconds(since: time, at: now) ?? 0)
  }
}
