import Glibc

/// Why something could not be kept on disk, or read from there.
package struct KeepingFault: Error, Hashable, Sendable {
  /// What failed, for instance `write`.
  package let what: String
  package let path: String
  /// `errno` as the system left it.
  package let code: CInt

  /// - Parameters:
  ///   - what: what failed, for instance `write`.
  ///   - path: of the file or folder.
  ///   - code: `errno` as the system left it.
  init(_ what: String, _ path: String, code: CInt = errno) {
    self.what = what
    self.path = path
    self.code = code
  }

  /// For people: what failed, why, and what to do.
  package var words: String {
    "cannot \(what) \(path): \(String(cString: strerror(code))). \(advice)"
  }

  private var advice: String {
    switch code {
    case ENOSPC, EDQUOT: "Free some room on that disk."
    case EACCES, EPERM, EROFS: "You may not write there: set XDG_STATE_HOME to a folder of yours."
    case ELOOP: "A symbolic link stands in the way: remove it."
    case ENOTDIR, EEXIST: "Something else stands where a folder belongs."
    default: "XDG_STATE_HOME names another place."
    }
  }
}
