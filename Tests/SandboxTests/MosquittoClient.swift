import Dispatch
import Sandbox
import Synchronization

/// Debian's `mosquitto_pub` and `mosquitto_sub` as a second opinion on what the broker lets pass.
enum MosquittoClient {
  struct NotInstalled: Error { let name: String }
  struct TimedOut: Error { let output: [String] }

  /// Publishes one message.
  ///
  /// - Returns: how the program ended and what it said.
  static func publish(
    _ message: String, to topic: String, as identity: IdentityFolder, of batch: BatchFolder,
    port: Int, host: String = "localhost", more: [String] = []
  ) throws -> (exit: SupervisedProcess.Exit, output: [String]) {
    try run(
      "mosquitto_pub",
      connection(identity, batch, port, host)
        + ["-q", "1", "-t", topic, "-m", message, "--quiet"] + more)
  }

  /// Runs a program to its end.
  static func run(
    _ name: String, _ arguments: [String]
  ) throws -> (exit: SupervisedProcess.Exit, output: [String]) {
    let lines = Lines()
    let process = try start(name, arguments, lines)
    guard let exit = process.waitForExit(milliseconds: 10_000) else {
      process.signal(9)
      throw TimedOut(output: lines.all)
    }
    return (exit, lines.all)
  }

  static func connection(
    _ identity: IdentityFolder, _ batch: BatchFolder, _ port: Int, _ host: String = "localhost"
  ) -> [String] {
    [
      "-h", host, "-p", "\(port)", "--cafile", batch.authority, "--cert", identity.certificate,
      "--key", identity.privateKey, "-V", "mqttv311",
    ]
  }

  fileprivate static func start(
    _ name: String, _ arguments: [String], _ lines: Lines
  ) throws -> SupervisedProcess {
    guard let path = Executable.find(name) else { throw NotInstalled(name: name) }
    guard let stdbuf = Executable.find("stdbuf") else { throw NotInstalled(name: "stdbuf") }
    // Away from a terminal mosquitto_sub keeps its lines to itself until a block is full.
    return try SupervisedProcess.start(
      stdbuf, ["-oL", path] + arguments, dieWithParent: Executable.find("setpriv"),
      onLine: { lines.add($0) })
  }
}

/// A running `mosquitto_sub`; killed when the value goes.
struct Subscription: ~Copyable {
  let process: SupervisedProcess
  private let lines: Lines

  /// Starts it; returns when the broker has granted the subscription.
  init(
    to topics: [String], as identity: IdentityFolder, of batch: BatchFolder, port: Int
  ) throws {
    let lines = Lines()
    let process = try MosquittoClient.start(
      "mosquitto_sub",
      MosquittoClient.connection(identity, batch, port) + ["-q", "1", "-d", "-v"]
        + topics.flatMap { ["-t", $0] }, lines)
    do {
      _ = try lines.wait(for: { $0.contains { $0.hasPrefix("Subscribed (") } })
    } catch {
      process.signal(9)
      throw error
    }
    self.process = process
    self.lines = lines
  }

  deinit {
    process.signal(9)
    _ = process.waitForExit(milliseconds: 5000)
  }

  /// Messages that have come, each as "TOPIC PAYLOAD".
  var messages: [String] { Self.messages(lines.all) }

  /// Waits until so many have come.
  func waitForMessages(_ count: Int) throws -> [String] {
    Self.messages(try lines.wait(for: { Self.messages($0).count >= count }))
  }

  /// Waits until one has come that the condition holds for.
  func wait(for condition: (String) throws -> Bool) throws {
    _ = try lines.wait { lines in
      try Self.messages(lines).contains(where: condition)
    }
  }

  private static func messages(_ lines: [String]) -> [String] {
    lines.filter { $0.hasPrefix("$aws/") || $0.hasPrefix("tcxn/") || $0.hasPrefix("other/") }
  }
}

/// Lines from a child's thread.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  private let came = DispatchSemaphore(value: 0)

  var all: [String] { lines.withLock { $0 } }

  func add(_ line: String) {
    lines.withLock { $0.append(line) }
    came.signal()
  }

  /// Waits until the condition holds, at most ten seconds.
  func wait(for condition: ([String]) throws -> Bool) throws -> [String] {
    let deadline = DispatchTime.now() + .seconds(10)
    while true {
      let lines = all
      if try condition(lines) { return lines }
      guard came.wait(timeout: deadline) == .success else {
        throw MosquittoClient.TimedOut(output: lines)
      }
    }
  }
}
