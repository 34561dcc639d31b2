package import Canvas
package import JSON
package import Shadow

/// What differs between two documents, as a person wants to read it.
///
/// A tree of only what changed, each line marked by a sign and by the sign's role: `+`, `−`, or `~`
/// with old and new. What stayed is counted where it is left out:
///
/// ```text
///   reported
///     pump1
/// ~     flow  11 → 12
/// +     running  true
///       … 3 unchanged
///     … 12 unchanged
/// ```
package struct DocumentDiff: Sendable {
  package private(set) var lines: [[Span]] = []
  package private(set) var added = 0
  package private(set) var removed = 0
  package private(set) var changed = 0

  /// Lines beyond the limit.
  private var dropped = 0
  private let limit: Int

  /// Arrays inside one another that are compared element by element.
  private static let mostNested = 16
  /// Columns up to which an array that came or went is one line.
  private static let shortArray = 60
  /// Columns up to which an array that changed is shown whole, before and after.
  private static let tinyArray = 24

  /// Whether the documents are equal, as `==` says.
  package var isEmpty: Bool { added + removed + changed == 0 }

  /// Compares two values.
  ///
  /// - Parameters:
  ///   - old: the value before.
  ///   - new: the value after.
  ///   - limit: lines to make, 1 or more; what is left out is counted in one more.
  package init(from old: JSONValue, to new: JSONValue, limit: Int = 5000) {
    self.limit = max(1, limit)
    compare(old, new, depth: 0, nested: 0, countsUnchanged: true)
    noteDropped()
  }

  /// Compares the states of two versions of a shadow, under a line that names the versions.
  ///
  /// Metadata is left out: it changes with every value.
  ///
  /// - Parameters:
  ///   - old: the shadow before; nil where there was none.
  ///   - new: the shadow after; nil where it was deleted.
  ///   - limit: lines to make, 1 or more; what is left out is counted in one more.
  package init(from old: ShadowDocument?, to new: ShadowDocument?, limit: Int = 5000) {
    self.limit = max(1, limit)
    let versions = [old, new].map { document in document.map { "v\($0.version)" } ?? "no shadow" }
    lines.append([Span("  \(versions[0]) → \(versions[1])", .textDim)])
    let (before, after) = (old?.stateJSON ?? JSONObject(), new?.stateJSON ?? JSONObject())
    compare(.object(before), .object(after), depth: 0, nested: 0, countsUnchanged: false)
    if isEmpty { lines.append([Span("  The state is the same in both.", .textDim)]) }
    noteDropped()
  }

  /// The counts that are not 0: `~2 +1 −1`.
  package var summary: [Span] {
    let counts: [(Sign, Int)] = [(.changed, changed), (.added, added), (.removed, removed)]
    return Array(
      counts.filter { $0.1 > 0 }.map { [Span("\($0.0.text)\($0.1)", $0.0.role)] }
        .joined(separator: [Span(" ")]))
  }

  private mutating func noteDropped() {
    guard dropped > 0 else { return }
    lines.append([Span("… \(counted(dropped, "more line"))", .textDim)])
  }

  // MARK: Comparing

  /// Compares two values whose name, if they have one, has a line already.
  private mutating func compare(
    _ old: JSONValue, _ new: JSONValue, depth: Int, nested: Int, countsUnchanged: Bool
  ) {
    switch (old, new) {
    case (.object, .object(let object)):
      var tree = ChangeTree(root: object, depth: depth, countsUnchanged: countsUnchanged)
      for change in JSONValue.changes(from: old, to: new) {
        put(tree.lines(before: change))
        note(change, depth: tree.depth, nested: nested)
      }
      put(tree.linesAtEnd())
    case (.array(let old), .array(let new)):
      let alignment = ArrayAlignment(from: old, to: new)
      for step in alignment.steps { note(step, depth: depth, nested: nested) }
      if alignment.unchanged > 0 { put([unchangedLine(alignment.unchanged, depth: depth)]) }
    case (_, _) where old != new:
      noteChanged("", old, new, depth: depth, nested: nested)
    case (_, _):
      return
    }
  }

  private mutating func note(_ change: JSONChange, depth: Int, nested: Int) {
    let name = change.path.keys.last?.nameText ?? ""
    switch change.kind {
    case .added(let value): noteWhole(.added, name, value, depth: depth)
    case .removed(let value): noteWhole(.removed, name, value, depth: depth)
    case .changed(let old, let new): noteChanged(name, old, new, depth: depth, nested: nested)
    }
  }

  private mutating func note(_ step: ArrayAlignment.Step, depth: Int, nested: Int) {
    switch step {
    case .added(let value, let place): noteWhole(.added, "[\(place)]", value, depth: depth)
    case .removed(let value, let place): noteWhole(.removed, "[\(place)]", value, depth: depth)
    case .changed(let old, let new, let place):
      noteChanged("[\(place)]", old, new, depth: depth, nested: nested)
    }
  }

  private mutating func noteChanged(
    _ name: String, _ old: JSONValue, _ new: JSONValue, depth: Int, nested: Int
  ) {
    if nested < Self.mostNested, old.isSameContainer(as: new), !(isTiny(old) && isTiny(new)) {
      put([line(.context, name, depth: depth)])
      compare(old, new, depth: depth + 1, nested: nested + 1, countsUnchanged: true)
      return
    }
    changed += 1
    let (before, after) = differingTexts(old, new)
    if before.isLong || after.isLong {
      put([
        line(.removed, name, before.text, depth: depth),
        line(.added, name, after.text, depth: depth),
      ])
    } else {
      var line = line(.changed, name, before.text, depth: depth)
      line += [Span(" → ", .textDim), Span(after.text, Sign.added.role)]
      put([line])
    }
  }

  /// Notes a value that came or went, with a line for all that is in it.
  private mutating func noteWhole(_ sign: Sign, _ name: String, _ value: JSONValue, depth: Int) {
    if sign == .added { added += 1 } else { removed += 1 }
    var pending = [(name: name, value: value, depth: depth)]
    while let next = pending.popLast() {
      switch next.value {
      case .object(let object) where !object.isEmpty:
        put([line(sign, next.name, depth: next.depth)])
        pending += object.effectiveMembers.reversed()
          .map { ($0.key.nameText, $0.value, next.depth + 1) }
      case .array(let elements)
      where TextWidth.columns(ValueText.line(next.value), limit: Self.shortArray)
        > Self.shortArray:
        put([line(sign, next.name, depth: next.depth)])
        pending += elements.enumerated().reversed()
          .map { ("[\($0.offset)]", $0.element, next.depth + 1) }
      case .null, .bool, .number, .string, .array, .object:
        put([line(sign, next.name, ValueText.line(next.value), depth: next.depth)])
      }
    }
  }

  private func isTiny(_ value: JSONValue) -> Bool {
    value.array != nil
      && TextWidth.columns(ValueText.line(value), limit: Self.tinyArray) <= Self.tinyArray
  }

  private mutating func put(_ more: [[Span]]) {
    for line in more {
      if lines.count < limit { lines.append(line) } else { dropped += 1 }
    }
  }
}

