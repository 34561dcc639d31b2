import ArgumentParser
import JSON
import Monitor

/// A resource's path on the command line: with a `/` in front a JSON Pointer (RFC 6901), otherwise
/// one name, dots and slashes included.
struct PathArgument: ExpressibleByArgument, Hashable {
  let path: JSONPath

  init?(argument: String) {
    guard case .path(let path) = TypedPath(argument, below: JSONPath(), in: nil) else { return nil }
    self.path = path
  }
}
