/// A JSON Merge Patch (RFC 7396): a document in which null removes and anything else is written.
package struct JSONMergePatch: Sendable, Equatable {
  /// Media type `application/merge-patch+json`.
  package let json: JSONValue

  package init(json: JSONValue) { self.json = json }

  /// A value that no merge patch can write: an object's member that is null.
  package struct Inexpressible: Error, Hashable, Sendable {
    /// Where the null would have to be.
    package let path: JSONPath
  }

  /// The patch for changes that `JSONValue.changes(from:to:)` found.
  ///
  /// - Parameter changes: of two documents that are objects.
  /// - Throws: `Inexpressible` where an object's member becomes null; nulls in arrays can be said.
  package init(_ changes: [JSONChange]) throws(Inexpressible) {
    var patch = JSONValue.object(JSONObject())
    for change in changes {
      if let new = change.new {
        if new.isNull { throw Inexpressible(path: change.path) }
        if let null = new.pathToNull { throw Inexpressible(path: change.path.appending(null)) }
      }
      patch[change.path] = change.new ?? .null
    }
    self.init(json: patch)
  }

  /// The patch that turns one document into another; it changes nothing if they are equal.
  ///
  /// - Throws: `Inexpressible` where an object's member becomes null; nulls in arrays can be said.
  package init(from old: JSONValue, to new: JSONValue) throws(Inexpressible) {
    guard case .object = new, case .object = old else {
      if let null = new.pathToNull { throw Inexpressible(path: null) }
      self.init(json: new)
      return
    }
    try self.init(JSONValue.changes(from: old, to: new))
  }

  /// The document after the patch (RFC 7396 section 2).
  package func applied(to document: JSONValue) -> JSONValue {
    Self.apply(json, to: document)
  }

  // Recursion is bounded by the depth that the parser allows.
  private static func apply(_ patch: JSONValue, to target: JSONValue?) -> JSONValue {
    guard case .object(let patch) = patch else { return patch }
    var result = target?.object ?? JSONObject()
    for member in patch.effectiveMembers {
      if member.value.isNull {
        result[member.key] = nil
      } else {
        result[member.key] = apply(member.value, to: result[member.key])
      }
    }
    return .object(result)
  }
}

extension JSONValue {
  /// The way through objects to a member that is null; nil if there is none.
  fileprivate var pathToNull: JSONPath? {
    guard case .object(let object) = self else { return nil }
    for member in object.effectiveMembers {
      if member.value.isNull { return JSONPath(keys: [member.key]) }
      if let inner = member.value.pathToNull {
        return JSONPath(keys: [member.key]).appending(inner)
      }
    }
    return nil
  }
}

extension JSONPath {
  /// This way and then another.
  fileprivate func appending(_ other: JSONPath) -> JSONPath { JSONPath(steps + other.steps) }
}
