/// A JSON Patch (RFC 6902): steps that turn one document into another, carried out in their order.
package struct JSONPatch: Sendable, Equatable {
  /// One step (RFC 6902 section 4).
  package enum Operation: Sendable, Equatable {
    /// Puts a member, or an element before the one of this index; `-` stands for the end.
    case add(JSONPointer, JSONValue)
    case remove(JSONPointer)
    /// Puts a value in the place of one that is there.
    case replace(JSONPointer, JSONValue)
    case move(from: JSONPointer, to: JSONPointer)
    case copy(from: JSONPointer, to: JSONPointer)
    /// Goes on only where this value is there.
    case test(JSONPointer, JSONValue)
  }

  package var operations: [Operation]

  package init(_ operations: [Operation] = []) { self.operations = operations }

  /// The steps for changes that `JSONValue.changes(from:to:)` found; an array is replaced whole, as
  /// a shadow keeps it.
  package init(_ changes: [JSONChange]) {
    operations = changes.map { change in
      let place = JSONPointer(change.path)
      return switch change.kind {
      case .added(let new): .add(place, new)
      case .removed: .remove(place)
      case .changed(_, let new): .replace(place, new)
      }
    }
  }

  /// The steps that turn one document into another; none if they are equal.
  package init(from old: JSONValue, to new: JSONValue) {
    self.init(JSONValue.changes(from: old, to: new))
  }
}

/// Why a JSON Patch cannot be read or carried out.
package struct JSONPatchFault: Error, Hashable, Sendable {
  /// Of the operation, from 0; nil for the patch as a whole.
  package let index: Int?
  /// For people: `nothing is at /a`; it may hold outside text.
  package let reason: String

  init(_ reason: String, at index: Int? = nil) {
    self.index = index
    self.reason = reason
  }

  func at(_ index: Int) -> JSONPatchFault { JSONPatchFault(reason, at: index) }
}

extension JSONPointer {
  /// The pointer of a path.
  package init(_ path: JSONPath) {
    self.init(
      tokens: path.steps.map { step in
        switch step {
        case .key(let key): key
        case .index(let index): "\(index)"
        }
      })
  }
}

// MARK: As JSON

extension JSONPatch {
  /// The array that stands for it on the wire, media type `application/json-patch+json`.
  package var json: JSONValue { .array(operations.map(\.json)) }

  /// Reads a patch; members that mean nothing are ignored (RFC 6902 appendix A.11).
  ///
  /// - Throws: `JSONPatchFault` for what is no patch, for a member that stands twice (A.13) or is
  ///   missing.
  package init(json: JSONValue) throws(JSONPatchFault) {
    guard let elements = json.array else { throw JSONPatchFault("a patch is an array") }
    operations = []
    for (index, element) in elements.enumerated() {
      do throws(JSONPatchFault) { operations.append(try Operation(json: element)) } catch {
        throw error.at(index)
      }
    }
  }
}

extension JSONPatch.Operation {
  fileprivate var json: JSONValue {
    func operation(_ name: String, _ place: JSONPointer) -> JSONObject {
      ["op": .string(name), "path": .string(place.text)]
    }
    var members: JSONObject
    switch self {
    case .add(let place, let value):
      members = operation("add", place)
      members.append(key: "value", value: value)
    case .remove(let place): members = operation("remove", place)
    case .replace(let place, let value):
      members = operation("replace", place)
      members.append(key: "value", value: value)
    case .move(let source, let place):
      members = operation("move", place)
      members.append(key: "from", value: .string(source.text))
    case .copy(let source, let place):
      members = operation("copy", place)
      members.append(key: "from", value: .string(source.text))
    case .test(let place, let value):
      members = operation("test", place)
      members.append(key: "value", value: value)
    }
    return .object(members)
  }

  fileprivate init(json: JSONValue) throws(JSONPatchFault) {
    guard let members = json.object else { throw JSONPatchFault("an operation is an object") }
    if let key = members.duplicateKeys.first { throw JSONPatchFault("“\(key)” stands twice in it") }
    guard let name = members["op"]?.string else { throw JSONPatchFault("“op” is missing") }
    let place = try members.pointer("path")
    switch name {
    case "add": self = .add(place, try members.value)
    case "remove": self = .remove(place)
    case "replace": self = .replace(place, try members.value)
    case "move": self = .move(from: try members.pointer("from"), to: place)
    case "copy": self = .copy(from: try members.pointer("from"), to: place)
    case "test": self = .test(place, try members.value)
    default: throw JSONPatchFault("“\(name)” is no operation")
    }
  }
}

extension JSONObject {
  fileprivate func pointer(_ key: String) throws(JSONPatchFault) -> JSONPointer {
    guard let text = self[key]?.string else { throw JSONPatchFault("“\(key)” is missing") }
    guard let pointer = JSONPointer(text) else {
      throw JSONPatchFault("“\(text)” is no JSON Pointer")
    }
    return pointer
  }

  fileprivate var value: JSONValue {
    get throws(JSONPatchFault) {
      guard let value = self["value"] else { throw JSONPatchFault("“value” is missing") }
      return value
    }
  }
}
