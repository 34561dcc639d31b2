import JSON

/// What the rows of the table are sorted by; among siblings, so that the tree stays a tree.
package enum RowOrder: CaseIterable, Hashable, Sendable {
  /// The tree's own order.
  case name
  /// What was written last comes first.
  case age
  /// What changed before our eyes last comes first.
  case changed

  var next: RowOrder {
    switch self {
    case .name: .age
    case .age: .changed
    case .changed: .name
    }
  }

  /// For a sentence.
  var words: String {
    switch self {
    case .name: "Sorted by name"
    case .age: "Sorted by age: what was written last comes first"
    case .changed: "Sorted by change: what changed here last comes first"
    }
  }
}

/// A row of the table.
struct TableRow: Sendable {
  /// The place of its node in the tree.
  let place: Int
  /// Levels by which it is indented.
  let indent: Int
  /// Whether it was pinned, and so has its whole path for a name.
  let isPin: Bool
}

/// Which nodes of a tree have a row, and in what order.
struct TableArrangement {
  let tree: ResourceTree
  /// The closed branches.
  var folded: Set<JSONPath>
  /// By place whether a node is shown at all; nil for all of them.
  let shown: [Bool]?
  /// By place what siblings are sorted by, the greatest first; nil for the tree's order.
  let keys: [Int64]?
  /// The places that were pinned, in the order of their rows.
  let pins: [Int]

  /// The rows, and how many of them stand at the top since they, or what is around them, were
  /// pinned.
  func rows() -> (rows: [TableRow], pinned: Int) {
    var rows: [TableRow] = []
    rows.reserveCapacity(tree.nodes.count)
    let apart = Set(pins)
    for pin in pins {
      // What is pinned is shown, whatever else is left out.
      rows.append(TableRow(place: pin, indent: 0, isPin: true))
      addMembers(of: pin, apart: apart, outdent: tree.nodes[pin].depth, to: &rows)
    }
    let pinned = rows.count
    add(0..<tree.nodes.count, apart: apart, outdent: 0, to: &rows)
    return (rows, pinned)
  }

  // Recursion is bounded by the depth of the tree, and that by the parser.
  private func add(
    _ range: Range<Int>, apart: Set<Int>, outdent: Int, to rows: inout [TableRow]
  ) {
    for place in siblings(range) {
      if !apart.isEmpty, apart.contains(place) { continue }
      if let shown, !shown[place] { continue }
      rows.append(
        TableRow(place: place, indent: tree.nodes[place].depth - outdent, isPin: false))
      addMembers(of: place, apart: apart, outdent: outdent, to: &rows)
    }
  }

  private func addMembers(
    of place: Int, apart: Set<Int>, outdent: Int, to rows: inout [TableRow]
  ) {
    guard tree.nodes[place].isBranch, !folded.contains(tree.nodes[place].path) else { return }
    add(place + 1..<tree.nodes[place].end, apart: apart, outdent: outdent, to: &rows)
  }

  private func siblings(_ range: Range<Int>) -> [Int] {
    var places: [Int] = []
    var place = range.lowerBound
    while place < range.upperBound {
      places.append(place)
      place = tree.nodes[place].end
    }
    guard let keys else { return places }
    return places.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] > keys[$1] }
  }
}

extension ResourceTree {
  /// By place what a row order sorts by, a branch by the newest inside; nil for the tree's order.
  ///
  /// - Parameters:
  ///   - order: of the rows.
  ///   - traces: when what changed.
  /// - Returns: times of one unit; what has none comes last.
  func keys(for order: RowOrder, _ traces: Traces) -> [Int64]? {
    switch order {
    case .name: return nil
    case .age: return nodes.map { $0.latestTime ?? .min }
    case .changed:
      var keys = nodes.map { traces[$0.path]?.lastChange ?? .min }
      for place in nodes.indices.reversed() {
        var inside = place + 1
        while inside < nodes[place].end {
          keys[place] = max(keys[place], keys[inside])
          inside = nodes[inside].end
        }
      }
      return keys
    }
  }
}
