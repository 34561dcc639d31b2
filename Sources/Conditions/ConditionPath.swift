package import JSON

/// The way to a value of a shadow, as a condition names it: `reported.pump1.flow`.
package struct ConditionPath: Hashable, Sendable {
  /// What a path may start from.
  package enum Root: String, CaseIterable, Sendable {
    case reported, desired, delta, metadata, version

    /// Whether the service tells when it wrote what is there.
    var hasAge: Bool { self == .reported || self == .desired || self == .delta }
  }

  /// One step into a value.
  package enum Step: Hashable, Sendable {
    /// `.name` or `["name"]` into an object, `[0]` into an array.
    case exactly(JSONStep)
    /// `.0`, or a number in a JSON Pointer: the element of an array or the member of an object,
    /// whichever is there (RFC 6901).
    case number(Int)
  }

  package let root: Root
  package let steps: [Step]

  package init(_ root: Root, _ steps: [Step] = []) {
    self.root = root
    self.steps = steps
  }

  /// The value that the steps lead to from what the root holds; nil if the way is not there.
  func value(from start: JSONValue?) -> JSONValue? {
    var value = start
    for step in steps {
      switch step {
      case .exactly(let step): value = value?[JSONPath([step])]
      case .number(let index):
        let isArray = value?.array != nil
        value = value?[JSONPath([isArray ? .index(index) : .key("\(index)")])]
      }
    }
    return value
  }

  /// The step that a name after a dot, or a token of a JSON Pointer, stands for.
  static func step(named name: String) -> Step {
    guard let index = Int(name), index >= 0, "\(index)".utf8.elementsEqual(name.utf8) else {
      return .exactly(.key(name))
    }
    return .number(index)
  }

  /// The path as it is read back: `reported.list[0]["a.b"]`.
  package var text: String {
    root.rawValue
      + steps.map { step in
        switch step {
        case .number(let index): ".\(index)"
        case .exactly(.index(let index)): "[\(index)]"
        case .exactly(.key(let key)): Self.text(ofKey: key)
        }
      }.joined()
  }

  private static func text(ofKey key: String) -> String {
    if key.isConditionName, case .exactly = step(named: key) { return ".\(key)" }
    return "[\(JSONValue.string(key).compact(escaping: .invisible))]"
  }
}

extension Unicode.Scalar {
  /// Whether a name in a condition may hold this without quotes.
  var isNamePart: Bool {
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    case ..<0x80: false
    default: properties.isAlphabetic || properties.numericType != nil
    }
  }

  /// Whether a word may begin with this.
  var isNameStart: Bool { isNamePart && value != 0x2D && !(0x30...0x39).contains(value) }
}

extension String {
  fileprivate var isConditionName: Bool {
    !isEmpty && unicodeScalars.allSatisfy(\.isNamePart)
  }
}
