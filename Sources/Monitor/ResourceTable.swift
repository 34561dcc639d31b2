package import JSON

/// The rows of the table: the tree with its folds, what is selected, and where the table is
/// scrolled to.
///
/// What arrives never moves the selected row on the screen.
package struct ResourceTable: Sendable {
  package private(set) var tree = ResourceTree()
  /// What is on the screen, from the top, but for what is scrolled out of sight.
  private(set) var rows: [TableRow] = []
  /// The rows at the top that belong to what is pinned; they scroll only if they are many.
  private(set) var pinnedRows = 0
  private(set) var selected = 0

  private var folded: Set<JSONPath>
  /// The folds that were closed while the table is narrowed, which opens all others for the time.
  private var foldedWhileNarrowed: Set<JSONPath> = []
  package private(set) var order = RowOrder.name
  /// By place what the rows are sorted by.
  private var keys: [Int64]?
  /// What is looked for; nil for everything.
  package private(set) var filter: TableFilter?
  /// Whether only differences and staged edits are shown.
  package private(set) var showsOnlyDifferences = false
  /// What a narrowed table shows; nil for everything.
  private(set) var narrowed: TableSelection?
  /// What the filter searches; nil without one.
  private var search: TableSearch?
  private(set) var staged = StagedPaths()
  /// The paths that stay at the top, in the order in which they were pinned.
  package private(set) var pinned: [JSONPath] = []

  /// The row at the top of what scrolls; see ``top(height:)``.
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
    rows.indices.contains(selected) ? tree.nodes[rows[selected].place] : nil
  }

  func node(row: Int) -> ResourceNode { tree.nodes[rows[row].place] }

  func isFolded(_ node: ResourceNode) -> Bool {
    narrowed == nil ? folded.contains(node.path) : foldedWhileNarrowed.contains(node.path)
  }

  /// Shows another tree: the selection stays with its path, at the same place on the screen.
  ///
  /// - Parameters:
  ///   - newTree: the tree.
  ///   - traces: when what changed, to sort by.
  ///   - staged: where edits are staged.
  mutating func show(
    _ newTree: ResourceTree, traces: Traces = Traces(), staged: StagedPaths = StagedPaths()
  ) {
    let path = selection?.path
    search?.follow(newTree, after: tree)
    tree = newTree
    self.staged = staged
    keys = tree.keys(for: order, traces)
    narrow()
    rebuildRows(keeping: path)
  }

  /// Nodes whose texts were made for the filter so far, which is the work that it costs.
  package var textsMade: Int { search?.made ?? 0 }

  // MARK: The selection

  /// Selects the row of a path, opening what hides it; without a row of its own nothing happens.
  mutating func select(_ path: JSONPath) {
    for length in path.steps.indices { fold(false, JSONPath(Array(path.steps[..<length]))) }
    missed = nil
    rebuildRows(keeping: path)
  }

  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    missed = nil
    selected = min(max(0, row), rows.count - 1)
    // What is pinned is in sight anyway: going up to it means to go to the top.
    if selected < pinnedRows { scrolled = 0 }
  }

  /// Selects the next resource that the filter found, or without one the next that differs, opening
  /// folds; after the last comes the first.
  ///
  /// - Returns: whether there is one.
  @discardableResult
  mutating func selectNext(forward: Bool) -> Bool {
    var open = arrangement
    open.folded = []
    let rows = open.rows().rows
    let here = selection.flatMap { _ in
      rows.firstIndex { $0.place == self.rows[selected].place }
    }
    let targets = rows.indices.filter { isTarget(rows[$0].place) }
    let next =
      forward
      ? targets.first { $0 > here ?? -1 } ?? targets.first
      : targets.last { $0 < here ?? 0 } ?? targets.last
    guard let next else { return false }
    select(tree.nodes[rows[next].place].path)
    return true
  }

  /// Whether ``selectNext(forward:)`` has somewhere to go.
  var hasTargets: Bool {
    filter == nil ? tree.differences > 0 : narrowed.map { $0.found > 0 } ?? false
  }

  private func isTarget(_ place: Int) -> Bool {
    guard filter != nil, let narrowed else { return tree.nodes[place].differsHere }
    return narrowed.hits[place]
  }

  // MARK: Folds

  mutating func setFolded(_ isFolded: Bool, _ path: JSONPath) {
    let kept = selection?.path
    fold(isFolded, path)
    rebuildRows(keeping: kept)
  }

  /// Closes every branch, or opens them all.
  mutating func setAllFolded(_ isFolded: Bool) {
    let kept = selection?.path
    let all = isFolded ? Set(tree.nodes.lazy.filter(\.isBranch).map(\.path)) : []
    if narrowed == nil { folded = all } else { foldedWhileNarrowed = all }
    rebuildRows(keeping: kept)
  }

  private mutating func fold(_ isFolded: Bool, _ path: JSONPath) {
    switch (isFolded, narrowed == nil) {
    case (true, true): folded.insert(path)
    case (true, false): foldedWhileNarrowed.insert(path)
    case (false, true): folded.remove(path)
    case (false, false): foldedWhileNarrowed.remove(path)
    }
  }

  // MARK: Order

  /// Sorts anew; the selected row stays where it is on the screen if it can.
  mutating func sort(by newOrder: RowOrder, _ traces: Traces) {
    let path = selection?.path
    order = newOrder
    keys = tree.keys(for: order, traces)
    rebuildRows(keeping: path)
  }

  /// Pins a path to the top of the table, or lets it go back to its place.
  mutating func togglePin(_ path: JSONPath) {
    let (kept, place, before) = (selection?.path, scrolled, pinnedRows)
    if pinned.contains(path) { pinned.removeAll { $0 == path } } else { pinned.append(path) }
    rebuildRows(keeping: kept)
    // The row leaves its place on the screen, the others stay.
    scrolled = max(0, place + pinnedRows - before)
  }

  // MARK: Narrowing

  /// Shows only what a text is found in; a blank one shows everything again.
  ///
  /// The selection stays with its path while that is found, else it goes to what is found first.
  mutating func narrow(to text: String) {
    let filter = TableFilter(text)
    guard !(filter?.text ?? "").hasSameScalars(as: self.filter?.text ?? "") else { return }
    let path = selection?.path
    self.filter = filter
    narrowAnew(keeping: path)
  }

  /// Shows only differences and what is staged, or everything again.
  mutating func showOnlyDifferences(_ only: Bool) {
    let path = selection?.path
    missed = nil
    showsOnlyDifferences = only
    narrowAnew(keeping: path)
  }

  /// Forgets what was selected before the table was narrowed, since the person stays with this.
  mutating func acceptSelection() { missed = nil }

  /// Selects a path or the fold that hides it, as before something was looked for.
  mutating func reselect(_ path: JSONPath?) {
    missed = nil
    rebuildRows(keeping: path)
  }

  private mutating func narrowAnew(keeping path: JSONPath?) {
    narrow()
    rebuildRows(keeping: path)
    guard missed != nil, let narrowed else { return }
    selected =
      rows.firstIndex { narrowed.hits[$0.place] } ?? min(pinnedRows, max(0, rows.count - 1))
    scrolled = 0
  }

  /// Makes the selection of what is shown anew.
  private mutating func narrow() {
    guard filter != nil || showsOnlyDifferences else {
      narrowed = nil
      foldedWhileNarrowed = []
      search = nil
      return
    }
    if let filter {
      search?.look(for: filter)
      search = search ?? TableSearch(tree, filter)
      self.filter?.isLoose = search?.isLoose ?? false
    } else {
      search = nil
    }
    narrowed = TableSelection(
      tree, isFound: search?.isFound, differing: showsOnlyDifferences ? staged : nil)
  }

  // MARK: Rows

  private var arrangement: TableArrangement {
    TableArrangement(
      tree: tree, folded: narrowed == nil ? folded : foldedWhileNarrowed, shown: narrowed?.shown,
      keys: keys, pins: pinned.isEmpty ? [] : pinned.compactMap(tree.place(of:)))
  }

  private mutating func rebuildRows(keeping path: JSONPath?) {
    let before = selected
    (rows, pinnedRows) = arrangement.rows()
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
    if let row = ownRow(of: path) { return row }
    for length in path.steps.indices.dropFirst() {
      let around = JSONPath(Array(path.steps[..<length]))
      let isFolded =
        (narrowed == nil ? folded : foldedWhileNarrowed).contains(around)
      if isFolded, let row = ownRow(of: around), tree.nodes[rows[row].place].isBranch { return row }
    }
    return nil
  }

  private func ownRow(of path: JSONPath) -> Int? {
    guard let place = tree.place(of: path) else { return nil }
    return rows.firstIndex { $0.place == place }
  }
}

