package import JSON

/// Paths of resources, where a `*` in a name stands for any characters, or none.
///
/// It covers a path that fits and all that is below it: `pump*` covers `/pump1/flow`.
package struct PathPattern: Hashable, Sendable {
  /// As it was written.
  package let text: String
  /// One a level, each what stands between its stars, as bytes: names compare by code points.
  private let names: [[[UInt8]]]
  private let path: JSONPath

  /// - Parameters:
  ///   - text: how people are told of it.
  ///   - path: one step or more, all of them keys; stars in them have their meaning.
  package init(text: String, path: JSONPath) {
    self.text = text
    self.path = path
    names = path.steps.map { step in
      guard case .key(let key) = step else { return [[]] }
      return key.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        .map(Array.init)
    }
  }

  /// Whether a path is this one or below it.
  package func covers(_ path: JSONPath) -> Bool {
    guard path.steps.count >= names.count else { return false }
    return zip(names, path.steps).allSatisfy { pieces, step in
      guard case .key(let key) = step else { return false }
      return Self.fits(key, pieces)
    }
  }

  /// Whether everything that another covers is covered by this one.
  package func covers(_ other: PathPattern) -> Bool { covers(other.path) }

  private static func fits(_ name: String, _ pieces: [[UInt8]]) -> Bool {
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
