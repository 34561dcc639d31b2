import Glibc

/// The folders of sandboxes that were started without one.
enum TemporarySandboxes {
  private static let name = "shadowscope-sandbox"
  /// Seconds for which a folder is left alone, since its sandbox may be about to lock it.
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
        status.st_mtim.tv_sec + youth < time(nil),
        // Nobody holds the lock any more.
        let lock = try? FolderLock(folder.marker)
      else { continue }
      withExtendedLifetime(lock) { PrivateFiles.removeTree(folder.path) }
    }
  }
}
