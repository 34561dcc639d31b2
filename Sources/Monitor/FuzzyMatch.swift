/// Where the words of a ``FuzzyPattern`` were found in a text.
package struct FuzzyMatch: Hashable, Sendable {
  /// How well they fit: higher is better; to compare texts found by one pattern.
  package let score: Int
  /// The code points of the text that matched, counted from 0, ascending.
  package let positions: [Int]
}

/// What a person types to narrow a list down: words, all of which must match, in any order.
///
/// A word matches where it stands whole. Loosely it matches where its letters occur in their order,
/// too: letters side by side, at the start of a word (behind `.`, `/`, `_`, `-` or a space, or at a
/// camel's hump) and near the beginning count for more then. A word with an upper-case letter
/// respects case, others do not. Signs narrow it further, as in fzf: `'whole`, `^start`, `end$`,
/// `!not`.
package struct FuzzyPattern: Sendable {
  /// Words beyond these belong to the last one, so that the work stays bounded.
  private static let mostWords = 16
  /// Code points of a text that are looked at.
  private static let longestText = 131_072

  let terms: [PatternTerm]

  /// - Parameter text: as typed; blank matches everything.
  package init(_ text: String) {
    terms = text.split(separator: " ", maxSplits: Self.mostWords - 1).compactMap(PatternTerm.init)
  }

  /// Whether everything matches.
  package var isEmpty: Bool { terms.isEmpty }

  /// Matches a text loosely, in time about linear in its length for each word.
  ///
  /// - Parameter text: a path or a value, as it is shown.
  /// - Returns: nil if some word does not match; what stands whole scores above all that does not.
  package func match(_ text: String) -> FuzzyMatch? {
    // Nearly all texts fail, and cheaply.
    guard fits([text], loosely: true) else { return nil }
    var score = 0
    var places: Set<Int> = []
    for term in terms where !term.isNegated {
      guard let found = Self.best(term, in: text) else { return nil }
      score += found.score
      places.formUnion(found.positions)
    }
    return FuzzyMatch(score: score, positions: places.sorted())
  }

  /// Whether each word matches one of some texts, such as a path and the values there.
  ///
  /// - Parameters:
  ///   - texts: of one thing.
  ///   - loosely: whether letters count that are not side by side.
  /// - Returns: whether none is missing.
  func fits(_ texts: [String], loosely: Bool) -> Bool {
    terms.allSatisfy { $0.fits(texts, loosely: loosely) }
  }

  /// Where a word is found in a text.
  ///
  /// - Returns: code points counted from 0, ascending; empty where it is not, or may not be.
  static func positions(of term: PatternTerm, in text: String, loosely: Bool) -> [Int] {
    guard !term.isNegated, term.isFound(in: text, loosely: loosely) else { return [] }
    return best(term, in: text)?.positions ?? []
  }

  private static func best(_ term: PatternTerm, in text: String) -> FuzzyMatch? {
    let scalars = Array(text.unicodeScalars.prefix(longestText))
    let compared = term.word.isExact ? scalars : scalars.map(\.lowered)
    return FuzzySearch(term.word.scalars, in: compared, shown: scalars).best(term)
  }
}

/// The search for one word in one text.
private struct FuzzySearch {
  private static let letter = 16
  private static let neighbour = 10
  private static let wordStart = 8
  private static let hump = 7
  /// What a whole word is worth beside all that letters can be.
  private static let whole = 1_000_000
  /// What a gap costs besides one for each letter in it.
  private static let gap = 2
  /// Letters before the first match that cost something.
  private static let costlyLead = 4
  /// Pairs of letters up to which all ways to match are weighed.
  private static let mostPairs = 65_536
  /// Stands for "not possible"; far from overflow when gaps are taken off it.
  private static let never = -1_000_000_000

  private let pattern: [Unicode.Scalar]
  private let text: [Unicode.Scalar]
  private let shown: [Unicode.Scalar]

  init(_ pattern: [Unicode.Scalar], in text: [Unicode.Scalar], shown: [Unicode.Scalar]) {
    (self.pattern, self.text, self.shown) = (pattern, text, shown)
  }

