import JSON
import Shadow

/// What narrows the table down: the words that a person looks for.
package struct TableFilter: Sendable {
  /// As typed.
  package let text: String
  private let pattern: FuzzyPattern

  /// - Returns: nil for a blank text, which leaves everything.
  init?(_ text: String) {
    pattern = FuzzyPattern(text)
    guard !pattern.isEmpty else { return nil }
    self.text = text
  }

  /// Whether each word is found in the path or in a value.
  func matches(_ texts: [String]) -> Bool { pattern.matches(texts) }

  /// Where words are found in a text: code points counted from 0, ascending.
  func positions(in text: String) -> [Int] { pattern.positions(in: text) }

  /// Where words are found in a name, as far as they are found in its path.
  func positions(of name: String, endingIn path: String) -> [Int] {
    let (name, path) = (name.unicodeScalars, path.unicodeScalars)
    let start = path.count - name.count
    guard start >= 0, path.suffix(name.count).elementsEqual(name) else {
      return positions(in: String(name))
    }
    return positions(in: String(path)).compactMap { $0 < start ? nil : $0 - start }
  }
}

/// Which nodes of a tree a narrowed table shows.
struct TableSelection: Sendable {
  /// By place whether a node is what is looked for.
  private(set) var hits: [Bool]
  /// By place whether a node is shown: a hit, or around one.
  private(set) var shown: [Bool]
  /// Hits among the resources, and resources altogether, staged ones included.
  private(set) var found = 0
  private(set) var total = 0

  /// - Parameters:
  ///   - tree: the tree that is narrowed down.
  ///   - isFound: by place whether it has what is looked for; nil where that is anything.
  ///   - differing: the staged edits if only these and differences are looked for, else nil.
  init(
    _ tree: ResourceTree, isFound: [Bool]?, differing: StagedPaths?
  ) {
    hits = Array(repeating: false, count: tree.nodes.count)
    shown = hits
    for place in tree.nodes.indices.reversed() {
      let node = tree.nodes[place]
      var isHit = isFound?[place] ?? true
      if isHit, let differing {
        isHit = node.differsHere || differing.here.contains(node.path)
      }
      hits[place] = isHit
      if node.isResource {
        total += 1
        if isHit { found += 1 }
      }
      var isShown = isHit
      var inside = place + 1
      while !isShown, inside < node.end {
        isShown = shown[inside]
        inside = tree.nodes[inside].end
      }
      shown[place] = isShown
    }
  }
}
