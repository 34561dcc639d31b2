package import JSON

/// Something about a shadow that is true or not yet: what `wait` waits for.
///
/// `init(parsing:)` reads it, `text` writes it; nesting is at most `deepest` levels, so that walks
/// may recurse.
package indirect enum Condition: Equatable, Sendable {
  /// A value that stands in the condition itself.
  case literal(JSONValue)
  /// The value at a path; alone it is true where that is the literal `true`.
  case value(ConditionPath)
  /// Whether there is a value.
  case exists(ConditionPath)
  /// Whether the value has been another one since the wait began.
  case changed(ConditionPath)
  /// Whole seconds since the service wrote the value, or the newest part of it.
  case age(ConditionPath)
  case comparison(Condition, Comparison, Condition)
  case not(Condition)
  /// True where all parts are; two or more.
  case all([Condition])
  /// True where one part is; two or more.
  case any([Condition])

  /// Levels of parentheses, negations and containers that a text may have.
  package static let deepest = 64
}

/// How two values are compared.
package enum Comparison: String, CaseIterable, Sendable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  /// Whether this asks which comes first.
  var isOrder: Bool { self != .equal && self != .unequal }

  /// Compares; false where either has no value, and an order also where the two are not both numbers
  /// or both texts.
  ///
  /// Numbers compare by their exact value, texts by code points, everything by value.
  func holds(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
    guard let left, let right else { return false }
    switch self {
    case .equal: return left == right
    case .unequal: return left != right
    case .less: return left.precedes(right)
    case .greater: return right.precedes(left)
    case .lessOrEqual: return left.isOrdered(with: right) && !right.precedes(left)
    case .greaterOrEqual: return left.isOrdered(with: right) && !left.precedes(right)
    }
  }
}

extension JSONValue {
  /// Whether this kind of value has an order.
  var hasOrder: Bool { number != nil || string != nil }

  fileprivate func isOrdered(with other: JSONValue) -> Bool {
    number != nil && other.number != nil || string != nil && other.string != nil
  }

  fileprivate func precedes(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.number(let left), .number(let right)): left < right
    // The order of UTF-8 is that of code points.
    case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
    }
  }
}

extension Condition {
  /// What is asked of the shadow, each once, in the order of the text.
  var subjects: [Subject] {
    var found: [Subject] = []
    walk { condition in
      guard let subject = condition.subject, !found.contains(subject) else { return }
      found.append(subject)
    }
    return found
  }

  /// Something of a shadow that a condition looks at.
  enum Subject: Hashable {
    case value(ConditionPath)
    case age(ConditionPath)

    /// As the condition names it.
    var text: String {
      switch self {
      case .value(let path): path.text
      case .age(let path): "age(\(path.text))"
      }
    }
  }

  private var subject: Subject? {
    switch self {
    case .value(let path), .exists(let path), .changed(let path): .value(path)
    case .age(let path): .age(path)
    case .literal, .comparison, .not, .all, .any: nil
    }
  }

  /// Visits this and all its parts, from left to right.
  func walk(_ visit: (Condition) -> Void) {
    visit(self)
    switch self {
    case .literal, .value, .exists, .changed, .age: break
    case .comparison(let left, _, let right):
      left.walk(visit)
      right.walk(visit)
    case .not(let inner): inner.walk(visit)
    case .all(let parts), .any(let parts): parts.forEach { $0.walk(visit) }
    }
  }

  /// Whether this may be true: a number or a text alone is neither true nor false.
  var mayBeTrue: Bool {
    switch self {
    case .literal(let value): value.bool != nil
    case .age: false
    case .value(let path): path.root != .version
    case .exists, .changed, .comparison, .not, .all, .any: true
    }
  }
}
