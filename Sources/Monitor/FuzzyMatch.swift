/// Where the words of a ``FuzzyPattern`` were found in a text.
package struct FuzzyMatch: Hashable, Sendable {
  /// How well they fit: higher is better; to compare texts found by one pattern.
  package let score: Int
  /// The code points of the text that matched, counted from 0, ascending.
  package let positions: [Int]
}

/// What a person types to narrow a list down: words, all of which must match, in any order.
///
/// A word matches when its letters occur in their order, not necessarily side by side. Letters side
/// by side, at the start of a word (behind `.`, `/`, `_`, `-` or a space, or at a camel's hump) and
/// near the beginning count for more. A word with an upper-case letter respects case, others do not.
package struct FuzzyPattern: Sendable {
  /// Words beyond these belong to the last one, so that the work stays bounded.
  private static let mostWords = 16
  /// Code points of a text that are looked at.
  private static let longestText = 131_072

  private let words: [SearchWord]

  /// - Parameter text: as typed; blank matches everything.
  package init(_ text: String) {
    words = text.split(separator: " ", maxSplits: Self.mostWords - 1).map { SearchWord($0) }
  }

  /// Whether everything matches.
  package var isEmpty: Bool { words.isEmpty }

  /// Matches a text, in time about linear in its length for each word.
  ///
  /// - Parameter text: a path or a value, as it is shown.
  /// - Returns: nil if some word does not match.
  package func match(_ text: String) -> FuzzyMatch? {
    // Nearly all texts fail, and cheaply.
    guard words.allSatisfy({ $0.isSpread(over: text) }) else { return nil }
    guard !words.isEmpty else { return FuzzyMatch(score: 0, positions: []) }
    let scalars = Array(text.unicodeScalars.prefix(Self.longestText))
    let lowered = scalars.map(\.lowered)
    var score = 0
    var places: Set<Int> = []
    for word in words {
      let search = FuzzySearch(word.scalars, in: word.isExact ? scalars : lowered, shown: scalars)
      guard let found = search.best(whole: word) else { return nil }
      score += found.score
      places.formUnion(found.positions)
    }
    return FuzzyMatch(score: score, positions: places.sorted())
  }

  /// Whether each word matches one of some texts, such as a path and the values there.
  func matches(_ texts: [String]) -> Bool {
    words.allSatisfy { word in texts.contains { word.isSpread(over: $0) } }
  }

  /// Where the words that a text has are found in it, whether or not it has all of them.
  ///
  /// - Returns: code points counted from 0, ascending.
  func positions(in text: String) -> [Int] {
    let found = words.filter { $0.isSpread(over: text) }
    guard !found.isEmpty else { return [] }
    let scalars = Array(text.unicodeScalars.prefix(Self.longestText))
    let lowered = scalars.map(\.lowered)
    var places: Set<Int> = []
    for word in found {
      let search = FuzzySearch(word.scalars, in: word.isExact ? scalars : lowered, shown: scalars)
      places.formUnion(search.best(whole: word)?.positions ?? [])
    }
    return places.sorted()
  }
}

extension SearchWord {
  /// Whether the letters occur in their order.
  fileprivate func isSpread(over text: String) -> Bool {
    var next = 0
    for scalar in text.unicodeScalars {
      guard next < scalars.count else { return true }
      if scalars[next] == (isExact ? scalar : scalar.lowered) { next += 1 }
    }
    return next == scalars.count
  }
}

/// The search for one word in one text.
private struct FuzzySearch {
  private static let letter = 16
  private static let neighbour = 10
  private static let wordStart = 8
  private static let hump = 7
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

  /// The best way to match, or in a long text a good one; nil if there is none.
  func best(whole word: SearchWord) -> FuzzyMatch? {
    guard let spread = firstSpread, let start = spread.first,
      let end = text.lastIndex(of: pattern[pattern.count - 1])
    else { return nil }
    if (end - start + 1) * pattern.count <= Self.mostPairs { return weighed(start...end) }
    if let place = word.place(in: text) { return scored(Array(place..<place + pattern.count)) }
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
