package import JSON

/// `KEY=VALUE` arguments, read as the edit line reads what is typed.
package enum Assignments {
  /// Why arguments cannot be taken; each case begins with the argument at fault.
  package enum Fault: Error, Hashable, Sendable {
    /// There is no “=” in it.
    case noEqualsSign(String)
    /// Its key names no resource; `wanted` says what would.
    case noResource(String, key: String, wanted: String)
    /// It writes a place that another one writes too, both in words for people.
    case clash(String, paths: [String])
    /// Its value starts as JSON does and is none; `text` is the value.
    case malformed(String, JSONSyntaxError, text: String)
    /// Its value is JSON that no shadow takes.
    case refused(String, reason: String)
  }

  /// The members of a section that the assignments write, nested ones inside their objects.
  ///
  /// - Throws: the `Fault` of the first that is malformed or contradicts an earlier one.
  package static func members(_ assignments: [String]) throws(Fault) -> JSONObject {
    var section = JSONValue.object(JSONObject())
    var written: [JSONPath] = []
    for assignment in assignments {
      let (path, value) = try read(assignment)
      if let clash = written.first(where: { $0.isPrefix(of: path) || path.isPrefix(of: $0) }) {
        throw .clash(assignment, paths: [clash.display, path.display])
      }
      written.append(path)
      section = section.setting(value, at: path)
    }
    return section.object ?? JSONObject()
  }

  private static func read(
    _ assignment: String
  ) throws(Fault) -> (path: JSONPath, value: JSONValue) {
    let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, let key = halves.first, let text = halves.last else {
      throw .noEqualsSign(assignment)
    }
    switch TypedPath(String(key), below: JSONPath(), in: nil) {
    case .path(let path): return (path, try value(String(text), of: assignment))
    case .refused(let wanted):
      throw .noResource(assignment, key: String(key), wanted: wanted)
    }
  }

  private static func value(_ text: String, of assignment: String) throws(Fault) -> JSONValue {
    switch TypedValue(text) {
    case .json(let value):
      guard let key = value.duplicateKey else { return value }
      throw .refused(assignment, reason: "the key “\(key)” stands in it twice")
    case .text(let text): return .string(text)
    case .removal: return .null
    case .broken(let error, let text): throw .malformed(assignment, error, text: text)
    case .refused(let reason): throw .refused(assignment, reason: reason)
    }
  }
}
