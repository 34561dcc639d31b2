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
  /// From the outermost in.
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
  package func appending(index: Int) -> JSONPath { appending(.index(index)) }

  /// The path to the value that holds this one, nil for the empty path.
  package var parent: JSONPath? { steps.isEmpty ? nil : JSONPath(Array(steps.dropLast())) }

  /// The last step, nil for the empty path.
  package var last: JSONStep? { steps.last }

  package var isEmpty: Bool { steps.isEmpty }

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
