import Foundation
import Sandbox

/// The built program, beside the test bundle that this runs in.
package enum Program {
  /// Where it is.
  package static var path: String {
    get throws {
      guard let folder = Executable.ownFolder else {
        throw ChildProcess.Failure(description: "the test bundle's folder is not known")
      }
      return folder + "/shadowscope"
    }
  }

  /// Runs a command to its end.
  ///
  /// - Parameters:
  ///   - arguments: of the program.
  ///   - environment: all of it; ours without anybody's settings unless given.
  /// - Returns: its exit status, nil when a signal ended it, and what it wrote.
  /// - Throws: `ChildProcess.Failure` if it does not start or end.
  package static func run(
    _ arguments: [String], environment: [String: String]? = nil
  ) throws -> (status: CInt?, output: String, errors: String) {
    let (ending, output, errors) = try ChildProcess.run(
      [path] + arguments, environment: environment ?? ours, seconds: 30)
    guard case .exited(let status) = ending else { return (nil, output, errors) }
    return (status, output, errors)
  }

  /// Runs it in a terminal that stays when it ends: the last row then reads "ended STATUS".
  ///
  /// tmux drops what a program wrote if it learns of its end first.
  package static func inLastingTerminal(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> TmuxSession {
    try TmuxSession(
      ["sh", "-c", "\"$0\" \"$@\"; echo ended $?; read line", path] + arguments,
      environment: alone.merging(environment) { $1 })
  }

  /// An environment without the settings and the memory of whoever runs the tests: no file can be
  /// there.
  private static let alone = [
    "XDG_CONFIG_HOME": "/dev/null/none", "XDG_STATE_HOME": "/dev/null/none",
  ]

  /// Our environment, and nobody's settings.
  package static let ours = ProcessInfo.processInfo.environment.filter {
    !$0.key.hasPrefix("SHADOWSCOPE_")
  }.merging(alone) { $1 }

  /// Runs it in a terminal.
  package static func inTerminal(
    _ arguments: [String], rows: Int = 24, columns: Int = 80, type: String = "tmux-256color",
    environment: [String: String] = [:]
  ) throws -> TmuxSession {
    try TmuxSession(
      [path] + arguments, rows: rows, columns: columns, type: type,
      environment: alone.merging(environment) { $1 })
  }
}

extension TestSandbox {
  /// The options that name the thing lamp1 and its broker.
  package var options: [String] {
    ["--thing-dir", batch.thing("lamp1").path, "--endpoint", "localhost:\(port)"]
  }
}

/// The names in a folder, sorted.
package func entries(of path: String) -> [String] { PrivateFiles.names(in: path).sorted() }
