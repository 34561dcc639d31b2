import Canvas

/// Rows of a list that a screen shows at once.
func pickerHeight(in size: Size) -> Int { max(0, size.rows - 6) }

/// The screen's row of the list's first.
private let firstRow = 4

/// Draws a list to choose from in place of the panes: the typed line, and below it what it leaves.
func drawPicker(_ picker: Picker, on frame: inout Frame) {
  let size = frame.size
  let count =
    picker.rows.count == picker.total
    ? "\(picker.total)" : "\(picker.rows.count) of \(picker.total)"
  frame.drawBox(
    rows: 1..<size.rows - 1, columns: 0..<size.columns,
    title: [Span(picker.subject.rawValue, .paneTitleFocused)], note: [Span(count, .paneTitle)])
  let width = size.columns - 4
  let window = LineWindow(picker.line, width: max(1, width - 2))
  frame.draw(
    [Span("> ", .textDim), Span(window.text, .editLine)], row: 2, column: 2, width: width)
  frame.cursor = Position(row: 2, column: 4 + window.cursorColumn)
  let top = picker.top(height: pickerHeight(in: size))
  let rows = picker.rows.dropFirst(top).prefix(pickerHeight(in: size))
  if rows.isEmpty {
    frame.draw(
      [Span("Nothing here has all of that.", .textDim)], row: firstRow, column: 4, width: width - 2)
  }
  for (index, row) in rows.enumerated() {
    draw(row, isSelected: top + index == picker.selected, line: firstRow + index, on: &frame)
  }
}

/// The row of a list at a place of the screen; nil where there is none.
func pickerRow(at place: Position, _ picker: Picker, in size: Size) -> Int? {
  let line = place.row - firstRow
  guard line >= 0, line < pickerHeight(in: size) else { return nil }
  let row = picker.top(height: pickerHeight(in: size)) + line
  return row < picker.rows.count ? row : nil
}

private func draw(_ row: Picker.Row, isSelected: Bool, line: Int, on frame: inout Frame) {
  let width = frame.size.columns - 6
  let note = row.item.note
  let noteWidth = note.isEmpty ? 0 : min(width / 2, TextWidth.columns(note, limit: width))
  let role: Role = row.item.obstacle == nil ? .text : .textDim
  if isSelected { frame.draw([Span("▌", .selection)], row: line, column: 2, width: 1) }
  frame.draw(
    [Span(row.item.title, role)].highlighted(at: row.matches), row: line, column: 4,
    width: width - noteWidth - 1)
  frame.draw(note, row: line, endingAt: 4 + width, width: noteWidth)
  if isSelected { frame.select(rows: line..<line + 1, columns: 2..<4 + width) }
}
