import Glibc
import Monitor
import Thing

/// A message on its way to a file that only its owner can read.
struct SavedFile {
  let bytes: [UInt8]
  /// As typed; `~` in front stands for the person's own folder.
  let path: String

  /// Writes the file whole or not at all.
  ///
  /// - Parameter isReplacing: whether a file of this name may be replaced.
  /// - Returns: what became of it.
  func write(isReplacing: Bool) -> SaveResult {
    guard !path.utf8.contains(0) else {
      return .failed("A file's name cannot hold a NUL", path: "", bytes)
    }
    let file = Environment.expanding(path)
    // Beside it, so that it can be put in its place.
    let target = isReplacing ? "\(file).\(getpid()).part" : file
    let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let code = errno
      return code == EEXIST && !isReplacing ? .exists(path: path, bytes) : failed(code)
    }
    var fault = Files.write(bytes, to: descriptor)
    if close(descriptor) != 0, fault == nil { fault = errno }
    if fault == nil, isReplacing, rename(target, file) != 0 { fault = errno }
    guard let fault else { return .saved(path: path, bytes: bytes.count) }
    unlink(target)
    return failed(fault)
  }

  private func failed(_ code: CInt) -> SaveResult {
    let advice =
      switch code {
      case ENOENT: "The folder does not exist: make it, or name another."
      case EACCES, EPERM, EROFS: "You may not write there: name another folder."
      case EISDIR: "This is a folder: add a file's name."
      case ENOSPC, EDQUOT: "There is no room left: name another disk, or free some."
      case ENAMETOOLONG: "Choose a shorter name."
      default: "Try another place."
      }
    return .failed(
      "Not saved: \(String(cString: strerror(code))). \(advice)", path: path, bytes)
  }
}
