/// A text in which each `*` stands for any characters, or none.
package struct Glob: Hashable, Sendable {
  /// What stands between the stars, as bytes: names compare by code points.
  private let pieces: [[UInt8]]

  package init(_ text: String) {
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
