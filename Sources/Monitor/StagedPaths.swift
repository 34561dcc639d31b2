import JSON
import Shadow

/// Where edits are staged or on their way.
struct StagedPaths: Sendable {
  /// The edited paths, and those of values that give way to an object.
  private(set) var here: Set<JSONPath> = []
  /// What lies around any of them.
  private(set) var around: Set<JSONPath> = []
  /// The same of those edits alone that are in conflict.
  private var conflicts: Set<JSONPath> = []
  private var aroundConflicts: Set<JSONPath> = []

  init() {}

  /// - Parameters:
  ///   - edits: all of them.
  ///   - obstacle: what gives way to an object for an edit.
  ///   - isInConflict: whether the shadow has changed where an edit was staged.
  init(
    _ edits: [StagedEdit], replacing obstacle: (StagedEdit) -> StagedEdit.Obstacle?,
    isInConflict: (StagedEdit) -> Bool
  ) {
    for edit in edits {
      var paths: Set = [edit.path]
      if let obstacle = obstacle(edit) { paths.insert(obstacle.path) }
      let outer = edit.path.steps.indices.dropFirst()
        .map { JSONPath(Array(edit.path.steps[..<$0])) }
      here.formUnion(paths)
      around.formUnion(outer)
      guard isInConflict(edit) else { continue }
      conflicts.formUnion(paths)
      aroundConflicts.formUnion(outer)
    }
  }

  /// Whether an edit of a path is in conflict, or one further in where that is folded away.
  func hasConflict(at path: JSONPath, isFolded: Bool) -> Bool {
    conflicts.contains(path) || (isFolded && aroundConflicts.contains(path))
  }

  /// Whether something around a path is edited.
  func reaches(_ path: JSONPath) -> Bool {
    !here.isEmpty
      && path.steps.indices.dropFirst().contains { length in
        here.contains(JSONPath(Array(path.steps[..<length])))
      }
  }
}

extension StagedEdit {
  /// What an edit around a path makes of the value there.
  enum Effect {
    case removed
    case set(JSONValue)
  }

  /// What becomes of a value further in: an object is merged, anything else takes its place
  /// (spec 5).
  ///
  /// - Parameter path: leads further in than the edit's own.
  /// - Returns: nil where it stays as it is.
  func effect(on path: JSONPath) -> Effect? {
    var left = value
    for key in path.keys.dropFirst(self.path.steps.count) {
      guard case .object(let object)? = left else { return .removed }
      guard let member = object[key] else { return nil }
      left = member
    }
    switch left {
    case nil, .null?: return .removed
    case .object(let object)? where !object.isEmpty: return nil
    case let value?: return .set(value)
    }
  }
}
