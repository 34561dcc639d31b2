import Glibc

/// A text in a file that only its owner can read, in a folder of its own, both gone with this value.
///
/// The folder is for what editors put beside a file: swap files, backups.
final class EditorFile {
  /// Far more than any shadow; what is read is held in memory.
  static let longest = 1 << 20

  let path: String
  private let folder: String

  /// Writes the text.
  ///
  /// - Parameters:
  ///   - text: at most what fits on the disk.
  ///   - name: what the editor shows and tells the language by; made harmless.
  ///   - place: the folder where the new folder is made.
  /// - Throws: `EditorError.noFile`; nothing is left behind.
  init(_ text: String, named name: String, in place: String) throws(EditorError) {
    var template = Array("\(place)/shadowscope-edit-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .noFile(folder: place, reason: String(cString: strerror(errno)))
    }
    folder = template.withUnsafeBufferPointer { pointer in
      pointer.baseAddress.map { String(cString: $0) } ?? ""
    }
    path = "\(folder)/\(Self.harmless(name))"
    if let reason = Self.write(text, to: path) {
      discard()
      throw .noFile(folder: place, reason: reason)
    }
  }

  deinit { discard() }

  /// The text as it is now; an editor may have put another file in its place.
  func read() throws(EditorError) -> String {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .unreadable(reason: String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(reason: "it is no ordinary file")
    }
    guard status.st_size <= Self.longest else {
      throw .tooLong(count: Int(status.st_size), limit: Self.longest)
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= Self.longest {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count == 0 { break }
      guard count > 0 || errno == EINTR else {
        throw .unreadable(reason: String(cString: strerror(errno)))
      }
      bytes += buffer[..<max(0, count)]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  /// The folder for files of this session: the person's own, if there is one and nobody else can
  /// write to it.
  static func folder(_ environment: [String: String]) -> String {
    if let own = environment["XDG_RUNTIME_DIR"], own.hasPrefix("/") {
      var status = stat()
      if lstat(own, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
        status.st_mode & 0o022 == 0
      {
        return own
      }
    }
    return environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
  }

  /// A file name that is no path, no option and not hidden.
  static func harmless(_ name: String) -> String {
    let letters = name.unicodeScalars.suffix(60).map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value))
        || scalar == "." || scalar == "-" ? Character(scalar) : "_"
    }
    let name = String(String(letters).drop { $0 == "." || $0 == "-" })
    return name.isEmpty ? "value.json" : name
  }

  /// Makes the file with the text in it.
  ///
  /// - Returns: the system's words for why not, nil when it is done.
  private static func write(_ text: String, to path: String) -> String? {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return String(cString: strerror(errno)) }
    var reason: CInt = 0
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty, reason == 0 {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { reason = errno }
      rest = rest.dropFirst(max(0, count))
    }
    if close(file) != 0, reason == 0 { reason = errno }
    return reason == 0 ? nil : String(cString: strerror(reason))
  }

  /// Removes the folder with all that is in it; symbolic links are removed, never followed.
  func discard() {
    var folders = [folder]
    var index = 0
    while index < folders.count {
      let parent = folders[index]
      index += 1
      guard let stream = opendir(parent) else { continue }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        if unlink("\(parent)/\(name)") != 0, errno == EISDIR { folders.append("\(parent)/\(name)") }
      }
    }
    for folder in folders.reversed() { rmdir(folder) }
  }
}
