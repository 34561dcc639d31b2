/// A JSON Pointer (RFC 6901) as it was typed.
///
/// Whether a token is a key or an index is known only beside a document: `path(in:)` finds out. To
/// name a place that does not exist yet in objects, take `JSONPath(keys: pointer.tokens)`.
package struct JSONPointer: Sendable {
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

  /// Takes reference tokens as they are, unescaped; without any, the whole.
  package init(tokens: [String] = []) { self.tokens = tokens }

  /// As it is typed: `""` for the whole, else each token behind a `/` with `~0` and `~1`.
  package var text: String { JSONPath(keys: tokens).pointer }

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

extension JSONPointer: Hashable {
  // By code points, as all keys.
  package static func == (left: JSONPointer, right: JSONPointer) -> Bool {
    left.tokens.elementsEqual(right.tokens) { $0.hasSameScalars(as: $1) }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(tokens.count)
    for token in tokens { hasher.combine(ScalarKey(token)) }
  }
}
