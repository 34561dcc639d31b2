import JSON

extension JSONObject {
  /// Writes the members of a patch, objects into objects, and removes those that are null, as a shadow
  /// merges (spec 5).
  mutating func apply(_ patch: JSONObject) {
    for member in patch.effectiveMembers {
      switch (member.value, self[member.key]) {
      case (.null, _): self[member.key] = nil
      case (.object(let inner), .object(var stored)?):
        stored.apply(inner)
        self[member.key] = .object(stored)
      case (.object(let inner), _):
        var fresh = JSONObject()
        fresh.apply(inner)
        self[member.key] = .object(fresh)
      case (let value, _): self[member.key] = value
      }
    }
  }

  /// Puts a later patch upon an earlier one: where both say something, the later one holds, and a null
  /// stays, to be sent.
  mutating func overlay(_ patch: JSONObject) {
    for member in patch.effectiveMembers {
      if case .object(let inner) = member.value, case .object(var stored)? = self[member.key] {
        stored.overlay(inner)
        self[member.key] = .object(stored)
      } else {
        self[member.key] = member.value
      }
    }
  }

  /// Puts one value upon a patch.
  mutating func overlay(_ value: JSONValue, at path: JSONPath) {
    guard case .object(let patch) = JSONValue.object([:]).setting(value, at: path) else { return }
    overlay(patch)
  }

  /// What is no object, and objects without members, each with the path to it, in their order.
  ///
  /// Recursion is bounded by the depth that the parser allows.
  func leaves(below path: JSONPath = JSONPath()) -> [(path: JSONPath, value: JSONValue)] {
    effectiveMembers.flatMap { member in
      let path = path.appending(key: member.key)
      guard case .object(let inner) = member.value, !inner.isEmpty else {
        return [(path, member.value)]
      }
      return inner.leaves(below: path)
    }
  }

  subscript(path: JSONPath) -> JSONValue? { JSONValue.object(self)[path] }
}
