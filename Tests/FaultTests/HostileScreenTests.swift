import Shadow
import TestSupport
import Testing

/// The program as it is built, before a broker that wants to exhaust it.
@Suite("A hostile broker, before the program", .serialized, .timeLimit(.minutes(3)))
struct HostileScreenTests {
  private static let topic = Array(HostileBroker.address.topic(.documents).utf8)

  /// A monitor in a terminal, and its process.
  private static func monitor(
    _ broker: HostileBroker
  ) throws -> (screen: TmuxSession, process: Int32) {
    let screen = try Program.inTerminal(["monitor"] + broker.options, rows: 30, columns: 100)
    return (screen, try screen.identifier())
  }

  private static func settle(_ screen: borrowing TmuxSession, _ broker: HostileBroker) async throws
  {
    try await screen.wait(seconds: 60, for: "version 8") { shown in
      if shown.contains("■ stopped") || shown.contains("○ offline") { try screen.press("r") }
      return shown.rows.contains { $0.contains("temperature") && $0.contains("30") }
    }
  }

  @Test("cannot make it grow by a thousand messages of 128 KB")
  func flood() async throws {
    let broker = try HostileBroker { client in
      for _ in 1...1000 {
        try client.send(
          MQTTPacket.publish([UInt8](repeating: 0x5B, count: 131_072), to: Self.topic))
      }
    }
    let (screen, process) = try Self.monitor(broker)
    try await Self.settle(screen, broker)
    print("1000 messages of 128 KB: at most \(Memory.peak(of: process) >> 10) KB resident")
    #expect(Memory.peak(of: process) < 300 << 20)
    try screen.press("q")
    #expect(try await screen.waitForEnd() == 0)
  }

  @Test(
    "cannot make it grow by a packet of 200 MB, nor by messages that are never released",
    arguments: ["packet", "quality of service 2"])
  func endless(_ kind: String) async throws {
    let broker = try HostileBroker { client in
      if kind == "packet" {
        let head = [UInt8](repeating: 0x5B, count: 1 << 20)
        try client.send(MQTTPacket.packet(0x30, head, length: 200 << 20))
        for _ in 1..<200 { try client.send(head) }
      } else {
        let payload = [UInt8](repeating: 0x5B, count: 131_072)
        for number in 1...1600 {
          try client.send(
            MQTTPacket.publish(payload, to: Self.topic, flags: 4, identifier: UInt16(number)))
        }
      }
    }
    let (screen, process) = try Self.monitor(broker)
    try await Self.settle(screen, broker)
    print("200 MB as \(kind): at most \(Memory.peak(of: process) >> 10) KB resident")
    withKnownIssue("nothing counts yet what comes without making a packet", isIntermittent: true) {
      #expect(Memory.peak(of: process) < 100 << 20)
    }
    try screen.press("q")
    #expect(try await screen.waitForEnd() == 0)
  }
}
