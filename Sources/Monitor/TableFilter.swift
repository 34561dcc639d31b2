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

  /// Whether no resource has the words whole, so that letters in their order are enough.
  var isLoose = false

  /// Whether each word is found in the path or in a value.
  func fits(_ texts: [String], loosely: Bool) -> Bool { pattern.fits(texts, loosely: loosely) }

  /// Where words are found in a text: code points counted from 0, ascending.
  func positions(in text: String) -> [Int] {
    Set(pattern.terms.flatMap { FuzzyPattern.positions(of: $0, in: text, loosely: isLoose) })
      .sorted()
  }

  /// Where words are found in a name, as far as they are found in its path.
  ///
  /// - Parameters:
  ///   - name: as it is shown, which may be the whole path.
  ///   - path: of the resource.
  /// - Returns: code points of the name counted from 0, ascending.
  func positions(of name: String, at path: JSONPath) -> [Int] {
    let length = name.unicodeScalars.count
    var places: Set<Int> = []
    for term in pattern.terms {
      for text in [name] + path.searchTexts {
        let found = FuzzyPattern.positions(of: term, in: text, loosely: isLoose)
        guard !found.isEmpty else { continue }
        let start = text.unicodeScalars.count - length
        if start >= 0, text.unicodeScalars.suffix(length).elementsEqual(name.unicodeScalars) {
          places.formUnion(found.map { $0 - start }.filter { $0 >= 0 })
        } else if text.hasSameScalars(as: path.pointer) {
          places.formUnion(Self.unescaped(found, of: text, endingIn: name))
        }
        break
      }
    }
    return places.sorted()
  }

  /// Places of a pointer as places of its last key.
  private static func unescaped(
    _ found: [Int], of pointer: String, endingIn name: String
  ) -> [Int] {
    // In a pointer `~` and `/` take two code points each.
    let sources = name.unicodeScalars.enumerated().flatMap { place, scalar in
      Array(repeating: place, count: scalar == "~" || scalar == "/" ? 2 : 1)
    }
    let start = pointer.unicodeScalars.count - sources.count
    return found.compactMap { sources.indices.contains($0 - start) ? sources[$0 - start] : nil }
  }
}

extension JSONPath {
  /// The ways in which people write the path: as it is shown, the name by itself, the names behind
  /// slashes, and the JSON Pointer, each once.
  var searchTexts: [String] {
    var texts = [display]
    let ways = [keys.last ?? "", keys.map { "/" + $0 }.joined(), pointer]
    for text in ways where !texts.contains(where: text.hasSameScalars) { texts.append(text) }
    return texts
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
