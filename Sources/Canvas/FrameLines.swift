extension Frame {
  /// Draws a horizontal line; where it meets lines of the same role they join.
  package mutating func drawLine(row: Int, columns: Range<Int>, role: Role = .paneBorder) {
    guard columns.count > 1 else { return }
    for column in columns.clamped(to: 0..<size.columns) {
      var arms: LineArms = [.left, .right]
      if column == columns.lowerBound { arms.remove(.left) }
      if column == columns.upperBound - 1 { arms.remove(.right) }
      join(arms, row: row, column: column, role: role)
    }
  }

  /// Draws a vertical line; where it meets lines of the same role they join.
  package mutating func drawLine(rows: Range<Int>, column: Int, role: Role = .paneBorder) {
    guard rows.count > 1 else { return }
    for row in rows.clamped(to: 0..<size.rows) {
      var arms: LineArms = [.up, .down]
      if row == rows.lowerBound { arms.remove(.up) }
      if row == rows.upperBound - 1 { arms.remove(.down) }
      join(arms, row: row, column: column, role: role)
    }
  }

  /// Draws a box of single lines around an area, with a title at the left of its top line and a
  /// note at the right: `┌ log ──── live · 312 ┐`.
  ///
  /// - Parameters:
  ///   - rows: the rows of the area, lines included.
  ///   - columns: the columns of the area, lines included.
  ///   - title: goes first when there is little room.
  ///   - note: is left out where less than three columns remain for it.
  ///   - role: the role of the lines.
  package mutating func drawBox(
    rows: Range<Int>, columns: Range<Int>, title: [Span] = [], note: [Span] = [],
    role: Role = .paneBorder
  ) {
    guard rows.count > 1, columns.count > 1 else { return }
    drawLine(row: rows.upperBound - 1, columns: columns, role: role)
    drawLine(rows: rows, column: columns.lowerBound, role: role)
    drawLine(rows: rows, column: columns.upperBound - 1, role: role)
    drawDivider(row: rows.lowerBound, columns: columns, title: title, note: note, role: role)
  }

  /// Draws a line across a box with a title at the left and a note at the right:
  /// `├ log ──── live · 312 ┤`.
  package mutating func drawDivider(
    row: Int, columns: Range<Int>, title: [Span] = [], note: [Span] = [], role: Role = .paneBorder
  ) {
    drawLine(row: row, columns: columns, role: role)
    var first = columns.lowerBound + 1
    let end = columns.upperBound - 1
    let space = Span(" ", role)
    if !title.isEmpty, end - first > 2 {
      draw([space], row: row, column: first, width: 1)
      first += 1 + draw(title, row: row, column: first + 1, width: end - first - 2)
      draw([space], row: row, column: first, width: 1)
      first += 1
    }
    // One column of line stays between the two, and each has a space on both sides.
    let room = end - first - 3
    if !note.isEmpty, room > 2 {
      draw([space], row: row, column: end - 1, width: 1)
      let used = draw(note, row: row, endingAt: end - 1, width: room)
      draw([space], row: row, column: end - 2 - used, width: 1)
    }
  }

  private mutating func join(_ arms: LineArms, row: Int, column: Int, role: Role) {
    let old = self[row, column]
    let joined = old.role == role ? arms.union(LineArms(old.text) ?? []) : arms
    self[row, column] = Cell(text: joined.text, role: role, selected: old.selected)
  }
}

/// Which of its four neighbours a line character reaches for.
private struct LineArms: OptionSet {
  let rawValue: Int

  static let up = LineArms(rawValue: 1)
  static let right = LineArms(rawValue: 2)
  static let down = LineArms(rawValue: 4)
  static let left = LineArms(rawValue: 8)

  /// The characters by raw value.
  private static let texts = [
    " ", "╵", "╶", "└", "╷", "│", "┌", "├", "╴", "┘", "─", "┴", "┐", "┤", "┬", "┼",
  ]

  init(rawValue: Int) { self.rawValue = rawValue }

  init?(_ text: String) {
    guard let value = Self.texts.firstIndex(of: text) else { return nil }
    rawValue = value
  }

  var text: String { Self.texts[rawValue] }
}
