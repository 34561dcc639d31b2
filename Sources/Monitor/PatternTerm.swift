/// One word of a ``FuzzyPattern``, with what its signs ask for.
///
/// As in fzf: `'word` stands as it is, `^word` at the start, `word$` at the end, and `!word` nowhere;
/// a bare word may be spread over a text. A sign with nothing to it asks for nothing yet.
struct PatternTerm: Sendable {
  let word: SearchWord
  /// Whether the word must not be there.
  let isNegated: Bool
  /// Whether the letters must stand side by side.
  let isWhole: Bool
  private let isAtStart: Bool
  private let isAtEnd: Bool

  /// nil while there are only signs.
  ///
  /// - Parameter text: as typed, without spaces.
  init?(_ text: Substring) {
    var rest = text.unicodeScalars
    func takeFirst(_ sign: Unicode.Scalar) -> Bool {
      guard rest.first == sign else { return false }
      rest.removeFirst()
      return true
    }
    isNegated = takeFirst("!")
    let isQuoted = takeFirst("'")
    isAtStart = !isQuoted && takeFirst("^")
    isAtEnd = !isQuoted && rest.count > 1 && rest.last == "$"
    if isAtEnd { rest.removeLast() }
    guard !rest.isEmpty else { return nil }
    isWhole = isNegated || isQuoted || isAtStart || isAtEnd
    word = SearchWord(Substring(rest))
  }

  /// Whether the word is what some text is asked to have, or what none may have.
  ///
  /// - Parameters:
  ///   - texts: of one thing, such as a path and the values there.
  ///   - loosely: whether letters count that are not side by side.
  /// - Returns: whether it is so.
  func fits(_ texts: [String], loosely: Bool) -> Bool {
    isNegated != texts.contains { isFound(in: $0, loosely: loosely) }
  }

  /// Whether the word, negated or not, is in a text.
  func isFound(in text: String, loosely: Bool) -> Bool {
    if loosely, !isWhole { return word.isSpread(over: text) }
    guard isAtStart || isAtEnd else { return word.isWhole(in: text) }
    return !places(in: word.compared(text)).isEmpty
  }

  /// The places where the word stands whole, none overlapping another.
  ///
  /// - Parameter text: code points that ``SearchWord/compared(_:)`` gave.
  /// - Returns: of each the place of its first code point, ascending.
  func places(in text: [Unicode.Scalar]) -> [Int] {
    let last = text.count - word.scalars.count
    guard isAtStart || isAtEnd else { return word.places(in: text) }
    guard last >= 0, !isAtStart || !isAtEnd || last == 0 else { return [] }
    let place = isAtStart ? 0 : last
    return text[place..<place + word.scalars.count].elementsEqual(word.scalars) ? [place] : []
  }
}
