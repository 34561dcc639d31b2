import Canvas
import JSON

/// A value as one line for people.
enum ValueText {
  /// Code points after which a value is as good as endless on a screen.
  private static let longest = 1000

  /// Texts bare unless that would look like another value, the rest as compact JSON.
  ///
  /// What is far too long for any screen ends early; drawing marks the cut.
  static func line(_ value: JSONValue) -> String {
    switch value {
    case .string(let text) where !looksLikeJSON(text): return clipped(text)
    case .null, .bool, .number, .string, .array, .object:
      var line = ""
      var room = longest
      write(value, to: &line, room: &room)
      return line
    }
  }

  /// The text to start editing a value with: read back by ``TypedValue`` it gives the same value.
  static func editable(_ value: JSONValue) -> String {
    guard case .string(let text) = value, TypedValue(text).isText,
      !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
    else { return value.compact }
    return text
  }

  static func role(_ value: JSONValue) -> Role {
    switch value {
    case .null: .typeNull
    case .bool: .typeBoolean
    case .number: .typeNumber
    case .string: .typeText
    case .array, .object: .typeObject
    }
  }

  /// Whether a text, shown bare, could be taken for something that is not a text.
  private static func looksLikeJSON(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return true
    }
    if first.properties.isWhitespace || last.properties.isWhitespace { return true }
    switch first {
    case "{", "[", "\"": return true
    case "-", "0"..."9", "t", "f", "n":
      // Longer ones are no number that anybody would mistake.
      guard text.utf8.count <= 64 else { return false }
      return (try? JSONParser.parse(text)) != nil
    default: return false
    }
  }

  /// As much of a text as any screen shows, the cut marked.
  static func clipped(_ text: String) -> String {
    guard text.utf8.count > longest else { return text }
    let scalars = text.unicodeScalars
    return String(scalars.prefix(longest)) + (scalars.count > longest ? "…" : "")
  }

  private static func write(_ value: JSONValue, to line: inout String, room: inout Int) {
    func put(_ text: String) {
      guard room > 0 else { return }
      line += text
      room -= text.utf8.count
    }
    switch value {
    case .null, .bool, .number: put(value.compact)
    case .string(let text): put(JSONValue.string(clipped(text)).compact)
    case .array(let elements):
      put("[")
      for (index, element) in elements.enumerated() where room > 0 {
        if index > 0 { put(",") }
        write(element, to: &line, room: &room)
      }
      put(room > 0 ? "]" : "…")
    case .object(let object):
      put("{")
      for (index, member) in object.enumerated() where room > 0 {
        put((index > 0 ? "," : "") + JSONValue.string(clipped(member.key)).compact + ":")
        write(member.value, to: &line, room: &room)
      }
      put(room > 0 ? "}" : "…")
    }
  }
}
