import JSON
import Sandbox
import Shadow
import Simulation
import TestSupport
import Testing

@Suite("The simulated device on its connection")
struct SimulatedDeviceTests {
  @Test("reports everything at first and then goes on by itself")
  func reports() throws {
    let sandbox = try TestSandbox(things: ["station"])
    let monitor = try subscription(in: sandbox)
    try sandbox.running.startDevice(
      thing: "station", rules: rules, wishes: ["pump1": ["flow": 12]], seed: 1)
    let versions = try documents(monitor.waitForMessages(3)).map(\.version)
    #expect(versions == [1, 2, 3])
    let first = try #require(documents(monitor.messages).first)
    #expect(first.reported == ["mode": "auto", "pump1": ["flow": 2], "count": 0])
    #expect(first.delta == ["pump1": ["flow": 12]])
  }

  @Test("obeys what the owner asks for")
  func obedience() throws {
    let sandbox = try TestSandbox(things: ["station"])
    let monitor = try subscription(in: sandbox)
    try sandbox.running.startDevice(thing: "station", rules: rules, seed: 1)
    _ = try monitor.waitForMessages(1)
    try MosquittoClient.publish(
      #"{"state":{"desired":{"mode":"manual"}}}"#, to: "$aws/things/station/shadow/update",
      as: sandbox.batch.owner, of: sandbox.batch, port: sandbox.port)
    try monitor.wait(for: "the mode that was asked for") { message in
      documents([message]).last?.reported?["mode"] == "manual"
    }
  }

  /// A device that counts, ten times a second.
  private var rules: Rules {
    var rules = Rules()
    rules.reported = ["mode": "auto", "pump1": ["flow": 2]]
    rules.reporters = [
      Rules.Reporter(
        path: JSONPath(keys: ["count"]),
        source: .count(ValueSource.Count(decimals: Decimals(places: 0), start: 0, step: 1)),
        schedule: .every(TimeRange(100)))
    ]
    return rules
  }

  private func subscription(in sandbox: borrowing TestSandbox) throws -> Subscription {
    try Subscription(
      to: ["$aws/things/station/shadow/update/documents"], as: sandbox.batch.thing("station"),
      of: sandbox.batch, port: sandbox.port)
  }

  private func documents(_ messages: [String]) -> [ShadowDocument] {
    messages.compactMap { line in
      let topic = line.prefix { $0 != " " }
      let payload = line.dropFirst(topic.count + 1)
      let message = ShadowMessage(topic: String(topic), payload: Array(payload.utf8))
      guard case .documents(_, let current)? = message?.content else { return nil }
      return current
    }
  }
}
