import Glibc
import Thing

/// Files and folders that nobody but the user may read: 0600 and 0700 under any umask.
package enum PrivateFiles {
  /// Makes a fresh folder with a random end to its name.
  ///
  /// - Parameters:
  ///   - parent: an existing folder, for instance `/tmp`.
  ///   - name: how the folder's name begins.
  /// - Returns: its path, without a slash at the end.
  /// - Throws: `FileError`.
  package static func makeTemporaryFolder(
    in parent: String, name: String
  ) throws(FileError) -> String {
    var template = Array("\(parent)/\(name).XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError("create a folder in", parent) }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Makes a folder, and those above it that are missing; an existing one is made private.
  ///
  /// - Throws: `FileError`, also where something else than a folder has the name.
  package static func makeFolder(_ path: String) throws(FileError) {
    if mkdir(path, 0o700) != 0 {
      switch errno {
      case EEXIST: break
      case ENOENT:
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
          throw FileError("create", path)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 else { throw FileError("create", path) }
      default: throw FileError("create", path)
      }
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("look at", path) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError("use as a folder", path, code: ENOTDIR)
    }
    guard chmod(path, 0o700) == 0 else { throw FileError("make private", path) }
  }

  /// Writes a new file in the place of an old one; a symbolic link is replaced, never followed.
  ///
  /// - Throws: `FileError`.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    if unlink(path) != 0, errno != ENOENT { throw FileError("replace", path) }
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw FileError("create", path) }
    defer { close(file) }
    if let code = Files.write(bytes, to: file) { throw FileError("write", path, code: code) }
    // The umask may have taken bits away, also the owner's.
    guard fchmod(file, 0o600) == 0 else { throw FileError("make private", path) }
  }

  /// Makes a file of ours private, if it is there.
  ///
  /// - Throws: `FileError`.
  static func makePrivate(_ path: String) throws(FileError) {
    guard chmod(path, 0o600) == 0 || errno == ENOENT else { throw FileError("make private", path) }
  }

  /// Whether a file is there, and is neither a link nor anything else than a file.
  static func isPlainFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Names in a folder, without `.` and `..`; empty where it cannot be read.
  package static func names(in path: String) -> [String] { Files.names(in: path) ?? [] }

  /// Removes a folder with all that is in it, as far as it can; links are removed, not followed.
  package static func removeTree(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    for name in names(in: path) { removeTree("\(path)/\(name)") }
    rmdir(path)
  }
}
