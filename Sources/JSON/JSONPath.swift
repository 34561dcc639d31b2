/// One step from a value into it.
package enum JSONStep: Hashable, Sendable {
  case key(String)
  case index(Int)

  package static func == (left: JSONStep, right: JSONStep) -> Bool {
    switch (left, right) {
    case (.key(let left), .key(let right)): left.hasSameScalars(as: right)
    case (.index(let left), .index(let right)): left == right
    case (.key, _), (.index, _): false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .key(let key): hasher.combine(ScalarKey(key))
    case .index(let index): hasher.combine(index)
    }
  }
}

/// The way from a value to one inside it; empty for the value itself.
///
/// Its text form is the JSON Pointer of RFC 6901, since MIC resource names may hold `/` and `.`.
package struct JSONPath: Hashable, Sendable {
  package var steps: [JSONStep]

  package init(_ steps: [JSONStep] = []) { self.steps = steps }
  package init(keys: [String]) { steps = keys.map(JSONStep.key) }

  /// The RFC 6901 pointer: `""` for the whole, else each step behind a `/` with `~0` and `~1`.
  package var pointer: String {
    steps.map { step in
      switch step {
      case .key(let key): "/" + Self.escaped(key)
      case .index(let index): "/\(index)"
      }
    }.joined()
  }

  package func appending(_ step: JSONStep) -> JSONPath { JSONPath(steps + [step]) }
  package func appending(key: String) -> JSONPath { appending(.key(key)) }

  /// Whether `other` is this path or leads further in.
  package func isPrefix(of other: JSONPath) -> Bool { other.steps.starts(with: steps) }

  private static func escaped(_ key: String) -> String {
    var result = ""
    for scalar in key.unicodeScalars {
      switch scalar {
      case "~": result += "~0"
      case "/": result += "~1"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// A JSON Pointer (RFC 6901) as it was typed: whether a token is a key or an index is known only
/// beside a document.
package struct JSONPointer: Hashable, Sendable {
  /// The reference tokens, unescaped.
  package let tokens: [String]

  /// Takes `""` or a text that starts with `/` and has no `~` but in `~0` and `~1`, or nothing.
  package init?(_ text: String) {
    guard !text.isEmpty else {
      tokens = []
      return
    }
    guard text.utf8.first == UInt8(ascii: "/") else { return nil }
    var tokens: [String] = []
    for token in text.unicodeScalars.dropFirst().split(
      separator: "/", omittingEmptySubsequences: false)
    {
      guard let token = Self.unescaped(token) else { return nil }
      tokens.append(token)
    }
    self.tokens = tokens
  }

  private static func unescaped(_ token: Substring.UnicodeScalarView) -> String? {
    var result = ""
    var afterTilde = false
    for scalar in token {
      switch (afterTilde, scalar) {
      case (true, "0"): result += "~"
      case (true, "1"): result += "/"
      case (true, _): return nil
      case (false, "~"): break
      case (false, _): result.unicodeScalars.append(scalar)
      }
      afterTilde = !afterTilde && scalar == "~"
    }
    return afterTilde ? nil : result
  }

  /// The path to the value that this points to in `document`, or nil if there is none.
  ///
  /// An index has no leading zero and no sign (RFC 6901 section 4); `-` points to nothing.
  package func path(in document: JSONValue) -> JSONPath? {
    var path = JSONPath()
    var value = document
    for token in tokens {
      switch value {
      case .object(let object):
        guard let next = object[token] else { return nil }
        path.steps.append(.key(token))
        value = next
      case .array(let elements):
        guard let index = Int(token), "\(index)" == token, elements.indices.contains(index) else {
          return nil
        }
        path.steps.append(.index(index))
        value = elements[index]
      case .null, .bool, .number, .string: return nil
      }
    }
    return path
  }
}

extension JSONValue {
  /// The value at a path, or nil if the way is not there.
  package subscript(path: JSONPath) -> JSONValue? {
    var value = self
    for step in path.steps {
      switch (step, value) {
      case (.key(let key), .object(let object)):
        guard let next = object[key] else { return nil }
        value = next
      case (.index(let index), .array(let elements)):
        guard elements.indices.contains(index) else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }
}
