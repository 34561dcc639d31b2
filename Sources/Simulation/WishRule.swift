package import JSON

/// What the device does about a value that `desired` asks for.
///
/// In this order: it may refuse the wish as such, then a value that it does not know or that is out
/// of its range, then it maps the value, and obeys: at once or in steps.
package struct WishRule: Equatable, Sendable {
  /// A wish that is refused whatever it asks for.
  package struct Refusal: Equatable, Sendable {
    /// Why; shown, and reported where the rule says so.
    package let reason: String
    /// How many of them, 1 for all.
    package let chance: Double

    package init(reason: String, chance: Double = 1) {
      (self.reason, self.chance) = (reason, chance)
    }
  }

  /// The numbers that the device takes.
  package struct Range: Equatable, Sendable {
    package let least: JSONNumber?
    package let greatest: JSONNumber?
    /// Whether the nearest that it takes is taken in place of one that it does not; refused
    /// otherwise.
    package let clamps: Bool

    package init(least: JSONNumber?, greatest: JSONNumber?, clamps: Bool) {
      (self.least, self.greatest, self.clamps) = (least, greatest, clamps)
    }
  }

  /// A number that is reached in steps.
  package struct Approach: Equatable, Sendable {
    /// Above 0.
    package let step: JSONNumber
    /// From one step to the next.
    package let every: TimeRange

    package init(step: JSONNumber, every: TimeRange) { (self.step, self.every) = (step, every) }
  }

  /// What stands in place of a value.
  package struct Mapping: Equatable, Sendable {
    /// The text that is asked for, or the JSON of anything else.
    package let wanted: String
    package let given: JSONValue

    package init(wanted: String, given: JSONValue) { (self.wanted, self.given) = (wanted, given) }
  }

  /// Where a refusal is reported.
  package struct ErrorReport: Equatable, Sendable {
    package let path: JSONPath
    /// What is reported; nil for the reason.
    package let value: JSONValue?

    package init(path: JSONPath, value: JSONValue?) { (self.path, self.value) = (path, value) }
  }

  /// Which wishes; nil for all.
  package var pattern: PathPattern?
  /// From a wish to what comes of it.
  package var delay: TimeRange
  package var refusal: Refusal?
  /// The only values that it takes; nil for all.
  package var only: [JSONValue]?
  package var range: Range?
  package var mappings: [Mapping] = []
  package var approach: Approach?
  package var errorReport: ErrorReport?

  package init(pattern: PathPattern?, delay: TimeRange) {
    (self.pattern, self.delay) = (pattern, delay)
  }

  /// What comes of a wish.
  enum Verdict: Equatable {
    case obey(JSONValue)
    case refuse(String)
  }

  /// Decides about a wish.
  ///
  /// - Parameters:
  ///   - wanted: what is asked for.
  ///   - draw: a number in 0..<1, asked only where chance decides.
  /// - Returns: the value that it comes to, or why it is refused.
  func verdict(on wanted: JSONValue, draw: () -> Double) -> Verdict {
    if let refusal, refusal.chance >= 1 || draw() < refusal.chance {
      return .refuse(refusal.reason)
    }
    if let only, !only.contains(wanted) {
      return .refuse("it takes only \(only.map(\.compact).joined(separator: ", "))")
    }
    if let mapping = mappings.first(where: { $0.fits(wanted) }) { return .obey(mapping.given) }
    return range?.verdict(on: wanted) ?? .obey(wanted)
  }
}

extension WishRule.Mapping {
  fileprivate func fits(_ value: JSONValue) -> Bool {
    (value.string ?? value.compact).hasSameScalars(as: wanted)
  }
}

extension WishRule.Range {
  /// What the device takes, in words.
  package var words: String {
    switch (least, greatest) {
    case (let least?, let greatest?): "\(least.lexeme) to \(greatest.lexeme)"
    case (let least?, nil): "\(least.lexeme) or more"
    case (nil, let greatest?): "\(greatest.lexeme) or less"
    case (nil, nil): "any number"
    }
  }

  fileprivate func verdict(on wanted: JSONValue) -> WishRule.Verdict {
    guard let number = wanted.number else { return .refuse("it takes a number, \(words)") }
    if let least, number.approximate < least.approximate {
      return clamps ? .obey(.number(least)) : .refuse("it takes \(words)")
    }
    if let greatest, number.approximate > greatest.approximate {
      return clamps ? .obey(.number(greatest)) : .refuse("it takes \(words)")
    }
    return .obey(wanted)
  }
}
