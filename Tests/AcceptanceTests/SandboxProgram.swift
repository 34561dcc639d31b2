import Glibc
import JSON
import Sandbox
import TestSupport

/// A running `shadowscope sandbox` that has said that it is ready.
struct SandboxProgram {
  let child: ChildProcess
  let batch: BatchFolder
  let port: Int

  /// Starts it; returns when it answers requests.
  ///
  /// - Parameters:
  ///   - folder: its `--dir`.
  ///   - arguments: further ones.
  ///   - prefix: a program that starts it, with that one's arguments.
  ///   - errors: where its standard error goes.
  /// - Throws: `ChildProcess.Failure` with its words.
  init(
    in folder: String, _ arguments: [String] = [], prefix: [String] = [],
    errors: ChildProcess.Output = .collected
  ) throws {
    child = try ChildProcess(
      prefix + [Program.path, "sandbox", "--dir", folder] + arguments, errors: errors)
    try child.wait(seconds: 30, for: "ready line") { $0.outputText.hasSuffix("\n") }
    let port = try JSONParser.parse(child.outputText.utf8).object?["port"]?.integer
    guard let port else { throw ChildProcess.Failure(description: child.outputText) }
    self.port = Int(port)
    batch = BatchFolder(path: folder)
  }

  /// The options that name a thing and the broker.
  func options(_ thing: String) -> [String] {
    ["--thing-dir", batch.thing(thing).path, "--endpoint", "localhost:\(port)"]
  }

  /// Ends it in good order.
  func stop() throws {
    child.signal(SIGTERM)
    guard try child.waitForEnd(seconds: 20) == .exited(0) else {
      throw ChildProcess.Failure(description: child.errorText)
    }
  }

  /// Ends it as a crash would.
  func kill() throws {
    child.signal(SIGKILL)
    try child.waitForEnd(seconds: 20)
  }
}
