import Sandbox
import TestSupport

/// Debian's mosquitto clients, as anybody else on the broker.
enum Mosquitto {
  /// Publishes a message with QoS 1.
  static func publish(
    _ message: String, to topic: String, as identity: IdentityFolder, of batch: BatchFolder,
    port: Int
  ) throws {
    let (ending, _, errors) = try ChildProcess.run(
      ["mosquitto_pub"] + connection(identity, batch, port)
        + ["-q", "1", "-t", topic, "-m", message])
    guard ending == .exited(0) else { throw ChildProcess.Failure(description: errors) }
  }

  /// Subscribes; returns when the broker has granted it.
  static func subscribe(
    to topic: String, as identity: IdentityFolder, of batch: BatchFolder, port: Int
  ) throws -> ChildProcess {
    // Away from a terminal its lines would wait for a full block.
    let child = try ChildProcess(
      ["stdbuf", "-oL", "mosquitto_sub"] + connection(identity, batch, port)
        + ["-q", "1", "-d", "-v", "-t", topic])
    try child.wait(for: "subscription") { $0.outputText.contains("Subscribed (") }
    return child
  }

  private static func connection(
    _ identity: IdentityFolder, _ batch: BatchFolder, _ port: Int
  ) -> [String] {
    [
      "-h", "localhost", "-p", "\(port)", "--cafile", batch.authority, "--cert",
      identity.certificate, "--key", identity.privateKey, "-V", "mqttv311",
    ]
  }
}
