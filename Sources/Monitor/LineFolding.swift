package import Canvas

/// Breaks a line where the screen ends, in the midst of words if need be, so that all of it is seen.
///
/// - Parameters:
///   - line: text from anywhere.
///   - width: columns of a row, 1 or more; a character wider than that gets a row that drawing cuts.
/// - Returns: one row or more, whose text together is that of the line.
package func folded(_ line: [Span], width: Int) -> [[Span]] {
  var rows: [[Span]] = [[]]
  var room = max(1, width)
  for span in line {
    var row = ""
    for character in span.text {
      let columns = character.columns
      if columns > room, room < max(1, width) {
        if !row.isEmpty { rows[rows.count - 1].append(Span(row, span.role)) }
        rows.append([])
        (row, room) = ("", max(1, width))
      }
      row.append(character)
      room -= columns
    }
    if !row.isEmpty { rows[rows.count - 1].append(Span(row, span.role)) }
  }
  return rows
}

/// What is left of a line without its first columns; half a wide character becomes a space.
func withoutColumns(_ count: Int, of line: [Span]) -> [Span] {
  guard count > 0 else { return line }
  var left = count
  var rest: [Span] = []
  for span in line {
    guard left > 0 else {
      rest.append(span)
      continue
    }
    var place = span.text.startIndex
    while place < span.text.endIndex, left > 0 {
      left -= span.text[place].columns
      place = span.text.index(after: place)
    }
    let padding = String(repeating: " ", count: max(0, -left))
    if left <= 0, !(padding.isEmpty && place == span.text.endIndex) {
      rest.append(Span(padding + span.text[place...], span.role))
    }
  }
  return rest
}

extension Character {
  /// Columns that drawing gives it.
  fileprivate var columns: Int {
    if let value = asciiValue, value >= 0x20, value < 0x7F { return 1 }
    return TextWidth.columns(String(self))
  }
}
