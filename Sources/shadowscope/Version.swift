import Terminal
import Thing

/// What `--version` tells.
enum Version {
  /// Of the program, by semantic versioning.
  static let number = "0.1.0"

  /// The program's version, and below it the libraries that it runs with.
  static var text: String {
    (["shadowscope \(number)"] + LibraryVersions.lines + [TerminalLibrary.version])
      .joined(separator: "\n")
  }
}
