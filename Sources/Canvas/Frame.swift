/// A grid of cells: what a view returns, what a golden test prints, what the terminal shows.
package struct Frame: Hashable, Sendable {
  package let size: Size
  /// Where the terminal's cursor stands, for instance in the edit line; nil hides it.
  package var cursor: Position?
  private var cells: [Cell]

  /// A frame of spaces.
  package init(size: Size) {
    self.size = size
    cells = Array(repeating: Cell(), count: max(0, size.rows) * max(0, size.columns))
  }

  /// The cell at a place inside the frame.
  package subscript(row: Int, column: Int) -> Cell {
    get { cells[row * size.columns + column] }
    set { cells[row * size.columns + column] = newValue }
  }

  /// Draws safe text from a place on, no further than `width` columns and the frame's edge; what
  /// is cut ends in `…`.
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
    var column = column
    let end = min(column + width, size.columns)
    let start = column
    for span in spans {
      for character in span.text where column < end {
        self[row, column] = Cell(text: String(character), role: span.role, selected: selected)
        column += 1
      }
    }
    return column - start
  }
}
