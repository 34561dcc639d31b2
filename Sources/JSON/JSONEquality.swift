extension JSONValue: Equatable {
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    // Pairs of containers that are still to compare; a stack of our own, since they may be deep.
    var pending: [(JSONValue, JSONValue)] = []
    guard left.equals(right, pending: &pending) else { return false }
    while let (left, right) = pending.popLast() {
      guard left.itemsEqual(right, pending: &pending) else { return false }
    }
    return true
  }

  /// Whether two scalars are equal; containers of one kind are put off.
  private func equals(_ other: JSONValue, pending: inout [(JSONValue, JSONValue)]) -> Bool {
    switch (self, other) {
    case (.null, .null): return true
    case (.bool(let left), .bool(let right)): return left == right
    case (.number(let left), .number(let right)): return left == right
    case (.string(let left), .string(let right)): return left.hasSameScalars(as: right)
    case (.array(let left), .array(let right)):
      guard left.count == right.count else { return false }
      if !left.isEmpty { pending.append((self, other)) }
      return true
    case (.object, .object):
      pending.append((self, other))
      return true
    case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): return false
    }
  }

  /// Whether what two containers hold is equal as far as it is no container itself.
  private func itemsEqual(_ other: JSONValue, pending: inout [(JSONValue, JSONValue)]) -> Bool {
    switch (self, other) {
    case (.array(let left), .array(let right)):
      return zip(left, right).allSatisfy { $0.equals($1, pending: &pending) }
    case (.object(let left), .object(let right)):
      let (ours, theirs) = (left.effectiveMembers, right.effectiveMembers)
      guard ours.count == theirs.count else { return false }
      return ours.allSatisfy { member in
        right[member.key].map { member.value.equals($0, pending: &pending) } ?? false
      }
    default: return false
    }
  }
}

extension JSONObject: Equatable {
  /// By value: the members that count, in any order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    JSONValue.object(left) == JSONValue.object(right)
  }
}

extension JSONMember: Equatable {
  package static func == (left: JSONMember, right: JSONMember) -> Bool {
    left.key.hasSameScalars(as: right.key) && left.value == right.value
  }
}