// MARK: - Scrolling

extension ResourceTable {
  /// The first of the rows that scroll to draw, so that the selected one is in sight.
  func top(height: Int) -> Int {
    let stuck = stuckRows(height: height)
    let room = height - stuck - (hasLine(height: height) ? 1 : 0)
    var top = min(scrolled, rows.count - room)
    if selected >= stuck {
      top = min(selected, max(top, selected - room + 1))
    }
    return max(stuck, top)
  }

  /// What stands on each line of a screen with room for so many, from the top: a row, or nil for the
  /// line between what is pinned and the rest.
  ///
  /// - Parameter height: lines.
  /// - Returns: at most so many.
  func lines(height: Int) -> [Int?] {
    guard height > 0 else { return [] }
    let stuck = stuckRows(height: height)
    var lines: [Int?] = Array(0..<stuck)
    if hasLine(height: height) { lines.append(nil) }
    let top = top(height: height)
    let end = max(top, min(rows.count, top + height - lines.count))
    return lines + Array(top..<end)
  }

  /// Remembers where the table stands on a screen with room for so many rows.
  mutating func settle(height: Int) { scrolled = top(height: height) }

  /// The rows at the top that do not scroll; less than half of the screen.
  private func stuckRows(height: Int) -> Int { min(pinnedRows, max(0, height - 1) / 2) }

  /// Whether there is room for a line below what is pinned.
  private func hasLine(height: Int) -> Bool {
    height >= 6 && pinnedRows > 0 && stuckRows(height: height) == pinnedRows
      && rows.count > pinnedRows
  }
}
