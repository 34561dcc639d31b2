import Glibc
import Thing

/// An opened file that closes with its last owner.
final class OpenFile: Sendable {
  let path: String
  private let descriptor: CInt

  /// Opens a file; never one that a symbolic link leads to.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - flags: as `open` has them.
  /// - Throws: `FileError`.
  init(_ path: String, _ flags: CInt) throws(FileError) {
    self.path = path
    descriptor = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("open", path) }
  }

  deinit { close(descriptor) }

  /// Writes all bytes where the file stands.
  ///
  /// - Throws: `FileError`; then a part of them may be written.
  func write(_ bytes: [UInt8]) throws(FileError) {
    if let code = Files.write(bytes, to: descriptor) {
      throw FileError("write", path, code: code)
    }
  }

  /// Reads the whole file.
  ///
  /// - Throws: `FileError`.
  func readAll() throws(FileError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("look at", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError("use as a file", path, code: EINVAL)
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("read", path) }
      guard count > 0 else { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Cuts the file off.
  ///
  /// - Throws: `FileError`.
  func truncate(to length: Int) throws(FileError) {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw FileError("shorten", path) }
  }

  /// Returns when what was written, and the length, survive a loss of power.
  ///
  /// - Throws: `FileError`; then what was written may be lost, even if a later call succeeds.
  func synchronize() throws(FileError) {
    guard fdatasync(descriptor) == 0 else { throw FileError("write through to the disk", path) }
  }

  /// Takes away what the umask allowed to others, or gives back what it took from us.
  ///
  /// - Throws: `FileError`.
  func makePrivate() throws(FileError) {
    guard fchmod(descriptor, 0o600) == 0 else { throw FileError("make private", path) }
  }
}

/// Files that are there whole or not at all, whatever happens meanwhile.
enum WholeFile {
  /// What ends the name of a file that is being written.
  static let unfinished = ".new"

  /// Writes a file beside the old one and puts it in its place.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - body: writes its content.
  /// - Throws: `FileError`; then the old file is as it was.
  static func replace(
    _ path: String, _ body: (OpenFile) throws(FileError) -> Void
  ) throws(FileError) {
    let temporary = path + unfinished
    do throws(FileError) {
      if unlink(temporary) != 0, errno != ENOENT { throw FileError("replace", temporary) }
      let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL)
      try file.makePrivate()
      try body(file)
      try file.synchronize()
      guard rename(temporary, path) == 0 else { throw FileError("put in place", path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Returns when the names in a folder survive a loss of power.
  ///
  /// - Throws: `FileError`.
  static func synchronizeNames(in folder: String) throws(FileError) {
    guard let (code, isOpen) = Files.synchronizeNames(in: folder) else { return }
    throw FileError(isOpen ? "write through to the disk" : "open", folder, code: code)
  }
}
