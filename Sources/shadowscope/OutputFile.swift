import Glibc
import Thing

/// A file that only its owner can read: there whole or not at all, whatever happens meanwhile.
struct OutputFile {
  /// As typed; `~` in front stands for the person's own folder.
  let path: String
  /// Whether a file of this name may be replaced.
  let isReplacing: Bool

  /// Why it cannot be written.
  enum Fault: Error, Hashable {
    /// No file can have such a name.
    case noName
    /// There is a file of this name, which was left alone.
    case exists
    /// The system's error.
    case system(CInt)

    /// What the system says of its error, and what to do about it.
    static func words(of code: CInt) -> (reason: String, remedy: String) {
      let remedy =
        switch code {
        case ENOENT, ENOTDIR: "The folder does not exist: make it, or name another."
        case EACCES, EPERM, EROFS: "You may not write there: name another folder."
        case EISDIR: "This is a folder: add a file's name."
        case ENOSPC, EDQUOT: "There is no room left: name another disk, or free some."
        case ENAMETOOLONG: "Choose a shorter name."
        default: "Try another place."
        }
      return (String(cString: strerror(code)), remedy)
    }
  }

  /// Whether it may be written as far as can be told before there is anything to write.
  ///
  /// - Throws: `CommandFailure` if a file of this name is there and must stay.
  func check() throws(CommandFailure) {
    if let fault = obstacle { throw failure(fault) }
  }

  /// Writes beside it first and gives that its name when it is on the disk.
  ///
  /// - Throws: `CommandFailure`; then what was there before is as it was.
  func write(_ bytes: [UInt8]) throws(CommandFailure) {
    if let fault = put(bytes) { throw failure(fault) }
  }

  /// Writes it as `write` does.
  ///
  /// - Returns: why that failed; nil if it is done.
  func put(_ bytes: [UInt8]) -> Fault? {
    do throws(Fault) {
      let file = try UnfinishedFile(becoming: self)
      if let code = Files.write(bytes, to: file.descriptor) { return .system(code) }
      return file.finish()
    } catch {
      return error
    }
  }

  /// What is in the way already.
  var obstacle: Fault? {
    guard !path.isEmpty, !path.utf8.contains(0) else { return .noName }
    var status = stat()
    guard lstat(file, &status) == 0 else { return nil }
    if status.st_mode & S_IFMT == S_IFDIR { return .system(EISDIR) }
    return isReplacing ? nil : .exists
  }

  /// Gives what is written its name.
  ///
  /// - Returns: the system's error, nil if that is done.
  func place(_ target: String) -> CInt? {
    if !isReplacing {
      // Unlike a renaming it takes no other file's place, not even one that has come meanwhile.
      if link(target, file) == 0 {
        unlink(target)
        return nil
      }
      // Where a disk knows no links, as FAT, the name was free a moment ago.
      guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS else { return errno }
    }
    return rename(target, file) == 0 ? nil : errno
  }

  var file: String { Environment.expanding(path) }

  var folder: String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }

  func failure(_ fault: Fault) -> CommandFailure {
    switch fault {
    case .noName:
      return CommandFailure(
        status: .usage, what: "“\(path)” cannot be a file's name.", cause: "", remedy: "")
    case .exists:
      return CommandFailure(
        status: .cannotCreate, what: "\(path) is there already.", cause: "It was not touched.",
        remedy: "Name another file, or replace it with --force.")
    case .system(let code):
      let (reason, remedy) = Fault.words(of: code)
      return CommandFailure(
        status: .cannotCreate, what: "\(path) cannot be written.",
        cause: "The system says: \(reason).", remedy: remedy)
    }
  }
}
