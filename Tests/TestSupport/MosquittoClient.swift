package import Sandbox

/// Debian's mosquitto clients, as anybody else on the broker: a second opinion on what it lets pass.
package enum MosquittoClient {
  /// Publishes one message with QoS 1.
  ///
  /// - Parameters:
  ///   - message: its payload.
  ///   - topic: the full topic.
  ///   - identity: whose certificate and key.
  ///   - batch: whose authority vouches for the broker.
  ///   - port: the broker's.
  ///   - host: a name or address of this machine.
  ///   - more: further arguments of `mosquitto_pub`.
  /// - Throws: `ChildProcess.Failure` with its words if the broker refused the client.
  package static func publish(
    _ message: String, to topic: String, as identity: IdentityFolder, of batch: BatchFolder,
    port: Int, host: String = "localhost", more: [String] = []
  ) throws {
    let (ending, output, errors) = try ChildProcess.run(
      ["mosquitto_pub"] + connection(identity, batch, port, host)
        + ["-q", "1", "-t", topic, "-m", message] + more)
    guard ending == .exited(0) else {
      throw ChildProcess.Failure(description: "mosquitto_pub: \(ending)\n\(output)\(errors)")
    }
  }

  fileprivate static func connection(
    _ identity: IdentityFolder, _ batch: BatchFolder, _ port: Int, _ host: String
  ) -> [String] {
    [
      "-h", host, "-p", "\(port)", "--cafile", batch.authority, "--cert", identity.certificate,
      "--key", identity.privateKey, "-V", "mqttv311",
    ]
  }
}

/// A running `mosquitto_sub`; killed when the value goes.
package struct Subscription: ~Copyable {
  private let child: ChildProcess

  /// Starts it; returns when the broker has granted the subscription.
  ///
  /// - Parameters:
  ///   - topics: filters, all with QoS 1.
  ///   - identity: whose certificate and key.
  ///   - batch: whose authority vouches for the broker.
  ///   - port: the broker's.
  ///   - more: further arguments of `mosquitto_sub`.
  /// - Throws: `ChildProcess.Failure` with its words if that does not come about.
  package init(
    to topics: [String], as identity: IdentityFolder, of batch: BatchFolder, port: Int,
    more: [String] = []
  ) throws {
    // Away from a terminal it keeps its lines to itself until a block is full.
    let child = try ChildProcess(
      ["stdbuf", "-oL", "mosquitto_sub"]
        + MosquittoClient.connection(identity, batch, port, "localhost") + ["-q", "1", "-d", "-v"]
        + topics.flatMap { ["-t", $0] } + more)
    try child.wait(for: "subscription") { $0.outputText.contains("Subscribed (") }
    self.child = child
  }

  /// Messages that have come, as far as one of the calls has waited for them, each as
  /// "TOPIC PAYLOAD".
  package var messages: [String] { Self.messages(child) }

  /// How often it has been connected; it comes back by itself when it was thrown out.
  package var connections: Int {
    child.outputText.split(separator: "\n").count { $0.contains(" received CONNACK (0)") }
  }

  /// Waits until so many have come.
  package func waitForMessages(_ count: Int) throws -> [String] {
    try child.wait(for: "message number \(count)") { Self.messages($0).count >= count }
    return messages
  }

  /// Waits until one has come that the condition holds for.
  package func wait(for what: String, _ condition: (String) -> Bool) throws {
    try child.wait(for: what) { Self.messages($0).contains(where: condition) }
  }

  private static func messages(_ child: ChildProcess) -> [String] {
    child.outputText.split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast()  // not ended yet
      .filter { line in
        ["$aws/", "tcxn/", "shadowscope/", "other/"].contains { line.hasPrefix($0) }
      }
      .map(String.init)
  }
}
