extension JSONValue {
  /// The value at a path, or nil if the way is not there.
  ///
  /// Setting a value is `setting(_:at:)` in place, setting nil is `removing(at:)` in place.
  package subscript(path: JSONPath) -> JSONValue? {
    get {
      var value = self
      for step in path.steps {
        switch (step, value) {
        case (.key(let key), .object(let object)):
          guard let next = object[key] else { return nil }
          value = next
        case (.index(let index), .array(let elements)):
          guard elements.indices.contains(index) else { return nil }
          value = elements[index]
        case (.key, _), (.index, _): return nil
        }
      }
      return value
    }
    set { assign(newValue, at: path.steps) }
  }

  /// This document with a value at a path, everything else as it was.
  ///
  /// A member keeps its place, a new one comes last. On the way a key makes an object of what is
  /// none, as a merge does (device-shadow spec 5). An index replaces an element or, where it equals
  /// the count, appends one; an index that leads nowhere leaves the document as it is. Duplicates
  /// of a key on the way are dropped, since only the last counts.
  package func setting(_ value: JSONValue, at path: JSONPath) -> JSONValue {
    var result = self
    result[path] = value
    return result
  }

  /// This document without the member or element at a path; all of it as it was if there is none.
  ///
  /// Without itself, at the empty path, a document is `null`. Objects that are empty now stay.
  package func removing(at path: JSONPath) -> JSONValue {
    var result = self
    result[path] = nil
    return result
  }

  /// Puts a value, or nothing for nil, at the steps; changes nothing if there is no way.
  private mutating func assign(_ newValue: JSONValue?, at steps: [JSONStep]) {
    var containers: [JSONValue] = []
    var inside: JSONValue? = self
    for step in steps {
      containers.append(inside ?? .null)
      inside = inside?[JSONPath([step])]
    }
    var result = newValue
    for (container, step) in zip(containers, steps).reversed() {
      guard let changed = container.replacing(step, with: result) else { return }
      result = changed
    }
    self = result ?? .null
  }

  /// This container with another value, or nothing for nil, at one step; nil if it has no such place.
  private func replacing(_ step: JSONStep, with value: JSONValue?) -> JSONValue? {
    switch (step, self) {
    case (.key(let key), .object(var object)):
      object[key] = value
      return .object(object)
    case (.key(let key), _):
      return value.map { .object([key: $0]) }
    case (.index(let index), .array(var elements)):
      if elements.indices.contains(index) {
        elements.replaceSubrange(index...index, with: value.map { [$0] } ?? [])
      } else {
        guard index == elements.count, let value else { return nil }
        elements.append(value)
      }
      return .array(elements)
    case (.index, _): return nil
    }
  }
}
