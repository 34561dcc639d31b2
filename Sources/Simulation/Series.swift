package import JSON

/// Reports that are known beforehand: the rows of a table, or those of a recording.
package struct Series: Equatable, Sendable {
  /// What comes after the last one.
  package enum Ending: String, CaseIterable, Sendable {
    /// What it said stays.
    case hold
    /// The first one again.
    case loop
    /// The whole simulation is over.
    case end
  }

  /// One report.
  package struct Point: Equatable, Sendable {
    /// Ms after the first one.
    package let time: Int64
    /// What it says; null takes a resource away.
    package let changes: JSONObject

    package init(time: Int64, changes: JSONObject) { (self.time, self.changes) = (time, changes) }
  }

  /// The shortest round of a series that begins anew, in ms: nothing can spin.
  package static let shortestRound: Int64 = 100

  /// Where it comes from, for people.
  package let name: String
  /// Their times never fall.
  package let points: [Point]
  /// Ms from the first point to the first point of the next round.
  package let length: Int64
  package let ending: Ending

  /// - Parameters:
  ///   - name: where it comes from.
  ///   - points: their times never fall.
  ///   - pause: ms from the last point to the next round.
  ///   - ending: what comes after the last point.
  package init(name: String, points: [Point], pause: Int64, ending: Ending) {
    self.name = name
    self.points = points
    self.ending = ending
    length = max(Self.shortestRound, (points.last?.time ?? 0) + max(0, pause))
  }
}

/// How far a series has come.
struct Player: Sendable {
  private let series: Series
  private var index = 0
  /// When its round began, in ms.
  private var beginning: Int64

  init(_ series: Series, now: Int64) {
    self.series = series
    beginning = now
  }

  /// When the next point is due, `.max` for never.
  var nextDue: Int64 {
    series.points.indices.contains(index) ? beginning + series.points[index].time : .max
  }

  /// Whether the whole simulation is over with it.
  var hasEnded: Bool { series.ending == .end && !series.points.indices.contains(index) }

  /// Takes the points that are due, in their order; of rounds that were missed only the last.
  mutating func take(now: Int64) -> [JSONObject] {
    if series.ending == .loop, now - beginning > series.length {
      beginning += (now - beginning) / series.length * series.length - series.length
    }
    var taken: [JSONObject] = []
    while nextDue <= now {
      taken.append(series.points[index].changes)
      index += 1
      guard index == series.points.count, series.ending == .loop else { continue }
      index = 0
      beginning += series.length
    }
    return taken
  }
}
