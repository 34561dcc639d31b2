package import Canvas

/// A text that is looked for in lines, without regard to case unless it has an upper-case letter.
package struct LineSearch: Sendable {
  /// Where the text stands.
  package struct Place: Hashable, Sendable {
    package let line: Int
    /// The first code point of it, counted from 0 over all spans of the line.
    package let position: Int
  }

  /// Places that are remembered; more are of no use to anybody.
  package static let mostPlaces = 10_000

  /// What is looked for, as typed.
  package let text: String
  private let word: SearchWord

  /// - Parameter text: spaces count; an empty text is found nowhere.
  package init(_ text: String) {
    self.text = text
    word = SearchWord(text)
  }

  /// Whether there is nothing to look for.
  package var isEmpty: Bool { word.isEmpty }

  /// Where the text stands, be it over several spans of a line.
  ///
  /// - Parameter lines: what is searched.
  /// - Returns: from the top down, the first ``mostPlaces``.
  package func places(in lines: [[Span]]) -> [Place] {
    guard !isEmpty else { return [] }
    var places: [Place] = []
    for (line, spans) in lines.enumerated() where places.count < Self.mostPlaces {
      let starts = word.places(in: spans.map(\.text).joined())
      places += starts.prefix(Self.mostPlaces - places.count)
        .map { Place(line: line, position: $0) }
    }
    return places
  }

  /// A line with the places of the text marked.
  package func highlighted(_ line: [Span]) -> [Span] {
    guard !isEmpty else { return line }
    let starts = word.places(in: line.map(\.text).joined())
    return line.highlighted(at: starts.flatMap { $0..<$0 + word.scalars.count })
  }
}
