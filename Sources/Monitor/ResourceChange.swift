package import JSON
package import Shadow

/// One value that is not what it was.
package struct ResourceChange: Sendable {
  package let path: JSONPath
  package let section: Section
  /// nil where there was none.
  package let old: JSONValue?
  /// nil where there is none any more.
  package let new: JSONValue?
}

extension ResourceTree {
  /// Walks two trees together.
  ///
  /// - Parameters:
  ///   - older: the tree before.
  ///   - changed: called for each section of each place whose own value differs.
  ///   - written: called for each section of each place of this tree that was written since, with
  ///     the same value or another.
  func compare(
    with older: ResourceTree, changed: (ResourceChange) -> Void,
    written: (ResourceNode, Section) -> Void = { _, _ in }
  ) {
    var old = 0
    var new = 0
    // Both are sorted the same way, level by level, so one pass over both finds the pairs.
    while old < older.nodes.count || new < nodes.count {
      switch order(older, old, new) {
      case .same:
        let (before, after) = (older.nodes[old], nodes[new])
        for section in Section.allCases {
          let values = (before.leafValue(section), after.leafValue(section))
          if values.0 != values.1 {
            changed(
              ResourceChange(path: after.path, section: section, old: values.0, new: values.1))
          }
          if values.0 != values.1 || before.time(section) != after.time(section) {
            written(after, section)
          }
        }
        old += 1
        new += 1
      case .gone:
        report(older.nodes[old], isNew: false, changed)
        old += 1
      case .added:
        report(nodes[new], isNew: true, changed)
        for section in Section.allCases where nodes[new].leafValue(section) != nil {
          written(nodes[new], section)
        }
        new += 1
      }
    }
  }

  private enum Order { case same, gone, added }

  /// Which of the next two nodes comes first; what is deeper lies inside what came just before.
  private func order(_ older: ResourceTree, _ old: Int, _ new: Int) -> Order {
    guard old < older.nodes.count else { return .added }
    guard new < nodes.count else { return .gone }
    let (before, after) = (older.nodes[old], nodes[new])
    if before.depth != after.depth { return before.depth > after.depth ? .gone : .added }
    if before.name.hasSameScalars(as: after.name) { return .same }
    return before.name.precedes(after.name) ? .gone : .added
  }

  private func report(
    _ node: ResourceNode, isNew: Bool, _ changed: (ResourceChange) -> Void
  ) {
    for section in Section.allCases {
      guard let value = node.leafValue(section) else { continue }
      // Spelt out: a bare nil beside a value would be JSON's null.
      let none = JSONValue?.none
      changed(
        ResourceChange(
          path: node.path, section: section, old: isNew ? none : value, new: isNew ? value : none))
    }
  }
}
