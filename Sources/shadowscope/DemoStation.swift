import Glibc
import Sandbox
import Thing

/// The demo's weather station: this program once more, as `simulate`.
///
/// A process of its own can be killed as a device can lose its power: its last will tells then that it
/// is off line (mic-thing-api 1.6).
struct DemoStation {
  /// Milliseconds that it may take to end.
  private static let patience = 2000

  private let process: SupervisedProcess

  /// Switches it on; it connects by itself.
  ///
  /// - Parameters:
  ///   - thing: one of the sandbox's.
  ///   - sandbox: which runs.
  /// - Throws: `CommandFailure` if it cannot be started.
  init(_ thing: String, in sandbox: RunningSandbox) throws(CommandFailure) {
    guard let program = Executable.ownPath else {
      throw CommandFailure(
        status: .cannotCreate, what: "The demo cannot start its weather station.",
        cause: "The system does not tell where this program is: /proc is not there.",
        remedy: "Use `shadowscope sandbox` and `shadowscope simulate` in its place.")
    }
    do throws(FileError) {
      process = try SupervisedProcess.start(
        program,
        [
          "simulate", "weather-station", "--quiet", "--no-profile", "--thing-dir",
          sandbox.batch.thing(thing).path, "--ca", sandbox.batch.authority, "--endpoint",
          "localhost:\(sandbox.port)",
        ], dieWithParent: Executable.find("setpriv"))
    } catch {
      throw CommandFailure(.file(error))
    }
  }

  /// Switches it off; returns when it has ended.
  func stop() {
    process.signal(SIGKILL)
    _ = process.waitForExit(milliseconds: Self.patience)
  }
}
