import JSON
import Monitor

/// `KEY=VALUE` arguments, read as the monitor's edit line reads what is typed.
enum Assignments {
  /// The members of a section that the assignments write, nested ones inside their objects.
  ///
  /// - Throws: `CommandFailure` for what is malformed or contradicts itself, with the argument.
  static func members(_ assignments: [String]) throws(CommandFailure) -> JSONObject {
    var section = JSONValue.object(JSONObject())
    var written: [JSONPath] = []
    for assignment in assignments {
      let (path, value) = try read(assignment)
      if let clash = written.first(where: { $0.isPrefix(of: path) || path.isPrefix(of: $0) }) {
        throw CommandFailure(
          status: .usage, what: "“\(assignment)” writes what another argument writes too.",
          cause: "Both \(clash.display) and \(path.display) are given.",
          remedy: "Give each resource once.")
      }
      written.append(path)
      section = section.setting(value, at: path)
    }
    return section.object ?? JSONObject()
  }

  private static func read(
    _ assignment: String
  ) throws(CommandFailure) -> (path: JSONPath, value: JSONValue) {
    let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, let key = halves.first, let text = halves.last else {
      throw CommandFailure(
        status: .usage, what: "“\(assignment)” is not KEY=VALUE.", cause: "It holds no “=”.",
        remedy: "Write for instance temperature=21.5 or /pump1/flow=12.")
    }
    switch TypedPath(String(key), below: JSONPath(), in: nil) {
    case .path(let path): return (path, try value(String(text), of: assignment))
    case .refused(let reason):
      throw CommandFailure(
        status: .usage, what: "“\(key)” in “\(assignment)” names no resource.",
        cause: "Wanted is \(reason).", remedy: "")
    }
  }

  private static func value(
    _ text: String, of assignment: String
  ) throws(CommandFailure) -> JSONValue {
    switch TypedValue(text) {
    case .json(let value): return value
    case .text(let text): return .string(text)
    case .removal: return .null
    case .broken(let error, let text):
      throw CommandFailure(
        status: .badData, what: "The value in “\(assignment)” is malformed JSON.",
        cause: error.message, remedy: "To send it as a text, quote it as JSON does.",
        excerpt: error.excerpt(of: text).split(separator: "\n").map(String.init))
    case .refused(let reason):
      throw CommandFailure(
        status: .badData, what: "The value in “\(assignment)” is refused: \(reason).", cause: "",
        remedy: "Arrays are written whole and without null (device-shadow spec 3.1).")
    }
  }
}
