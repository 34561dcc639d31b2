package import JSON
package import Shadow

/// One change that a person has staged and not published yet.
package struct StagedEdit: Sendable {
  package let section: Section
  package let path: JSONPath
  /// What the shadow had there when this was staged; nil for nothing.
  package let base: JSONValue?
  /// The shadow's version when this was staged, 0 for no shadow.
  package let version: Int64
  /// What is to be there; nil to remove it.
  package var value: JSONValue?
  /// What stood in the way when this was staged, and what publishing replaces with an object.
  package let obstacle: Obstacle?

  /// A value of the shadow on the way to a path, where an object must be to reach further in.
  package struct Obstacle: Equatable, Sendable {
    package let path: JSONPath
    package let value: JSONValue
  }

  init(
    section: Section, path: JSONPath, base: JSONValue?, version: Int64, value: JSONValue?,
    obstacle: Obstacle?
  ) {
    self.section = section
    self.path = path
    self.base = base
    self.version = version
    self.value = value
    self.obstacle = obstacle
  }

  /// An edit of what a document has at a path.
  init(
    _ section: Section, _ path: JSONPath, of document: ShadowDocument?, to value: JSONValue?
  ) {
    self.section = section
    self.path = path
    self.value = value
    base = document?.value(section, path)
    version = document?.version ?? 0
    obstacle = document?.obstacle(section, path)
  }

  /// Whether a document has what this asks for: an object's members are merged, so others may lie
  /// beside them (spec 5).
  func isShown(by document: ShadowDocument?) -> Bool {
    Self.agrees(document?.value(section, path), with: value)
  }

  private static func agrees(_ held: JSONValue?, with wanted: JSONValue?) -> Bool {
    switch wanted {
    case nil, .null?: return held == nil
    case .object(let members)?:
      guard case .object(let object)? = held else { return false }
      return members.effectiveMembers.allSatisfy { agrees(object[$0.key], with: $0.value) }
    case let value?: return held == value
    }
  }
}

/// The edits that are staged for one shadow, in the order in which they were made.
package struct Draft: Sendable {
  package private(set) var edits: [StagedEdit] = []
  private var undone: [[StagedEdit]] = []
  private var done: [[StagedEdit]] = []

  package init() {}

  /// What an earlier run had staged; it is undone as one step.
  init(restoring edits: [StagedEdit]) {
    self.edits = edits
    done = [[]]
  }

  package var isEmpty: Bool { edits.isEmpty }
  var canUndo: Bool { !done.isEmpty }
  var canRedo: Bool { !undone.isEmpty }

  func edit(_ section: Section, _ path: JSONPath) -> StagedEdit? {
    edits.first { $0.section == section && $0.path == path }
  }

  /// Stages an edit in place of those at its path and further in.
  ///
  /// - Returns: nil, or the edit around it that leaves no room for it.
  mutating func stage(_ edit: StagedEdit) -> StagedEdit? {
    let around = edits.firstIndex {
      $0.section == edit.section && $0.path != edit.path && $0.path.isPrefix(of: edit.path)
    }
    guard let around else {
      replaceAll(edits.filter { !edit.covers($0) } + [edit])
      return nil
    }
    guard case .object(var object)? = edits[around].value else { return edits[around] }
    let inside = edit.path.keys.dropFirst(edits[around].path.steps.count)
    object.set(edit.value ?? .null, at: inside)
    var changed = edits
    changed[around].value = .object(object)
    replaceAll(changed)
    return nil
  }

  /// Stages several edits as one step, to be undone as one.
  ///
  /// - Parameters:
  ///   - newer: what to stage.
  ///   - older: edits that go first.
  /// - Returns: nil, or the first edit that left no room for one of them; nothing is staged then.
  mutating func stage(_ newer: [StagedEdit], replacing older: [StagedEdit] = []) -> StagedEdit? {
    var draft = self
    draft.edits.removeAll { edit in
      older.contains { $0.section == edit.section && $0.path == edit.path }
    }
    for edit in newer {
      if let obstacle = draft.stage(edit) { return obstacle }
    }
    if !newer.isEmpty || draft.edits.count != edits.count { replaceAll(draft.edits) }
    return nil
  }

  /// What a document becomes by these edits; its version stays.
  func result(upon document: ShadowDocument?) -> ShadowDocument {
    var result = document ?? ShadowDocument(version: 0)
    result.merge(UpdateRequest(edits), at: 0)
    return result
  }

  /// Takes what a document has now for what each edit was staged upon; what they ask for stays.
  mutating func rebase(onto document: ShadowDocument?) {
    replaceAll(
      edits.map { StagedEdit($0.section, $0.path, of: document, to: $0.value) })
  }

  /// The oldest version that some edit was staged upon, 0 for no shadow; nil while there are none.
  package var version: Int64? { edits.map(\.version).min() }

  mutating func discard(at place: Int) {
    guard edits.indices.contains(place) else { return }
    var left = edits
    left.remove(at: place)
    replaceAll(left)
  }

  mutating func discardAll() { replaceAll([]) }

  mutating func undo() {
    guard let before = done.popLast() else { return }
    undone.append(edits)
    edits = before
  }

  mutating func redo() {
    guard let after = undone.popLast() else { return }
    done.append(edits)
    edits = after
  }

  /// Hands out everything for publishing, its history along; what is staged from now on is not
  /// part of it.
  mutating func takeAll() -> Draft {
    defer { self = Draft() }
    return self
  }

  /// Takes back what was not published after all, as if it had never left: what was staged since
  /// comes after it, goes before it where they clash, and is undone first.
  mutating func restore(_ returned: Draft) {
    let isUntouched = done.isEmpty && undone.isEmpty
    edits = returned.edits(below: edits)
    undone = isUntouched ? returned.undone : undone.map(returned.edits(below:))
    done = returned.done + done.map(returned.edits(below:))
  }

  /// Those of these edits that newer ones leave no room for.
  func edits(displacedBy newer: [StagedEdit]) -> [StagedEdit] {
    edits.filter { old in newer.contains { $0.covers(old) || old.covers($0) } }
  }

  /// These edits without those that newer ones take the place of, and then the newer ones.
  private func edits(below newer: [StagedEdit]) -> [StagedEdit] {
    edits.filter { old in !newer.contains { $0.covers(old) || old.covers($0) } } + newer
  }

  private mutating func replaceAll(_ newEdits: [StagedEdit]) {
    done.append(edits)
    undone.removeAll()
    edits = newEdits
  }
}

extension StagedEdit {
  /// Whether another edit is at this path or further in.
  fileprivate func covers(_ other: StagedEdit) -> Bool {
    section == other.section && path.isPrefix(of: other.path)
  }
}

extension ShadowDocument {
  /// The value at a path below a section; nil where there is none.
  func value(_ section: Section, _ path: JSONPath) -> JSONValue? {
    self[section].flatMap { JSONValue.object($0)[path] }
  }

  /// What is no object on the way to a path, and would give way to one (spec 5); nil if the way is
  /// clear.
  func obstacle(_ section: Section, _ path: JSONPath) -> StagedEdit.Obstacle? {
    for length in path.steps.indices.dropFirst() {
      let around = JSONPath(Array(path.steps[..<length]))
      guard let value = value(section, around) else { return nil }
      guard case .object = value else { return StagedEdit.Obstacle(path: around, value: value) }
    }
    return nil
  }
}
