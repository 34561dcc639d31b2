import Glibc
import TestSupport

/// The built program, beside the test bundle that this runs in.
enum Program {
  /// Where it is.
  static var path: String {
    get throws {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
      let bundle = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init), as: UTF8.self)
      guard let slash = bundle.lastIndex(of: "/") else {
        throw ChildProcess.Failure(description: "no folder in “\(bundle)”")
      }
      return bundle[..<slash] + "/shadowscope"
    }
  }

  /// Runs a command to its end.
  ///
  /// - Returns: its exit status, nil when a signal ended it, and what it wrote.
  static func run(
    _ arguments: [String], environment: [String: String]? = nil
  ) throws -> (status: CInt?, output: String, errors: String) {
    let (ending, output, errors) = try ChildProcess.run(
      [path] + arguments, environment: environment, seconds: 30)
    guard case .exited(let status) = ending else { return (nil, output, errors) }
    return (status, output, errors)
  }

  /// Runs it in a terminal.
  static func inTerminal(
    _ arguments: [String], rows: Int = 24, columns: Int = 80, environment: [String: String] = [:]
  ) throws -> TmuxSession {
    try TmuxSession(
      [path] + arguments, rows: rows, columns: columns, environment: environment)
  }
}

/// Running processes with this text in their command line, by their identifiers; not tmux, which
/// has been told the environment of what it runs.
func processes(mentioning text: String) -> [pid_t] {
  guard let folder = opendir("/proc") else { return [] }
  defer { closedir(folder) }
  var found: [pid_t] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard let process = pid_t(name), let file = fopen("/proc/\(name)/cmdline", "r") else {
      continue
    }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&buffer, 1, buffer.count, file)
    let line = String(decoding: buffer.prefix(count), as: UTF8.self)
    if line.contains(text), !line.hasPrefix("tmux") { found.append(process) }
  }
  return found
}

/// Names in a folder, without `.` and `..`; nil if there is no such folder.
func entries(of path: String) -> [String]? {
  guard let folder = opendir(path) else { return nil }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      })
  }
  return names.filter { $0 != "." && $0 != ".." }.sorted()
}

/// Asks again and again until the condition holds.
///
/// - Throws: `ChildProcess.Failure` when the seconds are over.
func waitUntil(
  _ what: String, seconds: Double = 20, _ condition: () throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while try !condition() {
    guard ContinuousClock.now < deadline else {
      throw ChildProcess.Failure(description: "not within \(seconds) s: \(what)")
    }
    try await Task.sleep(for: .milliseconds(20))
  }
}
