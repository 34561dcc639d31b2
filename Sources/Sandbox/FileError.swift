import Glibc

/// The system refused a file operation.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, as a verb: "create", "write", "lock".
  package let operation: String
  package let path: String
  /// The C name is in `errno.h`, for instance `EACCES`.
  package let code: CInt

  /// Takes the cause from `errno`, so it comes right after the call that failed.
  package init(_ operation: String, _ path: String, code: CInt = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  package var description: String {
    "cannot \(operation) \(path): \(String(cString: strerror(code)))"
  }
}
