import Canvas

/// A part of a whole as a bar: `███████···`; full only for all of it, and empty only for nothing.
///
/// - Parameters:
///   - part: 0 to 1; what is beyond counts as the end.
///   - width: columns, 1 or more.
/// - Returns: spans of that width.
func partBar(_ part: Double, width: Int) -> [Span] {
  let nearest = Int((min(1, max(0, part)) * Double(width)).rounded())
  let filled = part >= 1 ? width : part <= 0 ? 0 : min(max(1, width - 1), max(1, nearest))
  return [
    Span(String(repeating: "█", count: filled), .plotLine),
    Span(String(repeating: "·", count: width - filled), .textDim),
  ]
}