  /// The best place where the word stands whole; else the best way to match, or in a long text a
  /// good one; nil if there is none.
  func best(_ term: PatternTerm) -> FuzzyMatch? {
    let whole = term.places(in: text).map { scored(Array($0..<$0 + pattern.count)) }
    // Of equals the first.
    if var best = whole.first {
      for match in whole where match.score > best.score { best = match }
      return FuzzyMatch(score: best.score + Self.whole, positions: best.positions)
    }
    guard !term.isWhole, let spread = firstSpread, let start = spread.first,
      let end = text.lastIndex(of: pattern[pattern.count - 1])
    else { return nil }
    if (end - start + 1) * pattern.count <= Self.mostPairs { return weighed(start...end) }
    return scored(tightened(spread))
  }

  /// The places of the letters, each as early as can be.
  private var firstSpread: [Int]? {
    var places: [Int] = []
    for place in text.indices where places.count < pattern.count {
      if text[place] == pattern[places.count] { places.append(place) }
    }
    return places.count == pattern.count ? places : nil
  }

  /// The same last letter, the others as late as can be.
  private func tightened(_ spread: [Int]) -> [Int] {
    var places = spread
    var place = spread[spread.count - 1]
    for index in spread.indices.reversed() {
      while text[place] != pattern[index] { place -= 1 }
      places[index] = place
      place -= 1
    }
    return places
  }

  private func scored(_ places: [Int]) -> FuzzyMatch {
    var score = lead(places[0])
    for (index, place) in places.enumerated() {
      let gap = index == 0 ? 0 : place - places[index - 1] - 1
      let isNeighbour = index > 0 && gap == 0
      score += Self.letter + max(isNeighbour ? Self.neighbour : 0, bonus(place))
      if gap > 0 { score -= Self.gap + gap }
    }
    return FuzzyMatch(score: score, positions: places)
  }

  /// Weighs every way to match: for each letter of the pattern and each place the best score of
  /// what ends there, built on that of the letter before.
  private func weighed(_ range: ClosedRange<Int>) -> FuzzyMatch? {
    let width = range.count
    let bonuses = range.map(bonus)
    var ending = Array(repeating: Self.never, count: width * pattern.count)
    for row in pattern.indices {
      // The best score of the letters before that ends before the place, less the gap since.
      var reached = Self.never
      for column in 0..<width {
        let beside = row > 0 && column > 0 ? ending[(row - 1) * width + column - 1] : Self.never
        reached = max(reached - 1, beside)
        guard text[range.lowerBound + column] == pattern[row] else { continue }
        let before =
          row == 0
          ? lead(range.lowerBound + column) + bonuses[column]
          : max(reached - Self.gap + bonuses[column], beside + max(Self.neighbour, bonuses[column]))
        ending[row * width + column] = before + Self.letter
      }
    }
    let last = (pattern.count - 1) * width
    // Of equals the first.
    guard let end = (0..<width).max(by: { ending[last + $0] < ending[last + $1] }),
      ending[last + end] > Self.never / 2
    else { return nil }
    var places = [end]
    for row in pattern.indices.dropFirst().reversed() {
      let column = places[places.count - 1]
      let rest = ending[row * width + column] - Self.letter
      let row = (row - 1) * width
      let isBeside =
        ending[row + column - 1] + max(Self.neighbour, bonuses[column]) == rest
      var before = column - 1
      if !isBeside {
        let reached = rest - bonuses[column] + Self.gap
        while before > 0, ending[row + before] - (column - 1 - before) != reached { before -= 1 }
      }
      places.append(before)
    }
    return FuzzyMatch(
      score: ending[last + end], positions: places.reversed().map { $0 + range.lowerBound })
  }

  private func lead(_ place: Int) -> Int { bonus(place) - min(place, Self.costlyLead) }

  /// What a place is worth for being the start of a word.
  private func bonus(_ place: Int) -> Int {
    guard place > 0 else { return Self.wordStart }
    let (before, own) = (shown[place - 1], shown[place])
    if !before.isWordPart { return own.isWordPart ? Self.wordStart : 0 }
    let isHump = before.properties.isLowercase && own.properties.isUppercase
    return isHump || (!before.isDigit && own.isDigit) ? Self.hump : 0
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(value) }

  /// Whether this belongs to a word; `_` and `-` part words here.
  fileprivate var isWordPart: Bool {
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case ..<0x80: false
    default: properties.isAlphabetic || properties.numericType != nil
    }
  }
}
