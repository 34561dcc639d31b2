/// One difference between two documents.
package struct JSONChange: Equatable, Sendable {
  /// What happened at a path.
  package enum Kind: Equatable, Sendable {
    /// Nothing was there; this is now.
    case added(JSONValue)
    /// This was there; nothing is now.
    case removed(JSONValue)
    /// Another value, or a value of another type, took the place.
    case changed(old: JSONValue, new: JSONValue)
  }

  package let path: JSONPath
  package let kind: Kind

  package init(path: JSONPath, kind: Kind) {
    self.path = path
    self.kind = kind
  }

  /// The value before, nil if there was none.
  package var old: JSONValue? {
    switch kind {
    case .added: nil
    case .removed(let old), .changed(let old, _): old
    }
  }

  /// The value after, nil if there is none.
  package var new: JSONValue? {
    switch kind {
    case .removed: nil
    case .added(let new), .changed(_, let new): new
    }
  }
}

extension JSONValue {
  /// The differences that turn one document into another, in time linear in their size.
  ///
  /// Objects are compared member by member, at any depth; anything else, arrays too, is one value,
  /// as shadows treat it (device-shadow spec 5). Values are equal as `==` says, so `1` to `1.0` is
  /// no change. Of duplicate keys the last counts.
  ///
  /// - Parameters:
  ///   - old: the document before.
  ///   - new: the document after.
  /// - Returns: at each level first what `new` holds in its order, then what it lacks in the order
  ///   of `old`; empty if the documents are equal.
  package static func changes(from old: JSONValue, to new: JSONValue) -> [JSONChange] {
    var differ = JSONDiffer()
    differ.compare(old, new)
    return differ.changes
  }

  /// This document after changes that `changes(from:to:)` found.
  package func applying(_ changes: [JSONChange]) -> JSONValue {
    var result = self
    for change in changes { result[change.path] = change.new }
    return result
  }
}

/// Walks two documents side by side, with a stack of its own since they may be deep.
private struct JSONDiffer {
  /// Two objects under comparison.
  private struct Level {
    let old: JSONObject
    let new: JSONObject
    /// What counts in `new`.
    let members: [JSONMember]
    /// Members that have been compared.
    var done = 0
    /// Members of these that `old` has as well.
    var common = 0

    init(_ old: JSONObject, _ new: JSONObject) {
      (self.old, self.new) = (old, new)
      members = new.effectiveMembers
    }
  }

  var changes: [JSONChange] = []
  /// The way to the values under comparison; copied only where a change is found.
  private var path = JSONPath()
  private var levels: [Level] = []

  mutating func compare(_ old: JSONValue, _ new: JSONValue) {
    enter(old, new)
    while let level = levels.last {
      if level.done > 0 { path.steps.removeLast() }
      guard level.done < level.members.count else {
        noteRemoved(level)
        levels.removeLast()
        continue
      }
      let member = level.members[level.done]
      let before = level.old[member.key]
      levels[levels.count - 1].done += 1
      if before != nil { levels[levels.count - 1].common += 1 }
      path.steps.append(.key(member.key))
      if let before {
        enter(before, member.value)
      } else {
        note(.added(member.value))
      }
    }
  }

  /// Opens a level for two objects, compares anything else at once.
  private mutating func enter(_ old: JSONValue, _ new: JSONValue) {
    if case .object(let old) = old, case .object(let new) = new {
      levels.append(Level(old, new))
    } else if old != new {
      note(.changed(old: old, new: new))
    }
  }

  private mutating func noteRemoved(_ level: Level) {
    let members = level.old.effectiveMembers
    guard level.common < members.count else { return }
    for member in members where level.new[member.key] == nil {
      path.steps.append(.key(member.key))
      note(.removed(member.value))
      path.steps.removeLast()
    }
  }

  private mutating func note(_ kind: JSONChange.Kind) {
    changes.append(JSONChange(path: path, kind: kind))
  }
}
