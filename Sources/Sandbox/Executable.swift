import Glibc

/// Finds programs: installed ones, and what stands beside this one.
package enum Executable {
  /// The folder of the running program, without a slash at the end; nil where the system does not
  /// tell it.
  package static var ownFolder: String? {
    ownPath.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
  }

  /// The running program; nil where the system does not tell it.
  package static var ownPath: String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Folders that hold daemons and are often not in a user's `PATH`.
  static let daemonFolders = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"]

  /// The folders that are searched, in order: those of `PATH`, then those of daemons.
  static var searched: [String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    var folders = path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    folders += daemonFolders.filter { !folders.contains($0) }
    return folders
  }

  /// The absolute path of a program, or nil if it is not installed.
  package static func find(_ name: String) -> String? {
    searched.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
