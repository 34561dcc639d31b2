import Glibc
import Thing

/// Reads files of settings.
package enum SettingsFile {
  /// The longest file that is read, in bytes.
  package static let limit = 1 << 18

  /// The text of a regular file.
  ///
  /// - Parameter path: of a file, or a link to one; faults name the file by it.
  /// - Returns: the text, or nil if there is no such file.
  /// - Throws: `SettingsFault`: `.unreadable`, `.tooLong` or `.noText`.
  package static func text(_ path: String) throws(SettingsFault) -> String? {
    // Not blocking: a named pipe in the file's place must not hold us up.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw unreadable(path, String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw unreadable(path, String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw unreadable(path, "it is no regular file")
    }
    // One byte more than allowed tells that there is too much, also of a file that grows.
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
      guard count > 0 else { break }
      filled += count
    }
    guard filled <= limit else { throw SettingsFault(file: path, kind: .tooLong) }
    guard let text = String(validating: bytes[..<filled], as: UTF8.self) else {
      throw SettingsFault(file: path, kind: .noText)
    }
    return text
  }

  /// Whether there is anything at a path.
  package static func exists(_ path: String) -> Bool { kind(of: path) != nil }

  /// The names in a folder that end in `.toml`, without the ending, in no order; none where there
  /// is no such folder.
  static func tomlNames(in folder: String) -> [String] {
    (Files.names(in: folder) ?? []).filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }
  }

  /// Whether a path is a folder, or a link to one.
  package static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

  static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  private static func unreadable(_ path: String, _ reason: String) -> SettingsFault {
    SettingsFault(file: path, kind: .unreadable(reason))
  }
}
