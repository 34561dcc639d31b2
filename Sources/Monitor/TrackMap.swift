import Canvas
import Shadow

/// A track as a small map of braille dots: north is up, and both directions have one scale.
struct TrackMap {
  private typealias Point = (x: Double, y: Double)

  /// Metres east and north of the middle.
  private let points: [Point]
  /// Metres from one end to the other.
  private let width: Double
  private let height: Double

  /// Metres that a degree of latitude takes.
  private static let degree = 111_195.0
  /// Metres that a dot takes at least: finer is what satellites scatter.
  private static let finest = 0.5

  /// nil for fewer than two places.
  init?(_ places: [LatLng]) {
    guard places.count > 1 else { return nil }
    let latitudes = places.map(\.latitude.approximate)
    let middle = ((latitudes.min() ?? 0) + (latitudes.max() ?? 0)) / 2
    let shrinking = Self.cosine(degrees: middle)
    var longitude = places[0].longitude.approximate
    var points: [Point] = []
    for place in places {
      // The shorter way, be it over the line where the date changes.
      let step = (place.longitude.approximate - longitude).remainder(dividingBy: 360)
      longitude += step
      points.append((longitude * shrinking * Self.degree, place.latitude.approximate * Self.degree))
    }
    let (west, east) = (points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 0)
    let (south, north) = (points.map(\.y).min() ?? 0, points.map(\.y).max() ?? 0)
    (width, height) = (east - west, north - south)
    self.points = points.map { ($0.x - (west + east) / 2, $0.y - (south + north) / 2) }
  }

  /// The map in a given room, its scale below it.
  ///
  /// - Parameter size: rows and columns, 3 and 8 at least.
  /// - Returns: so many lines, each so wide.
  func lines(in size: Size) -> [[Span]] {
    let (rows, columns) = (max(1, size.rows - 1), max(1, size.columns - 2))
    var grid = BrailleGrid(rows: rows, columns: columns)
    let metres = max(
      Self.finest, width / Double(grid.width - 1), height / Double(grid.height - 1))
    func dot(_ point: Point) -> (x: Int, y: Int) {
      (
        Int((Double(grid.width - 1) / 2 + point.x / metres).rounded()),
        Int((Double(grid.height - 1) / 2 - point.y / metres).rounded())
      )
    }
    for (start, end) in zip(points, points.dropFirst()) {
      grid.draw(from: dot(start), to: dot(end))
    }
    let marks = [(points.first, "○"), (points.last, "●")].compactMap { point, sign in
      point.map { (dot: dot($0), sign: Character(sign)) }
    }
    var lines: [[Span]] = []
    for row in 0..<rows {
      var text = Array(grid.text(row: row))
      for mark in marks where mark.dot.y / 4 == row && text.indices.contains(mark.dot.x / 2) {
        text[mark.dot.x / 2] = mark.sign
      }
      lines.append([Span(row == 0 ? "N " : "│ ", .plotAxis), Span(String(text), .plotLine)])
    }
    return lines + [[Span(Self.scale(metres * Double(grid.width), columns: columns), .plotAxis)]]
  }

  /// The line below the map, with what it measures: `└───── 1.2 km ─────`.
  private static func scale(_ metres: Double, columns: Int) -> String {
    let label = " \(length(metres)) "
    let dashes = max(0, columns + 1 - label.count)
    let left = String(repeating: "─", count: dashes / 2)
    return "└\(left)\(label)\(String(repeating: "─", count: dashes - dashes / 2))"
  }

  /// A length with about two figures: `85 m`, `1.2 km`, `340 km`.
  private static func length(_ metres: Double) -> String {
    if metres < 10 { return "\(Int((metres * 10).rounded()) / 10) m" }
    if metres < 1000 { return "\(Int(metres.rounded())) m" }
    let tenths = Int((metres / 100).rounded())
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10) km" : "\(tenths / 10) km"
  }

  /// Good to a ten-thousandth from pole to pole, which is finer than any map here.
  private static func cosine(degrees: Double) -> Double {
    let square = (degrees * .pi / 180) * (degrees * .pi / 180)
    return 1 - square / 2
      * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90))))
  }
}
