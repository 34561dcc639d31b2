import CNcurses
import Canvas

/// Hands cells to curses, as this machine and its locale can write them.
struct CellWriter {
  let characterSet: CharacterSet
  var pens: Pens

  /// Writes a cell to the standard window.
  ///
  /// - Parameters:
  ///   - cell: nothing is written for the second column of a wide one.
  ///   - row: a row of the screen.
  ///   - column: a column of the screen.
  ///   - columns: the columns of the screen.
  func put(_ cell: Cell, row: Int, column: Int, columns: Int) {
    guard cell.width > 0 else { return }
    // A frame wider than the screen: curses would put the grapheme on the next row.
    let cell =
      column + cell.width > columns
      ? Cell(role: cell.role, selected: cell.selected) : cell
    let pen = pens[cell]
    var text = wide(cell.text, width: cell.width)
    var pair = pen.pair
    var complex = cchar_t()
    setcchar(&complex, &text, pen.attributes, 0, &pair)
    mvadd_wch(CInt(row), CInt(column), &complex)
    guard cell.width == 2, text.first.map({ cnc_wcwidth($0) }) == 1 else { return }
    // A stand-in of one column, padded.
    var space: [wchar_t] = [0x20, 0]
    setcchar(&complex, &space, pen.attributes, 0, &pair)
    mvadd_wch(CInt(row), CInt(column + 1), &complex)
  }

  /// The text for curses, ended by 0; what this machine cannot write, or gives another width, is
  /// replaced, so that columns stay where they are.
  private func wide(_ text: String, width: Int) -> [wchar_t] {
    let scalars = text.unicodeScalars
    if let first = scalars.first, first.value < 0x7F, scalars.count == 1 {
      return [wchar_t(first.value), 0]
    }
    let characters = scalars.map { wchar_t(bitPattern: $0.value) }
    if characterSet == .utf8, let base = characters.first, cnc_wcwidth(base) == width,
      characters.dropFirst().allSatisfy({ cnc_wcwidth($0) == 0 })
    {
      return characters + [0]
    }
    let fallback = AsciiFallback.character(for: text).asciiValue ?? UInt8(ascii: "?")
    return [wchar_t(fallback), 0]
  }

  /// The columns that this machine's C library gives a scalar, -1 when it does not know it.
  static func libraryWidth(of scalar: Unicode.Scalar) -> Int {
    Int(cnc_wcwidth(wchar_t(bitPattern: scalar.value)))
  }
}
