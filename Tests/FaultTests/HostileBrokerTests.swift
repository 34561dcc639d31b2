import JSON
import Shadow
import TestSupport
import Testing
import Thing
@testable import Monitor

@Suite("A hostile broker", .timeLimit(.minutes(5)))
struct HostileBrokerTests {
  @Test(
    "sends what it likes: it is shown or ignored, and the shadow stays right",
    arguments: HostileRow.all)
  func hostile(_ row: HostileRow) async throws {
    let broker = try HostileBroker(row.send)
    let monitor = LiveMonitor(try broker.configuration())
    try await monitor.wait(for: "version 8", seconds: 30) { monitor in
      // After what is no MQTT it waits for half a minute, or for a person.
      if monitor.waitsForLong { monitor.type("r") }
      return monitor.isHarmless && monitor.model.shadow.version == 8
    }
    #expect(monitor.isHarmless, "nothing that a terminal acts on")
    #expect(monitor.temperature == 30)
    if let survives = row.survives {
      #expect((broker.accepted == 1) == survives, "\(monitor.outages)")
    }
    let shown = monitor.screen.joined(separator: "\n")
    for words in row.shows { #expect(shown.contains(words), "\(shown)") }
  }

  @Test(
    "answers CONNECT with what is none: that is an end, and the next connection is as good as any",
    arguments: [
      [0x20, 0], [0x20, 1, 0], [0x20, 2, 0xFF, 0], [0x20, 2, 0, 0xFF], [0x20, 3, 0, 0, 0],
      [0xFF, 0xFF], [0x90, 3, 0, 1, 0], [0x30, 2, 0, 0], [0],
    ] as [[UInt8]])
  func handshake(_ reply: [UInt8]) async throws {
    let scene = try FaultScene()
    try scene.serve(as: scene.server()) { client, _ in
      _ = try client.readPacket()
      try client.send(reply)
    }
    let monitor = LiveMonitor(try scene.configuration())
    try await monitor.wait(for: "an end") { !$0.outages.isEmpty }
    scene.heal()
    if monitor.waitsForLong { monitor.type("r") }
    try await monitor.online(seconds: 40)
  }
}

extension LiveMonitor {
  /// Whether no cell of the screen holds what a terminal would act on.
  var isHarmless: Bool {
    screen.allSatisfy { row in
      row.unicodeScalars.allSatisfy { scalar in
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
          && !(0x202A...0x202E).contains(scalar.value)
      }
    }
  }

  /// What is reported as the temperature.
  var temperature: JSONValue? {
    model.shadow.document?.value(.reported, JSONPath(keys: ["temperature"]))
  }
}
