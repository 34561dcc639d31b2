import Glibc

/// Files and folders that only their owner can read, under any umask, and never through a symbolic
/// link: a file is there whole or not at all, whatever happens meanwhile.
enum PrivateFile {
  /// What ends the name of a file that is being written.
  static let unfinished = ".new"

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: of a regular file.
  ///   - limit: bytes; a longer file is a fault.
  /// - Returns: its bytes; nil where there is none.
  /// - Throws: `KeepingFault`, for a symbolic link too.
  static func read(_ path: String, limit: Int) throws(KeepingFault) -> [UInt8]? {
    // Not blocking: a named pipe in the file's place must not hold us up.
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw KeepingFault("read", path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw KeepingFault("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw KeepingFault("read", path, code: EINVAL) }
    guard Int(status.st_size) <= limit else { throw KeepingFault("read", path, code: EFBIG) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw KeepingFault("read", path) }
      guard count > 0 else { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Writes a file beside the old one and puts it in its place; both survive a loss of power whole.
  ///
  /// - Parameters:
  ///   - file: its name.
  ///   - folder: which is there.
  ///   - bytes: all of it.
  /// - Throws: `KeepingFault`; then the old file is as it was.
  static func replace(
    _ file: String, in folder: String, with bytes: [UInt8]
  ) throws(KeepingFault) {
    let path = "\(folder)/\(file)"
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
      throw KeepingFault("write", path, code: ELOOP)
    }
    // Of its own name in every process: two may write the same file.
    let temporary = "\(path).\(UInt64.random(in: .min ... .max))\(unfinished)"
    do throws(KeepingFault) {
      try write(bytes, to: temporary, for: path)
      guard rename(temporary, path) == 0 else { throw KeepingFault("replace", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronizeNames(in: folder)
  }

  /// Removes a file, if it is there.
  ///
  /// - Throws: `KeepingFault`.
  static func remove(_ file: String, in folder: String) throws(KeepingFault) {
    let path = "\(folder)/\(file)"
    guard unlink(path) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return }
      throw KeepingFault("remove", path)
    }
    try synchronizeNames(in: folder)
  }

  /// Makes a folder, if it is not there, and takes it from others; its name survives a loss of power.
  ///
  /// - Parameters:
  ///   - path: absolute, without a slash at the end.
  ///   - isOurs: whether only this program uses it: then it is no symbolic link, and nobody else's.
  /// - Throws: `KeepingFault`, also where something else than a folder has the name.
  static func makeFolder(_ path: String, isOurs: Bool) throws(KeepingFault) {
    var isNew = mkdir(path, 0o700) == 0
    if !isNew {
      switch errno {
      case EEXIST: break
      case ENOENT:
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
          throw KeepingFault("make", path)
        }
        try makeFolder(String(path[..<slash]), isOurs: false)
        isNew = mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else { throw KeepingFault("make", path) }
      default: throw KeepingFault("make", path)
      }
      guard isNew || isOurs else { return }
    }
    // One that was there already has its name on the disk; a slow disk is not asked again.
    if isNew, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      // Those above that are not ours may be closed to us.
      try? synchronizeNames(in: String(path[..<slash]))
    }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw KeepingFault("use", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw KeepingFault("use", path) }
    guard status.st_uid == geteuid() else { throw KeepingFault("use", path, code: EPERM) }
    guard status.st_mode & 0o7777 != 0o700 else { return }
    guard fchmod(descriptor, 0o700) == 0 else { throw KeepingFault("make private", path) }
  }

  /// Returns when the names in a folder survive a loss of power.
  ///
  /// - Throws: `KeepingFault`.
  static func synchronizeNames(in folder: String) throws(KeepingFault) {
    guard let (code, isOpen) = Files.synchronizeNames(in: folder) else { return }
    throw KeepingFault(isOpen ? "write through to the disk" : "use", folder, code: code)
  }

  private static func write(
    _ bytes: [UInt8], to temporary: String, for path: String
  ) throws(KeepingFault) {
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw KeepingFault("write", path) }
    defer { close(descriptor) }
    // The umask may have taken bits away, also the owner's.
    guard fchmod(descriptor, 0o600) == 0 else { throw KeepingFault("make private", path) }
    if let code = Files.write(bytes, to: descriptor) {
      throw KeepingFault("write", path, code: code)
    }
    guard fsync(descriptor) == 0 else { throw KeepingFault("write through to the disk", path) }
  }
}
