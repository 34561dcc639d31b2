/// The round times that a plot labels below its axis.
enum PlotTime {
  /// A labelled moment.
  struct Tick {
    /// ms since 1970.
    let time: Int64
    let text: String
  }

  private static let second: Int64 = 1000
  private static let minute: Int64 = 60_000
  private static let hour: Int64 = 3_600_000
  private static let day: Int64 = 86_400_000

  private static let steps: [Int64] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500] + [1, 2, 5, 10, 15, 30].map { $0 * second }
    + [1, 2, 5, 10, 15, 30].map { $0 * minute } + [1, 2, 3, 6, 12].map { $0 * hour }
    + [1, 2, 5, 10, 30, 60, 90, 180, 365, 730, 1825, 3650].map { $0 * day }

  /// Moments a round time before now, the latest first.
  ///
  /// - Parameters:
  ///   - span: ms since 1970, what the plot shows.
  ///   - now: ms since 1970.
  ///   - most: labels that there is room for.
  /// - Returns: none where nothing round lies in the span.
  static func ticks(over span: ClosedRange<Int64>, now: Int64, most: Int) -> [Tick] {
    let length = span.upperBound - span.lowerBound
    guard most > 0, let step = steps.first(where: { length / $0 < Int64(most) }) else { return [] }
    // Rounded up for what lies before now and for what lies ahead.
    let behind = now - span.upperBound
    let first = behind > 0 ? (behind + step - 1) / step : behind / step
    return (0..<Int64(most)).map { (first + $0) * step }.filter { span.contains(now - $0) }
      .map { Tick(time: now - $0, text: text($0)) }
  }

  /// `now`, `−5 min`, `−1 h 30 min`, and `+2 s` for what lies ahead.
  static func text(_ before: Int64) -> String {
    if before == 0 { return "now" }
    let units = [(day, "d"), (hour, "h"), (minute, "min"), (second, "s"), (1, "ms")]
    var rest = abs(before)
    var parts: [String] = []
    for (unit, name) in units where rest >= unit {
      parts.append("\(rest / unit) \(name)")
      rest %= unit
    }
    return (before > 0 ? "−" : "+") + parts.joined(separator: " ")
  }
}
