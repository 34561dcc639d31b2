import Glibc
import Thing

/// The folders of sandboxes that were started without one.
enum TemporarySandboxes {
  private static let name = "shadowscope-sandbox"
  /// The first word in the marker of a folder that was locked, and goes with its sandbox.
  static let mark = "temporary"
  /// Seconds for which a folder with an empty marker is left alone: its sandbox may be about to lock
  /// it.
  private static let youth = 60

  /// Makes a folder for one sandbox.
  static func make(in parent: String) throws(FileError) -> String {
    try PrivateFiles.makeTemporaryFolder(in: parent, name: name)
  }

  /// Removes our folders whose sandbox was killed before it could do so itself.
  static func sweep(_ parent: String) {
    for name in PrivateFiles.names(in: parent) where name.hasPrefix("\(Self.name).") {
      let folder = BatchFolder(path: "\(parent)/\(name)")
      var status = stat()
      guard lstat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
        status.st_uid == geteuid(), lstat(folder.marker, &status) == 0,
        let words = Files.bytes(of: folder.marker, limit: 100),
        words.isEmpty
          ? status.st_mtim.tv_sec + youth < time(nil) : words.starts(with: mark.utf8),
        // Nobody holds the lock any more.
        let lock = try? FolderLock(folder.marker)
      else { continue }
      withExtendedLifetime(lock) { PrivateFiles.removeTree(folder.path) }
    }
  }
}
