package import Canvas

extension [Span] {
  /// The same text with another role where something matched.
  ///
  /// A code point that matched takes the character that it is part of with it, so that no mark is
  /// parted from its letter.
  ///
  /// - Parameters:
  ///   - positions: code points counted from 0 over all spans, ascending.
  ///   - role: the role of what matched.
  /// - Returns: spans of the same text, none of them empty unless it was.
  package func highlighted(at positions: [Int], as role: Role = .match) -> [Span] {
    guard !positions.isEmpty else { return self }
    var next = positions.startIndex
    var place = 0
    return flatMap { span in
      let end = place + span.text.unicodeScalars.count
      guard next < positions.count, positions[next] < end else {
        place = end
        return [span]
      }
      var pieces: [Span] = []
      for character in span.text {
        place += character.unicodeScalars.count
        let isMatched = next < positions.count && positions[next] < place
        while next < positions.count, positions[next] < place { next += 1 }
        let pieceRole = isMatched ? role : span.role
        if pieces.last?.role == pieceRole {
          pieces[pieces.count - 1].text.append(character)
        } else {
          pieces.append(Span(String(character), pieceRole))
        }
      }
      return pieces
    }
  }
}
