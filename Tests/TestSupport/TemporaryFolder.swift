import Sandbox

/// An empty folder, 0700, that is removed with all that is in it.
package struct TemporaryFolder: ~Copyable {
  /// Absolute, without a slash at the end.
  package let path: String

  package init(_ name: String = "shadowscope-test") throws {
    path = try PrivateFiles.makeTemporaryFolder(in: "/tmp", name: name)
  }

  deinit { PrivateFiles.removeTree(path) }

  /// The path of something in the folder.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, 0600.
  package func write(_ text: String, to name: String) throws {
    try PrivateFiles.write(Array(text.utf8), to: path(name))
  }
}
