/// Where a fault rule cannot be understood, and why.
package struct FaultRuleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The whole rule as it was given; outside text.
  package let rule: String
  /// Code points before the fault.
  package let offset: Int
  /// What is wrong, for people.
  package let reason: String

  /// Column in code points, from 1.
  package var column: Int { offset + 1 }

  /// The rule, a caret under the fault, and the reason; printable ASCII, so that the caret is right.
  ///
  ///     drop kind=acepted
  ///               ^ no such kind; …
  package var description: String {
    let shown = rule.unicodeScalars.map { scalar in
      (0x20...0x7E).contains(scalar.value) ? Character(scalar) : "?"
    }
    return String(shown) + "\n" + String(repeating: " ", count: offset) + "^ " + reason
  }
}
