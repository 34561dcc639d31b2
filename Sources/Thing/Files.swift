import Glibc

/// The few questions that this room asks the file system.
package enum Files {
  /// Why a file or folder cannot be used.
  struct Fault: Error, Hashable {
    /// `errno` as the system left it.
    let code: CInt
    /// Whether the path is a folder where a file is wanted.
    var isFolder = false

    /// The system's words.
    var words: String { isFolder ? "it is a folder" : String(cString: strerror(code)) }
  }

  struct Content {
    var bytes: [UInt8]
    /// Permission bits of the file that was read, for instance `0o644`.
    var mode: mode_t
  }

  /// What a file holds that may be a private key.
  struct SecretContent {
    let bytes: SecretBytes
    /// Permission bits of the file that was read, for instance `0o644`.
    let mode: mode_t
  }

  /// Reads a whole file; bytes and mode are those of one opened file, whatever happens to the path.
  ///
  /// - Parameters:
  ///   - path: of a regular file, or a link to one.
  ///   - limit: bytes; a longer file is refused as too large.
  /// - Returns: the content, or why it cannot be had.
  static func read(_ path: String, limit: Int = 8 << 20) -> Result<Content, Fault> {
    withFile(path, limit: limit) { descriptor, size in
      var bytes = [UInt8](repeating: 0, count: size)
      guard let count = bytes.withUnsafeMutableBytes({ fill($0, from: descriptor) }) else {
        return nil
      }
      bytes.removeLast(bytes.count - count)
      return bytes
    }.map { Content(bytes: $0, mode: $1) }
  }

  /// Reads a whole file as ``read(_:limit:)`` does, into memory that is wiped.
  static func readSecret(_ path: String, limit: Int) -> Result<SecretContent, Fault> {
    withFile(path, limit: limit) { descriptor, size in
      SecretBytes(capacity: size) { fill($0, from: descriptor) }
    }.map { SecretContent(bytes: $0, mode: $1) }
  }

  /// Opens a regular file of limited size.
  ///
  /// - Parameters:
  ///   - path: of the file, or of a link to it.
  ///   - limit: bytes.
  ///   - read: given the descriptor and the size in bytes; nil for a failure that is in `errno`.
  /// - Returns: what was read with the file's permission bits, or why it was not.
  private static func withFile<Bytes>(
    _ path: String, limit: Int, _ read: (CInt, Int) -> Bytes?
  ) -> Result<(Bytes, mode_t), Fault> {
    // Not blocking: a named pipe in the file's place must not hold us up.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(Fault(code: errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failure(Fault(code: errno)) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      return .failure(Fault(code: EISDIR, isFolder: true))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return .failure(Fault(code: EINVAL)) }
    guard Int(status.st_size) <= limit else { return .failure(Fault(code: EFBIG)) }
    guard let bytes = read(descriptor, Int(status.st_size)) else {
      return .failure(Fault(code: errno))
    }
    return .success((bytes, status.st_mode & 0o7777))
  }

  /// Reads until the buffer is full or the file ends.
  ///
  /// - Returns: how many bytes there were; nil for a failure that is in `errno`.
  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from descriptor: CInt
  ) -> Int? {
    var filled = 0
    while filled < buffer.count {
      let count = Glibc.read(
        descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { break }
      filled += count
    }
    return filled
  }

  /// The bytes of a regular file of at most `limit` bytes; nil if there is no such file.
  package static func bytes(of path: String, limit: Int) -> [UInt8]? {
    guard case .success(let content) = read(path, limit: limit) else { return nil }
    return content.bytes
  }

  /// The names in a folder, without the hidden ones.
  static func entries(of path: String) -> Result<[String], Fault> {
    guard let names = names(in: path) else { return .failure(Fault(code: errno)) }
    return .success(names.filter { !$0.hasPrefix(".") })
  }

  /// The names in a folder, in no order, without `.` and `..`; nil, the cause in `errno`, where it
  /// cannot be read.
  package static func names(in path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Writes all bytes where a file stands, whatever interrupts that.
  ///
  /// - Returns: nil, or `errno` as the system left it; then a part of them may be written.
  package static func write(_ bytes: [UInt8], to descriptor: CInt) -> CInt? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN || errno == EWOULDBLOCK else { return errno }
        // Another program that has the same description made it non-blocking.
        var source = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&source, 1, -1)
      } else {
        rest = rest.dropFirst(count)
      }
    }
    return nil
  }

  /// Waits until the names in a folder survive a loss of power.
  ///
  /// - Returns: nil, or `errno` as the system left it, and whether the folder could be opened at all.
  package static func synchronizeNames(in folder: String) -> (code: CInt, isOpen: Bool)? {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return (errno, false) }
    defer { close(descriptor) }
    return fsync(descriptor) == 0 ? nil : (errno, true)
  }

  static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

  static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  static func withoutTrailingSlashes(_ path: String) -> String {
    guard let last = path.lastIndex(where: { $0 != "/" }) else { return path.isEmpty ? "." : "/" }
    return String(path[...last])
  }

  /// The folder that holds this path.
  static func parent(of path: String) -> String {
    let path = resolved(path)
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The last name of a path, also where it ends in `.` or `..`.
  static func lastName(ofResolved path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard name == "." || name == ".." else { return name }
    return resolved(path).split(separator: "/").last.map(String.init) ?? name
  }

  /// Without links and dots where the path exists, else as it is.
  static func resolved(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }
}
