package import JSON
import Shadow

/// Paths of resources, where a `*` in a name stands for any characters, or none.
///
/// It covers a path that fits and all that is below it: `pump*` covers `/pump1/flow`.
package struct PathPattern: Hashable, Sendable {
  /// As it was written.
  package let text: String
  /// One a level.
  private let names: [Glob]
  private let path: JSONPath

  /// - Parameters:
  ///   - text: how people are told of it.
  ///   - path: one step or more, all of them keys; stars in them have their meaning.
  package init(text: String, path: JSONPath) {
    self.text = text
    self.path = path
    names = path.steps.map { step in
      guard case .key(let key) = step else { return Glob("") }
      return Glob(key)
    }
  }

  /// Whether a path is this one or below it.
  package func covers(_ path: JSONPath) -> Bool {
    guard path.steps.count >= names.count else { return false }
    return zip(names, path.steps).allSatisfy { name, step in
      guard case .key(let key) = step else { return false }
      return name.matches(key)
    }
  }

  /// Whether everything that another covers is covered by this one.
  package func covers(_ other: PathPattern) -> Bool { covers(other.path) }
}
