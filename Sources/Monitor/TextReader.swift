package import Canvas

/// Lines to read on a screen: scrolled, searched, cut at the screen's edge or folded there.
///
/// The size of the screen comes with every call, so that a reader outlives any change of it.
package struct TextReader: Sendable {
  /// A way to move over the lines.
  package enum Move: Hashable, Sendable {
    case up, down, pageUp, pageDown, toTop, toBottom
    /// Sideways by half a screen; nothing where lines are folded.
    case left, right
  }

  /// One row of the screen.
  package struct Row: Hashable, Sendable {
    /// What to draw from the first column on.
    package let spans: [Span]
    /// Whether the occurrence that was last gone to stands here.
    package let isCurrent: Bool
  }

  /// A row of all that could be shown: a line, and the part of it where lines are folded.
  private struct Place: Comparable {
    var line = 0
    var part = 0

    static func < (left: Place, right: Place) -> Bool {
      (left.line, left.part) < (right.line, right.part)
    }
  }

  package private(set) var lines: [[Span]]
  /// Whether lines go on in the next row instead of beyond the edge.
  package private(set) var isFolding: Bool
  /// Columns that are scrolled out to the left.
  package private(set) var left = 0
  package private(set) var search = LineSearch("")
  private var top = Place()
  private var occurrences: [LineSearch.Place] = []
  /// The occurrence that was last gone to.
  private var current: Int?

  /// - Parameters:
  ///   - lines: what there is to read.
  ///   - isFolding: whether to start with long lines folded.
  package init(_ lines: [[Span]] = [], isFolding: Bool = false) {
    (self.lines, self.isFolding) = (lines, isFolding)
  }

  /// Puts other lines in the place of these and stays where it was, as far as there are as many.
  package mutating func replace(with lines: [[Span]]) {
    let isSameLine =
      lines.indices.contains(top.line) && self.lines.indices.contains(top.line)
      && lines[top.line] == self.lines[top.line]
    self.lines = lines
    if !isSameLine { top.part = 0 }
    occurrences = search.places(in: lines)
    current = current.flatMap { occurrences.indices.contains($0) ? $0 : nil }
  }

  /// Folds long lines or cuts them again; the line at the top stays there.
  package mutating func toggleFolding() {
    isFolding.toggle()
    top.part = 0
    left = 0
  }

  // MARK: Moving

  package mutating func move(_ move: Move, in size: Size) {
    let page = max(1, size.rows - 1)
    let from = firstPlace(in: size)
    switch move {
    case .up: top = place(from, movedBy: -1, width: size.columns)
    case .down: top = place(from, movedBy: 1, width: size.columns)
    case .pageUp: top = place(from, movedBy: -page, width: size.columns)
    case .pageDown: top = place(from, movedBy: page, width: size.columns)
    case .toTop: top = Place()
    case .toBottom: top = lastTop(in: size)
    case .left: left = max(0, left - max(1, size.columns / 2))
    case .right: scrollRight(in: size)
    }
    top = min(top, lastTop(in: size))
  }

  /// Scrolls by rows, as a wheel does; a negative number goes up.
  package mutating func scroll(by rows: Int, in size: Size) {
    top = place(firstPlace(in: size), movedBy: rows, width: size.columns)
    top = min(top, lastTop(in: size))
  }

  private mutating func scrollRight(in size: Size) {
    guard !isFolding else { return }
    let step = max(1, size.columns / 2)
    let visible = lines[min(lines.count, firstPlace(in: size).line)...].prefix(size.rows)
    let reach = left + step + size.columns
    let longest = visible.map { TextWidth.columns($0, limit: reach) }.max() ?? 0
    if longest > left + size.columns { left += step }
  }

  // MARK: Searching

  /// Looks for a text from the occurrence last gone to on, or else from the top of the screen.
  ///
  /// It is meant for every change of the text while it is typed; an empty one ends the search.
  package mutating func find(_ text: String, in size: Size) {
    let start = current.map { occurrences[$0].line } ?? firstPlace(in: size).line
    search = LineSearch(text)
    occurrences = search.places(in: lines)
    current = occurrences.firstIndex { $0.line >= start } ?? occurrences.indices.first
    showCurrent(in: size)
  }

  /// Goes to the next occurrence, or the one before; behind the last comes the first.
  package mutating func findNext(backwards: Bool = false, in size: Size) {
    guard !occurrences.isEmpty else { return }
    let count = occurrences.count
    if let current {
      self.current = (current + (backwards ? count - 1 : 1)) % count
    } else {
      let start = firstPlace(in: size).line
      current =
        backwards
        ? occurrences.lastIndex { $0.line < start } ?? count - 1
        : occurrences.firstIndex { $0.line >= start } ?? 0
    }
    showCurrent(in: size)
  }

  /// What came of the search: `3 of 7`, `not found`; nil where nothing is looked for.
  package var searchNote: String? {
    guard !search.isEmpty else { return nil }
    guard !occurrences.isEmpty else { return "not found" }
    let more = occurrences.count == LineSearch.mostPlaces ? "+" : ""
    guard let current else { return "\(occurrences.count)\(more) found" }
    return "\(current + 1) of \(occurrences.count)\(more)"
  }

  /// Scrolls no more than needed to have the current occurrence on the screen.
  private mutating func showCurrent(in size: Size) {
    guard let current, size.rows > 0, size.columns > 0 else { return }
    let found = occurrences[current]
    let wanted = Place(line: found.line, part: part(of: found, width: size.columns))
    let first = firstPlace(in: size)
    let last = place(first, movedBy: size.rows - 1, width: size.columns)
    if wanted < first || wanted > last {
      top = place(wanted, movedBy: -(size.rows / 3), width: size.columns)
      top = min(top, lastTop(in: size))
    }
    guard !isFolding else { return }
    let text = lines[found.line].map(\.text).joined().unicodeScalars
    let before = TextWidth.columns(String(text.prefix(found.position)))
    let length = TextWidth.columns(
      String(text.dropFirst(found.position).prefix(search.text.unicodeScalars.count)))
    if before < left || before + length > left + size.columns {
      left = before + length <= size.columns ? 0 : max(0, before - size.columns / 3)
    }
  }

  private func part(of found: LineSearch.Place, width: Int) -> Int {
    guard isFolding else { return 0 }
    var behind = found.position
    for (part, row) in folded(lines[found.line], width: width).enumerated() {
      behind -= row.reduce(0) { $0 + $1.text.unicodeScalars.count }
      if behind < 0 { return part }
    }
    return 0
  }

  // MARK: Showing

  /// The rows of a screen, occurrences marked; fewer than its rows where there are no more lines.
  package func rows(in size: Size) -> [Row] {
    guard size.rows > 0, size.columns > 0 else { return [] }
    var rows: [Row] = []
    var place = firstPlace(in: size)
    let found = current.map { occurrences[$0] }
    while rows.count < size.rows, place.line < lines.count {
      let isFound = found?.line == place.line
      let line = search.highlighted(lines[place.line])
      if isFolding {
        let parts = folded(line, width: size.columns)
        let foundPart = isFound ? found.map { part(of: $0, width: size.columns) } : nil
        for part in parts.indices.dropFirst(place.part) where rows.count < size.rows {
          rows.append(Row(spans: parts[part], isCurrent: part == foundPart))
        }
      } else {
        rows.append(Row(spans: withoutColumns(left, of: line), isCurrent: isFound))
      }
      place = Place(line: place.line + 1)
    }
    return rows
  }

  /// Where the screen stands: `1–20 of 312`; nil where all lines are on it.
  package func positionNote(in size: Size) -> String? {
    let first = firstPlace(in: size)
    let last = min(
      place(first, movedBy: max(1, size.rows) - 1, width: size.columns).line, lines.count - 1)
    let isWhole = first == Place() && lastTop(in: size) == first
    return isWhole || lines.isEmpty ? nil : "\(first.line + 1)–\(last + 1) of \(lines.count)"
  }

  // MARK: Places

  private func parts(of line: Int, width: Int) -> Int {
    isFolding ? folded(lines[line], width: width).count : 1
  }

  /// The place at the top of the screen.
  private func firstPlace(in size: Size) -> Place {
    var place = min(top, lastTop(in: size))
    // On a wider screen the line has fewer parts than it had.
    if place.part > 0 {
      place.part = min(place.part, parts(of: place.line, width: size.columns) - 1)
    }
    return place
  }

  /// The lowest place for the top of the screen: the last line stands in its last row.
  private func lastTop(in size: Size) -> Place {
    guard !lines.isEmpty else { return Place() }
    let last = lines.count - 1
    let end = Place(line: last, part: parts(of: last, width: size.columns) - 1)
    return place(end, movedBy: 1 - max(1, size.rows), width: size.columns)
  }

  /// The place some rows further down or, with a negative number, up; it ends at the ends.
  private func place(_ place: Place, movedBy rows: Int, width: Int) -> Place {
    guard !lines.isEmpty else { return place }
    var place = place
    var rest = abs(rows)
    if rows < 0 {
      while rest > place.part, place.line > 0 {
        rest -= place.part + 1
        place = Place(line: place.line - 1)
        place.part = parts(of: place.line, width: width) - 1
      }
      place.part = max(0, place.part - rest)
    } else {
      while rest > 0 {
        let below = parts(of: place.line, width: width) - 1 - place.part
        guard rest > below, place.line + 1 < lines.count else {
          place.part += min(rest, below)
          break
        }
        rest -= below + 1
        place = Place(line: place.line + 1)
      }
    }
    return place
  }
}
