import Glibc

/// Keeps a second sandbox out of a folder for as long as it lives, whatever ends this process.
final class FolderLock: Sendable {
  private let descriptor: CInt

  /// Opens or creates the file and locks it.
  ///
  /// - Returns: nil if someone else has the lock.
  /// - Throws: `FileError`.
  init?(_ path: String) throws(FileError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("open", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw FileError("lock", path, code: code)
    }
  }

  /// Puts a text into the file, for those who find it later; it is of no matter if that fails.
  func note(_ text: String) {
    let bytes = Array(text.utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, bytes, bytes.count, 0) }
  }

  deinit {
    // A child that is just being started may hold a copy of the descriptor for a moment longer.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
