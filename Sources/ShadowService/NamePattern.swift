import Shadow

/// A name of a thing or shadow in which each `*` stands for any characters, or none.
package struct NamePattern: Hashable, Sendable {
  package let text: String
  private let glob: Glob

  /// Takes characters that names may have (device-shadow spec 2.3) and stars; nil for others.
  package init?(_ text: String) {
    let isAllowed = text.utf8.allSatisfy {
      $0.isNameByte || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "*")
    }
    guard !text.isEmpty, isAllowed else { return nil }
    self.text = text
    glob = Glob(text)
  }

  /// Whether the whole name fits.
  package func matches(_ name: String) -> Bool { glob.matches(name) }
}
