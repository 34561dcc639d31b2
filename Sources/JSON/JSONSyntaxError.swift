/// Where a text stops being JSON, and why.
package struct JSONSyntaxError: Error, Hashable, Sendable {
  /// Line, from 1.
  package let line: Int
  /// Column in code points, from 1.
  package let column: Int
  /// Bytes before the fault.
  package let offset: Int
  /// What the grammar allows here, for people: `',' or '}'`.
  package let expected: String
  /// What is there instead, for people and already free of control characters: `'"'`, `the end`.
  package let found: String

  /// One sentence: `line 1, column 10: expected ':', found '"'`.
  package var message: String {
    "line \(line), column \(column): expected \(expected), found \(found)"
  }
}
