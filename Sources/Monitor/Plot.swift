package import Canvas

/// A value at a time, or the time from which on there was none.
package struct PlotSample: Hashable, Sendable {
  /// ms since 1970.
  package let time: Int64
  /// nil breaks the line; so does what is no finite number.
  package let value: Double?

  package init(time: Int64, value: Double?) {
    (self.time, self.value) = (time, value?.isFinite == true ? value : nil)
  }
}

/// Numbers over time as a line of braille dots, with an axis for each.
package struct Plot: Sendable {
  /// How the line goes from one sample to the next.
  package enum Shape: Hashable, Sendable {
    /// Straight.
    case line
    /// Level until the next comes, as a shadow's values hold; the last one until the end.
    case step
  }

  /// A part of the line within the span.
  private struct Piece {
    var start: (time: Double, value: Double)
    var end: (time: Double, value: Double)
  }

  private let pieces: [Piece]
  private let span: ClosedRange<Int64>
  private let now: Int64

  /// - Parameters:
  ///   - samples: ascending in time; those outside the span count as far as their line reaches
  ///     into it.
  ///   - span: ms since 1970, what the plot shows.
  ///   - now: ms since 1970, to which the times are told.
  ///   - shape: how the line goes.
  package init(
    _ samples: [PlotSample], over span: ClosedRange<Int64>, now: Int64, shape: Shape = .step
  ) {
    (self.span, self.now) = (span, now)
    var pieces: [Piece] = []
    func add(_ start: (time: Double, value: Double), _ end: (time: Double, value: Double)) {
      let (first, last) = (Double(span.lowerBound), Double(span.upperBound))
      guard start.time <= last, end.time >= first else { return }
      func value(at time: Double) -> Double {
        guard end.time > start.time else { return start.value }
        let part = (time - start.time) / (end.time - start.time)
        return start.value * (1 - part) + end.value * part
      }
      pieces.append(
        Piece(
          start: start.time < first ? (first, value(at: first)) : start,
          end: end.time > last ? (last, value(at: last)) : end))
    }
    var before: (time: Double, value: Double)?
    for sample in samples {
      let time = Double(sample.time)
      if shape == .step, let held = before { add(held, (time, held.value)) }
      if let value = sample.value {
        let start = shape == .step ? before.map { (time, $0.value) } : before
        add(start ?? (time, value), (time, value))
      }
      before = sample.value.map { (time, $0) }
    }
    if shape == .step, let held = before { add(held, (Double(span.upperBound), held.value)) }
    self.pieces = pieces
  }

  /// The plot in a given room.
  ///
  /// The axes are left out where there is too little of it.
  ///
  /// - Parameter size: rows and columns to fill.
  /// - Returns: at most so many lines, each at most so wide.
  package func lines(in size: Size) -> [[Span]] {
    guard size.rows > 0, size.columns > 0 else { return [] }
    let values = pieces.flatMap { [$0.start.value, $0.end.value] }
    guard let low = values.min(), let high = values.max() else {
      return [[Span(TextWidth.fitted("no numbers in this time", width: size.columns), .textDim)]]
    }
    let hasTimes = size.rows >= 5
    let rows = hasTimes ? size.rows - 2 : size.rows
    let scale = PlotScale(from: low, to: high, steps: min(3, max(1, rows - 1)))
    let labelWidth = scale.ticks.map { TextWidth.columns($0.text) }.max() ?? 0
    let hasValues = size.columns >= labelWidth + 8
    let margin = hasValues ? labelWidth + 2 : 0
    let grid = drawn(scale, rows: rows, columns: size.columns - margin)
    var lines: [[Span]] = []
    for row in 0..<rows {
      let axis = hasValues ? valueAxis(scale, row: row, rows: rows, width: labelWidth) : ""
      lines.append([Span(axis, .plotAxis), Span(grid.text(row: row), .plotLine)])
    }
    if hasTimes {
      lines += timeAxis(margin: margin, columns: size.columns - margin).map {
        [Span($0, .plotAxis)]
      }
    }
    return lines
  }

  private func drawn(_ scale: PlotScale, rows: Int, columns: Int) -> BrailleGrid {
    var grid = BrailleGrid(rows: rows, columns: columns)
    func dot(_ point: (time: Double, value: Double)) -> (x: Int, y: Int) {
      let across = part(of: point.time) * Double(grid.width - 1)
      let up = scale.height(of: point.value) * Double(grid.height - 1)
      return (Int(across.rounded()), grid.height - 1 - Int(up.rounded()))
    }
    for piece in pieces { grid.draw(from: dot(piece.start), to: dot(piece.end)) }
    return grid
  }

  /// How far along the span a time stands, 0 to 1; a span of a moment has it at its end.
  private func part(of time: Double) -> Double {
    let length = Double(span.upperBound) - Double(span.lowerBound)
    return length > 0 ? min(1, max(0, (time - Double(span.lowerBound)) / length)) : 1
  }

  private func valueAxis(_ scale: PlotScale, row: Int, rows: Int, width: Int) -> String {
    let dots = Double(rows * 4 - 1)
    let tick = scale.ticks.first {
      (rows * 4 - 1 - Int((scale.height(of: $0.value) * dots).rounded())) / 4 == row
    }
    let label = TextWidth.fitted(tick?.text ?? "", width: width, trailing: true)
    return "\(label) \(tick == nil ? "│" : "┤")"
  }

  /// The line below the dots with its marks, and the words below these.
  private func timeAxis(margin: Int, columns: Int) -> [String] {
    // About as wide as a label and the space around it.
    let ticks = PlotTime.ticks(over: span, now: now, most: max(2, columns / 12))
    var axis = Array(repeating: Character("─"), count: columns)
    var words = Array(repeating: Character(" "), count: columns)
    // Where the label to the right begins.
    var free = columns + 1
    for tick in ticks {
      let place = Int((part(of: Double(tick.time)) * Double(columns - 1)).rounded())
      let label = Array(tick.text)
      let start = min(columns - label.count, max(0, place - label.count / 2))
      guard start >= 0, start + label.count < free else { continue }
      axis[place] = "┬"
      words.replaceSubrange(start..<start + label.count, with: label)
      free = start
    }
    let indent = String(repeating: " ", count: max(0, margin - 1))
    return [
      margin > 0 ? indent + "└" + String(axis) : String(axis),
      String(repeating: " ", count: margin) + String(words),
    ]
  }
}
