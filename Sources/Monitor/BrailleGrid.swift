/// Dots on a grid of cells, two columns and four rows of dots a cell, as braille characters.
struct BrailleGrid {
  /// Columns of dots.
  let width: Int
  /// Rows of dots, from the top.
  let height: Int
  private let columns: Int
  private var cells: [UInt8]

  /// The bit of each dot, row by row.
  private static let bits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]

  /// An empty grid of so many cells.
  init(rows: Int, columns: Int) {
    (width, height, self.columns) = (columns * 2, rows * 4, columns)
    cells = Array(repeating: 0, count: rows * columns)
  }

  /// Sets the dots of a straight line; both ends lie on the grid.
  mutating func draw(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y))
    for step in 0...steps {
      // To the nearest dot, halves away from the start.
      func between(_ first: Int, _ last: Int) -> Int {
        guard steps > 0 else { return first }
        let way = (last - first) * step * 2 + (last >= first ? steps : -steps)
        return first + way / (2 * steps)
      }
      set(x: between(start.x, end.x), y: between(start.y, end.y))
    }
  }

  /// A row of cells; an empty cell is a space, since the empty braille cell is shown by no two
  /// terminals alike.
  func text(row: Int) -> String {
    var text = ""
    for cell in cells[row * columns..<(row + 1) * columns] {
      text.unicodeScalars.append(cell == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(cell)) ?? " ")
    }
    return text
  }

  private mutating func set(x: Int, y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    cells[y / 4 * columns + x / 2] |= Self.bits[y % 4 * 2 + x % 2]
  }
}
