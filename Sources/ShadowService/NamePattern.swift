/// A name of a thing or shadow in which each `*` stands for any characters, or none.
package struct NamePattern: Hashable, Sendable {
  package let text: String
  /// What stands between the stars, as bytes: names compare by code points.
  private let pieces: [[UInt8]]

  /// Takes characters that names may have (device-shadow spec 2.3) and stars; nil for others.
  package init?(_ text: String) {
    let isAllowed = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"),
        UInt8(ascii: "*"):
        true
      default: false
      }
    }
    guard !text.isEmpty, isAllowed else { return nil }
    self.text = text
    pieces = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map(Array.init)
  }

  /// Whether the whole name fits.
  package func matches(_ name: String) -> Bool {
    var rest = Array(name.utf8)[...]
    guard let first = pieces.first, let last = pieces.last, rest.starts(with: first) else {
      return false
    }
    guard pieces.count > 1 else { return rest.count == first.count }
    rest = rest.dropFirst(first.count)
    guard rest.count >= last.count, rest.suffix(last.count) == last[...] else { return false }
    rest = rest.dropLast(last.count)
    // Each piece where it comes first leaves most for those after it.
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.indices.first(where: { rest[$0...].starts(with: piece) }) else {
        return false
      }
      rest = rest[(found + piece.count)...]
    }
    return true
  }
}
