/// A grid of cells: what a view returns, what a golden test prints, what the terminal shows.
///
/// Writing outside the frame changes nothing, so that a view may draw into a window of any size.
package struct Frame: Hashable, Sendable {
  package let size: Size
  /// Where the terminal's cursor stands, for instance in the edit line; nil hides it.
  package var cursor: Position?
  private var cells: [Cell]

  /// A frame of spaces.
  package init(size: Size) {
    self.size = Size(rows: max(0, size.rows), columns: max(0, size.columns))
    cells = Array(repeating: Cell(), count: self.size.rows * self.size.columns)
  }

  /// The cell at a place; a blank one outside the frame, where writing is ignored.
  ///
  /// A wide cell takes the column to its right with it and becomes a blank in the last column;
  /// what is left of a wide cell written over in part becomes a blank. A cell of width 0 has a
  /// meaning behind a wide one only, where it is already.
  package subscript(row: Int, column: Int) -> Cell {
    get { contains(row: row, column: column) ? cells[row * size.columns + column] : Cell() }
    set {
      guard contains(row: row, column: column) else { return }
      let index = row * size.columns + column
      if newValue.width == 0 {
        guard cells[index].width != 0 else { return }
        put(Cell(role: newValue.role, selected: newValue.selected), at: index, column: column)
      } else if newValue.width == 1 || column + 1 < size.columns {
        put(newValue, at: index, column: column)
      } else {
        put(Cell(role: newValue.role, selected: newValue.selected), at: index, column: column)
      }
    }
  }

  /// Draws safe text from a place on, no further than `width` columns and the frame's edge; what
  /// is cut ends in `…`.
  ///
  /// What ``SafeText`` escapes is drawn in the role `.textEscaped`. The text is read no further
  /// than it is drawn.
  ///
  /// - Parameters:
  ///   - spans: text from anywhere.
  ///   - row: a row; outside the frame nothing is drawn.
  ///   - column: the first column.
  ///   - width: columns that may be used; the rest up to it is left as it was.
  ///   - selected: whether the cells lie in the selection.
  /// - Returns: the columns used.
  @discardableResult
  package mutating func draw(
    _ spans: [Span], row: Int, column: Int, width: Int, selected: Bool = false
  ) -> Int {
    guard (0..<size.rows).contains(row), column < size.columns, width > 0 else { return 0 }
    let end = column + min(width, size.columns - column)
    var next = column
    // The last boundary that leaves room for the sign of a cut.
    var cut = column
    for span in spans {
      for piece in SafeText(span.text) {
        guard next + piece.width <= end else {
          for place in cut..<end { self[row, place] = Cell(role: span.role, selected: selected) }
          self[row, cut] = Cell(text: "…", role: span.role, selected: selected)
          return end - column
        }
        self[row, next] = Cell(
          text: piece.text, width: piece.width, role: piece.isEscaped ? .textEscaped : span.role,
          selected: selected)
        next += piece.width
        if next < end { cut = next }
      }
    }
    return next - column
  }

  /// Draws text that ends at a column; what is cut ends in `…`.
  ///
  /// - Parameters:
  ///   - spans: text from anywhere.
  ///   - row: a row; outside the frame nothing is drawn.
  ///   - end: the column behind the text.
  ///   - width: columns that may be used.
  ///   - selected: whether the cells lie in the selection.
  /// - Returns: the columns used.
  @discardableResult
  package mutating func draw(
    _ spans: [Span], row: Int, endingAt end: Int, width: Int, selected: Bool = false
  ) -> Int {
    let used = min(max(0, width), TextWidth.columns(spans, limit: width))
    return draw(spans, row: row, column: end - used, width: used, selected: selected)
  }

  /// Blanks an area.
  package mutating func fill(
    rows: Range<Int>, columns: Range<Int>, role: Role = .text, selected: Bool = false
  ) {
    let columns = columns.clamped(to: 0..<size.columns)
    for row in rows.clamped(to: 0..<size.rows) {
      for column in columns { self[row, column] = Cell(role: role, selected: selected) }
    }
  }

  /// Lays the selection over an area, or takes it away, and leaves the text.
  package mutating func select(rows: Range<Int>, columns: Range<Int>, _ selected: Bool = true) {
    let columns = columns.clamped(to: 0..<size.columns)
    for row in rows.clamped(to: 0..<size.rows) {
      for column in columns { cells[row * size.columns + column].selected = selected }
    }
  }

  /// Draws another frame with its first cell at a place, and takes its cursor if it has one.
  package mutating func draw(_ frame: Frame, row: Int, column: Int) {
    for line in 0..<frame.size.rows {
      for place in 0..<frame.size.columns {
        self[row + line, column + place] = frame[line, place]
      }
    }
    if let other = frame.cursor {
      cursor = Position(row: row + other.row, column: column + other.column)
    }
  }

  /// The places, row by row, whose cells differ from those of an earlier frame; all of them when
  /// there is none of the same size.
  package func changes(since earlier: Frame?) -> [Position] {
    let old = earlier?.size == size ? earlier?.cells : nil
    return cells.indices.compactMap { index in
      if let old, old[index] == cells[index] { return nil }
      return Position(row: index / size.columns, column: index % size.columns)
    }
  }

  /// Whether a place lies inside.
  package func contains(row: Int, column: Int) -> Bool {
    row >= 0 && row < size.rows && column >= 0 && column < size.columns
  }

  /// Writes a cell that fits, and blanks what is left of wide cells that it covers in part.
  private mutating func put(_ cell: Cell, at index: Int, column: Int) {
    if cells[index].width == 0, column > 0 { blank(index - 1) }
    let last = index + cell.width - 1
    if cells[last].width == 2 { blank(last + 1) }
    cells[index] = cell
    if cell.width == 2 {
      cells[last] = Cell(text: "", width: 0, role: cell.role, selected: cell.selected)
    }
  }

  private mutating func blank(_ index: Int) {
    cells[index].text = " "
    cells[index].width = 1
  }
}
