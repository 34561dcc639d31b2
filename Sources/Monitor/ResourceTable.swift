import JSON

/// The rows of the table: the tree with its folds, what is selected, and where the table is
/// scrolled to.
///
/// What arrives never moves the selected row on the screen.
package struct ResourceTable: Sendable {
  package private(set) var tree = ResourceTree()
  /// Places in the tree's nodes of the rows that no fold hides.
  private(set) var rows: [Int] = []
  private(set) var folded: Set<JSONPath>
  private(set) var selected = 0
  /// The row at the top of the screen; see ``top(height:)``.
  private var scrolled = 0
  /// The path that was selected when it went away; it is selected again should it come back, as an
  /// added value does between the answer to its update and the new document.
  private var missed: JSONPath?

  init() {
    // The connection's own values are rarely what one looks for (mic-thing-api 1.5).
    folded = [JSONPath(keys: ["tcxn"])]
  }

  /// The selected node; nil only while there is no row.
  package var selection: ResourceNode? {
    rows.indices.contains(selected) ? tree.nodes[rows[selected]] : nil
  }

  func node(row: Int) -> ResourceNode { tree.nodes[rows[row]] }

  func isFolded(_ node: ResourceNode) -> Bool { folded.contains(node.path) }

  /// Shows another tree: the selection stays with its path, at the same place on the screen.
  mutating func show(_ newTree: ResourceTree) {
    let path = selection?.path
    tree = newTree
    rebuildRows(keeping: path)
  }

  /// Selects the row of a path, opening what hides it; without a row of its own nothing happens.
  mutating func select(_ path: JSONPath) {
    for length in path.steps.indices { folded.remove(JSONPath(Array(path.steps[..<length]))) }
    missed = nil
    rebuildRows(keeping: path)
  }

  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    missed = nil
    selected = min(max(0, row), rows.count - 1)
  }

  mutating func setFolded(_ isFolded: Bool, _ path: JSONPath) {
    let kept = selection?.path
    if isFolded { folded.insert(path) } else { folded.remove(path) }
    rebuildRows(keeping: kept)
  }

  /// Selects the next resource that differs, opening folds; after the last comes the first.
  ///
  /// - Returns: whether there is one.
  mutating func selectDifference(forward: Bool) -> Bool {
    let nodes = tree.nodes
    let places = nodes.indices.filter { nodes[$0].differsHere }
    let here = rows.indices.contains(selected) ? rows[selected] : -1
    let next =
      forward
      ? places.first { $0 > here } ?? places.first : places.last { $0 < here } ?? places.last
    guard let next else { return false }
    select(nodes[next].path)
    return true
  }

  /// The first row to draw so that the selected one is among `height` rows.
  func top(height: Int) -> Int {
    var top = min(scrolled, max(0, rows.count - height))
    if selected >= top + height { top = selected - height + 1 }
    return max(0, min(top, selected))
  }

  /// Remembers where the table stands on a screen with room for so many rows.
  mutating func settle(height: Int) { scrolled = top(height: height) }

  private mutating func rebuildRows(keeping path: JSONPath?) {
    let before = selected
    rows.removeAll(keepingCapacity: true)
    var place = 0
    while place < tree.nodes.count {
      rows.append(place)
      let node = tree.nodes[place]
      place = node.isBranch && folded.contains(node.path) ? node.end : place + 1
    }
    if let missed, let row = row(of: missed) {
      selected = row
      self.missed = nil
    } else if let row = path.flatMap(row(of:)) {
      selected = row
    } else {
      missed = missed ?? path
      selected = min(before, max(0, rows.count - 1))
    }
    scrolled = max(0, scrolled + selected - before)
  }

  /// The row of a path, or of the fold that hides it.
  private func row(of path: JSONPath) -> Int? {
    guard !path.steps.isEmpty else { return nil }
    var level = 0
    var row = 0
    while row < rows.count {
      let node = tree.nodes[rows[row]]
      guard node.depth >= level else { return nil }
      if node.depth == level, node.path.steps.last == path.steps[level] {
        level += 1
        if level == path.steps.count || (node.isBranch && isFolded(node)) { return row }
      }
      row += 1
    }
    return nil
  }
}
