import Testing

/// One text for one case name of the public suite nst/JSONTestSuite.
///
/// The names, and so the rules that they stand for, are the suite's; the texts are ours.
struct SuiteCase: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]

  init(_ name: String, _ text: String) {
    self.name = name
    bytes = Array(text.utf8)
  }

  /// Takes bytes in hexadecimal, for what is no UTF-8 or cannot be seen.
  init(_ name: String, hex: String) {
    self.name = name
    bytes = hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
  }

  var testDescription: String { name }
}
