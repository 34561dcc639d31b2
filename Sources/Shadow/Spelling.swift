/// Finds what a misspelt name may have meant.
package enum Spelling {
  /// The nearest of some names, nil if none is near.
  ///
  /// Near is one slip in three letters: a letter left out, added, changed, or two swapped.
  ///
  /// - Parameters:
  ///   - name: as it was typed.
  ///   - names: that are known.
  /// - Returns: the first of the nearest.
  package static func nearest(to name: String, among names: [String]) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars)
    // Whoever writes a book for a name gets no help with it.
    guard wanted.count <= 64 else { return nil }
    let found = names.map { ($0, distance(wanted, Array($0.lowercased().unicodeScalars))) }
      .min { $0.1 < $1.1 }
    guard let (best, distance) = found, distance <= max(1, wanted.count / 3) else { return nil }
    return best
  }

  /// Slips between two texts (optimal string alignment).
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var before: [Int] = []
    var above = Array(0...b.count)
    for row in a.indices {
      var current = [row + 1]
      for column in b.indices {
        var cost = min(
          above[column + 1] + 1, current[column] + 1, above[column] + (a[row] == b[column] ? 0 : 1))
        if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
          cost = min(cost, before[column - 1] + 1)
        }
        current.append(cost)
      }
      before = above
      above = current
    }
    return above[b.count]
  }
}
