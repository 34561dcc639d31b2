import Canvas

/// A part of a whole as a bar: `███████···`.
///
/// - Parameters:
///   - part: 0 to 1; what is beyond counts as the end.
///   - width: columns, 1 or more.
/// - Returns: spans of that width.
func partBar(_ part: Double, width: Int) -> [Span] {
  let filled = Int((min(1, max(0, part)) * Double(width)).rounded())
  return [
    Span(String(repeating: "█", count: filled), .plotLine),
    Span(String(repeating: "·", count: width - filled), .textDim),
  ]
}
