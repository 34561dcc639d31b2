package import JSON

/// What a typed text means as a value.
package enum TypedValue: Sendable {
  /// JSON other than `null`.
  case json(JSONValue)
  /// Not JSON, and nothing that wants to be: a text.
  case text(String)
  /// `null`: the resource is to be removed (spec 5).
  case removal
  /// It starts like an object, an array or a quoted text, and is not well-formed.
  case broken(JSONSyntaxError, text: String)
  /// JSON that no shadow takes, and why.
  case refused(String)

  /// Takes the text of an edit line.
  package init(_ text: String) {
    do throws(JSONSyntaxError) {
      let value = try JSONParser.parse(text)
      if value.isNull {
        self = .removal
      } else if value.hasNullInArray {
        self = .refused("an array cannot hold null")
      } else {
        self = .json(value)
      }
    } catch {
      let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
      switch first {
      case "{", "[", "\"": self = .broken(error, text: text)
      default: self = .text(text)
      }
    }
  }

  /// What would be staged: nil for a removal and for what cannot be.
  ///
  /// A broken one is taken as a text, which the person confirms first.
  var value: JSONValue? {
    switch self {
    case .json(let value): value
    case .text(let text), .broken(_, let text): .string(text)
    case .removal, .refused: nil
    }
  }

  /// A way to read a typed text.
  package enum Reading: Hashable, Sendable {
    /// JSON, or else a text.
    case asTyped
    /// A text, whatever it looks like.
    case text
    /// What stands inside the quotes: the number of `"102"`.
    case unquoted
    /// As `null`, whatever is typed.
    case removal
  }

  /// The ways in which this one can be read, each to another value; the first is as it was typed.
  package var readings: [Reading] {
    switch self {
    case .json(.string(let text)):
      guard case .json = TypedValue(text) else { return [.asTyped, .removal] }
      return [.asTyped, .unquoted, .removal]
    case .json, .broken, .refused: return [.asTyped, .text, .removal]
    case .text: return [.asTyped, .removal]
    case .removal: return [.asTyped, .text]
    }
  }

  /// What the text means when it is read so.
  ///
  /// - Parameters:
  ///   - reading: one of ``readings``.
  ///   - text: the text that this value was made from.
  /// - Returns: the value that is staged when it is read so.
  func read(_ reading: Reading, of text: String) -> TypedValue {
    switch (reading, self) {
    case (.asTyped, _): self
    case (.text, _): .text(text)
    case (.unquoted, .json(.string(let inner))): TypedValue(inner)
    case (.unquoted, _): self
    case (.removal, _): .removal
    }
  }

  var isText: Bool {
    guard case .text = self else { return false }
    return true
  }

  /// What the text would be by itself, for a text that is read otherwise.
  var briefLabel: String {
    switch self {
    case .refused: "what no shadow takes"
    case .removal: "null"
    case .json, .text, .broken: label
    }
  }

  /// What it is, in a word or three.
  package var label: String {
    switch self {
    case .json(let value): value.kindLabel
    case .text(let text): text.isEmpty ? "empty text" : "text"
    case .removal: "null removes it"
    case .broken: "not JSON"
    case .refused(let reason): reason
    }
  }
}

extension JSONValue {
  /// The kind of a value for people: `number`, `object, 3 keys`.
  var kindLabel: String {
    switch self {
    case .null: "null"
    case .bool: "true/false"
    case .number: "number"
    case .string(let text): text.isEmpty ? "empty text" : "text"
    case .array(let elements): elements.isEmpty ? "empty array" : "array, \(elements.count)"
    case .object(let object):
      object.isEmpty ? "empty object" : "object, \(counted(object.effectiveMembers.count, "key"))"
    }
  }

  /// The kind alone, with its article: `a number`.
  var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a text"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// Whether some array holds null at any depth, which the service refuses (spec 3.1).
  var hasNullInArray: Bool { hasNull(inArray: false) }

  private func hasNull(inArray: Bool) -> Bool {
    switch self {
    case .null: inArray
    case .bool, .number, .string: false
    case .array(let elements): elements.contains { $0.hasNull(inArray: true) }
    case .object(let object): object.contains { $0.value.hasNull(inArray: inArray) }
    }
  }

  /// A key that some object in here has twice.
  var duplicateKey: String? {
    switch self {
    case .null, .bool, .number, .string: nil
    case .array(let elements): elements.lazy.compactMap(\.duplicateKey).first
    case .object(let object):
      object.duplicateKeys.first ?? object.lazy.compactMap(\.value.duplicateKey).first
    }
  }
}
