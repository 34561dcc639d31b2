package import JSON

/// `KEY=VALUE` arguments, read as the edit line reads what is typed, and `KEY:=JSON`.
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
  /// - Parameters:
  ///   - assignments: as typed.
  ///   - removed: paths to be removed, after what is assigned.
  /// - Returns: the members; `null` for what is removed.
  /// - Throws: the `Fault` of the first that is malformed or contradicts an earlier one.
  package static func members(
    _ assignments: [String], removing removed: [JSONPath] = []
  ) throws(Fault) -> JSONObject {
    var section = JSONValue.object(JSONObject())
    var written: [JSONPath] = []
    func write(_ value: JSONValue, at path: JSONPath, for argument: String) throws(Fault) {
      if let clash = written.first(where: { $0.isPrefix(of: path) || path.isPrefix(of: $0) }) {
        throw .clash(argument, paths: [clash.display, path.display])
      }
      written.append(path)
      section = section.setting(value, at: path)
    }
    for assignment in assignments {
      let (path, value) = try read(assignment)
      try write(value, at: path, for: assignment)
    }
    for path in removed { try write(.null, at: path, for: "--delete \(path.display)") }
    return section.object ?? JSONObject()
  }

  private static func read(
    _ assignment: String
  ) throws(Fault) -> (path: JSONPath, value: JSONValue) {
    let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, var key = halves.first, let text = halves.last else {
      throw .noEqualsSign(assignment)
    }
    let isJSON = key.utf8.last == UInt8(ascii: ":")
    if isJSON { key.unicodeScalars.removeLast() }
    switch TypedPath(String(key), below: JSONPath(), in: nil) {
    case .path(let path): return (path, try value(String(text), of: assignment, isJSON: isJSON))
    case .refused(let wanted):
      throw .noResource(assignment, key: String(key), wanted: wanted)
    }
  }

  private static func value(
    _ text: String, of assignment: String, isJSON: Bool
  ) throws(Fault) -> JSONValue {
    if isJSON {
      do throws(JSONSyntaxError) { _ = try JSONParser.parse(text) } catch {
        throw .malformed(assignment, error, text: text)
      }
    }
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