/// What the first column of a line says.
private enum Sign {
  case context, added, removed, changed

  var text: String {
    switch self {
    case .context: " "
    case .added: "+"
    case .removed: "−"
    case .changed: "~"
    }
  }

  var role: Role {
    switch self {
    case .context: .text
    case .added: .added
    case .removed: .removed
    case .changed: .differs
    }
  }
}

/// A line with its sign; a text behind the name has the role of what is no more, or of what is new.
private func line(_ sign: Sign, _ name: String, _ text: String? = nil, depth: Int) -> [Span] {
  var spans = [Span(sign.text, sign.role), Span(String(repeating: " ", count: 1 + depth * 2))]
  if !name.isEmpty { spans.append(Span(name, .path)) }
  if let text {
    let role: Role = sign == .added ? .added : .removed
    spans += name.isEmpty ? [Span(text, role)] : [Span("  "), Span(text, role)]
  }
  return spans
}

private func unchangedLine(_ count: Int, depth: Int) -> [Span] {
  [Span(String(repeating: " ", count: 2 + depth * 2) + "… \(count) unchanged", .textDim)]
}

/// The lines around changes that come level by level: names on the way, and what stayed.
private struct ChangeTree {
  private struct Level {
    let name: JSONStep?
    /// Members of the new object here.
    let members: JSONObject
    /// Those of them that have lines of their own.
    var shown = 0
  }

  private let base: Int
  private let countsUnchanged: Bool
  private var levels: [Level]

  init(root: JSONObject, depth: Int, countsUnchanged: Bool) {
    base = depth
    self.countsUnchanged = countsUnchanged
    levels = [Level(name: nil, members: root)]
  }

  /// The depth at which the change stands that ``lines(before:)`` was last asked for.
  var depth: Int { base + levels.count - 1 }

  /// Leaves levels and enters others until the next change belongs here.
  mutating func lines(before change: JSONChange) -> [[Span]] {
    let way = change.path.steps.dropLast()
    let common = zip(way, levels.dropFirst()).prefix { $0 == $1.name }.count
    var lines: [[Span]] = []
    while levels.count - 1 > common { lines += leave() }
    for step in way.dropFirst(common) {
      guard case .key(let key) = step else { continue }
      lines.append(line(.context, key.nameText, depth: depth))
      levels[levels.count - 1].shown += 1
      let members = levels[levels.count - 1].members[key]?.object ?? JSONObject()
      levels.append(Level(name: step, members: members))
    }
    if change.new != nil { levels[levels.count - 1].shown += 1 }
    return lines
  }

  mutating func linesAtEnd() -> [[Span]] {
    var lines: [[Span]] = []
    while !levels.isEmpty { lines += leave() }
    return lines
  }

  private mutating func leave() -> [[Span]] {
    let depth = depth
    let level = levels.removeLast()
    let unchanged = level.members.effectiveMembers.count - level.shown
    guard unchanged > 0, countsUnchanged || level.name != nil else { return [] }
    return [unchangedLine(unchanged, depth: depth)]
  }
}

/// Two values as texts that show where they differ, and whether each had better have its own line.
private func differingTexts(
  _ old: JSONValue, _ new: JSONValue
) -> (old: (text: String, isLong: Bool), new: (text: String, isLong: Bool)) {
  /// Code points up to which a text is shown from its beginning.
  let shortText = 60
  /// Code points shown before the first difference in a longer one.
  let lead = 12
  var texts = (ValueText.line(old), ValueText.line(new))
  if case (.string(let before), .string(let after)) = (old, new),
    max(before.utf8.count, after.utf8.count) > shortText
  {
    let (before, after) = (before.unicodeScalars, after.unicodeScalars)
    let same = zip(before, after).prefix { $0 == $1 }.count
    if same > 2 * lead {
      texts.0 = "…" + ValueText.clipped(String(before.dropFirst(same - lead)))
      texts.1 = "…" + ValueText.clipped(String(after.dropFirst(same - lead)))
    }
  }
  return (
    (texts.0, texts.0.utf8.count > shortText), (texts.1, texts.1.utf8.count > shortText)
  )
}

extension JSONValue {
  /// Whether both are arrays or both objects, so that they are compared by what is in them.
  fileprivate func isSameContainer(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.array(let left), .array(let right)): !left.isEmpty && !right.isEmpty
    case (.object, .object): true
    case (_, _): false
    }
  }
}
