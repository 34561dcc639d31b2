import Glibc
import Thing

extension SettingsFile {
  /// Writes a file whole or not at all: under another name first, then in the place of what is there.
  ///
  /// A new file is its owner's alone (0600), as are folders that are made on the way; an earlier one
  /// keeps its mode. A link stays a link, and what it leads to is written.
  ///
  /// - Parameters:
  ///   - text: all of it.
  ///   - path: of the file, or of a link to it.
  ///   - old: what the file held when it was read; nil if there was none.
  /// - Throws: `SettingsFault`: `.unwritable`, or `.changedMeanwhile` if it holds something else now;
  ///   then nothing is changed.
  package static func write(
    _ text: String, to path: String, replacing old: String?
  ) throws(SettingsFault) {
    let target = try self.target(of: path)
    let folder = parent(of: target)
    try makeFolder(folder, for: path)
    let now = try self.text(target)
    guard now.map({ Array($0.utf8) }) == old.map({ Array($0.utf8) }) else {
      throw SettingsFault(file: path, kind: .changedMeanwhile)
    }
    var status = stat()
    let mode = stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0o600
    var name = Array("\(target).XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw unwritable(path) }
    defer { close(descriptor) }
    guard Files.write(Array(text.utf8), to: descriptor) == nil, fchmod(descriptor, mode) == 0,
      fsync(descriptor) == 0, rename(name, target) == 0
    else {
      let fault = unwritable(path)
      unlink(name)
      throw fault
    }
    // The name as well shall outlive a loss of power; the file is written whatever comes of this.
    _ = Files.synchronizeNames(in: folder)
  }

  /// Where a path leads, links followed; what they lead to need not be there.
  private static func target(of path: String) throws(SettingsFault) -> String {
    var path = path
    // The system's own bound.
    for _ in 0..<40 {
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &bytes, bytes.count)
      guard count > 0 else { throw unwritable(path) }
      let link = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = link.hasPrefix("/") ? link : "\(parent(of: path))/\(link)"
    }
    throw SettingsFault(file: path, kind: .unwritable(String(cString: strerror(ELOOP))))
  }

  /// The folder that a path names something in.
  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Makes a folder and those above it that are missing.
  private static func makeFolder(_ folder: String, for path: String) throws(SettingsFault) {
    var missing: [String] = []
    var folder = folder
    while !exists(folder), folder != ".", folder != "/" {
      missing.append(folder)
      folder = parent(of: folder)
    }
    for folder in missing.reversed() where mkdir(folder, 0o700) != 0 && errno != EEXIST {
      throw unwritable(path)
    }
  }

  private static func unwritable(_ path: String) -> SettingsFault {
    SettingsFault(file: path, kind: .unwritable(String(cString: strerror(errno))))
  }
}
