import JSON
import Shadow

/// What a filter searches in a tree, and where it finds something.
///
/// It is kept from document to document and from letter to letter: only what has changed is made
/// anew, since of thousands of values few change at a time.
struct TableSearch: Sendable {
  /// Nodes that may have moved before a whole tree is searched anew, however much of it is known.
  private static let mostMoved = 64

  private enum Finding: Comparable { case nothing, letters, whole }

  /// By place the path, and the values as they are shown; empty where there is no resource.
  private var texts: [[String]] = []
  /// By place how well the filter finds something.
  private var findings: [Finding] = []
  private(set) var filter: TableFilter
  /// Nodes whose texts were made so far.
  private(set) var made = 0

  /// Whether the words stand whole nowhere, so that letters in their order are enough.
  var isLoose: Bool { !findings.contains(.whole) }

  /// By place whether there is what the filter looks for: where words stand whole somewhere, those
  /// alone.
  var isFound: [Bool] {
    let least: Finding = isLoose ? .letters : .whole
    return findings.map { $0 >= least }
  }

  init(_ tree: ResourceTree, _ filter: TableFilter) {
    self.filter = filter
    follow(tree, after: ResourceTree())
  }

  /// Looks for something else in the same tree.
  mutating func look(for filter: TableFilter) {
    guard !filter.text.hasSameScalars(as: self.filter.text) else { return }
    self.filter = filter
    findings = texts.map(finding)
  }

  /// Goes over to another tree; what stands in both as it did is known already.
  mutating func follow(_ tree: ResourceTree, after older: ResourceTree) {
    let (oldTexts, oldFindings) = (texts, findings)
    texts.removeAll(keepingCapacity: true)
    findings.removeAll(keepingCapacity: true)
    var next = 0
    var moved = 0
    for node in tree.nodes {
      if next >= older.nodes.count || older.nodes[next].path != node.path {
        moved += 1
        if moved <= Self.mostMoved { next = older.place(of: node.path) ?? next }
      }
      if next < older.nodes.count, older.nodes[next].path == node.path {
        defer { next += 1 }
        if node.hasSameTexts(as: older.nodes[next]) {
          texts.append(oldTexts[next])
          findings.append(oldFindings[next])
          continue
        }
      }
      made += 1
      let own = node.searchTexts
      texts.append(own)
      findings.append(finding(own))
    }
  }

  private func finding(_ texts: [String]) -> Finding {
    if texts.isEmpty || !filter.fits(texts, loosely: true) { return .nothing }
    return filter.fits(texts, loosely: false) ? .whole : .letters
  }
}

extension ResourceNode {
  /// The texts in which a filter looks: the path, and the values as they are shown.
  fileprivate var searchTexts: [String] {
    guard isResource else { return [] }
    return path.searchTexts + Section.allCases.compactMap { leafValue($0).map(ValueText.line) }
  }

  /// Whether a node of the same path is searched in the same texts.
  fileprivate func hasSameTexts(as other: ResourceNode) -> Bool {
    isResource == other.isResource
      && Section.allCases.allSatisfy { section in
        switch (leafValue(section), other.leafValue(section)) {
        case (nil, nil): true
        case (let value?, let old?): value.isWritten(as: old)
        default: false
        }
      }
  }
}

extension JSONValue {
  /// Whether it is shown as another one is; equal numbers may be written differently.
  fileprivate func isWritten(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.number(let number), .number(let old)): number.lexeme.hasSameScalars(as: old.lexeme)
    case (.null, .null), (.bool, .bool), (.string, .string): self == other
    case (.array, .array), (.object, .object):
      ValueText.line(self).hasSameScalars(as: ValueText.line(other))
    default: false
    }
  }
}
