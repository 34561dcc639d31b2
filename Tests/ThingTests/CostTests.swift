import Glibc
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

@Suite("A link's cost")
struct CostTests {
  /// What the network thread has used, as seen from within a callback.
  private struct Usage: Sendable {
    let event: LinkEvent
    let milliseconds: Int
    let wakeUps: Int

    init(_ event: LinkEvent) {
      var usage = rusage()
      getrusage(1, &usage)  // RUSAGE_THREAD, a GNU name that the Glibc module leaves out
      self.event = event
      milliseconds =
        (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
        + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000
      wakeUps = usage.ru_nvcsw
    }
  }

  @Test("is no processor time to speak of while a port refuses again and again")
  func refused() async throws {
    let keys = try Keys()
    let usages = Recorder<Usage>()
    let link = BrokerLink(configuration: try keys.configuration(port: try closedPort())) {
      usages.record(Usage($0))
    }
    defer { link.stop() }
    let isLost: @Sendable (Usage) -> Bool = { if case .lost = $0.event { true } else { false } }
    let (place, first) = try await usages.wait(for: "failure", where: isLost)
    let (next, _) = try await usages.wait(for: "failure", from: place + 1, where: isLost)
    let last = try await usages.wait(for: "failure", from: next + 1, where: isLost).event
    #expect(last.milliseconds - first.milliseconds < 30)
    #expect(last.wakeUps - first.wakeUps < 20)
  }

  @Test("is no processor time to speak of while a peer keeps silent in the handshake")
  func silent() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer { client, _ in client.waitForEnd() }
    let usages = Recorder<Usage>()
    let link = BrokerLink(
      configuration: try keys.configuration(
        port: peer.port, deadlines: Deadlines(tlsAndConnect: 1000))
    ) { usages.record(Usage($0)) }
    defer { link.stop() }
    let first = try await usages.wait(for: "TLS") {
      if case .step(.tls) = $0.event { true } else { false }
    }.event
    let last = try await usages.wait(for: "end") {
      if case .lost = $0.event { true } else { false }
    }.event
    #expect(last.milliseconds - first.milliseconds < 20)
    #expect(last.wakeUps - first.wakeUps < 5)
  }

  @Test("is a wake-up for each keep-alive while nothing happens")
  func idle() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      // The connection ends with the first ping.
      guard try client.readPacket().kind == 0xC0 else { return }
    }
    let usages = Recorder<Usage>()
    let link = BrokerLink(
      configuration: try keys.configuration(port: peer.port, keepAliveSeconds: 5)
    ) { usages.record(Usage($0)) }
    defer { link.stop() }
    let first = try await usages.wait(for: "connection") {
      if case .connected = $0.event { true } else { false }
    }.event
    let last = try await usages.wait(for: "end") {
      if case .lost = $0.event { true } else { false }
    }.event
    #expect(last.milliseconds - first.milliseconds < 10)
    // The tickets of TLS 1.3, the ping, and the end.
    #expect(last.wakeUps - first.wakeUps <= 4)
  }

  @Test("to stop is little, wherever it is", arguments: ["online", "refused", "silent"])
  func stopping(_ place: String) async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: place == "online" ? .init(keys.server) : nil) {
      client, _ in
      if place == "online" { try client.greet() }
      client.waitForEnd()
    }
    let port = place == "refused" ? try closedPort() : peer.port
    let link = RecordedLink(try keys.configuration(port: port))
    switch place {
    case "online": try await link.connected()
    case "refused": _ = try await link.lost()
    default:
      try await link.events.wait(for: "TLS") { if case .step(.tls) = $0 { true } else { false } }
    }
    let start = ContinuousClock.now
    link.link.stop()
    #expect(ContinuousClock.now - start < .milliseconds(100))
    let count = link.events.count
    link.link.retryNow()
    #expect(link.events.count == count)
  }

  @Test("says good-bye when it is told to stop")
  func goodBye() async throws {
    let keys = try Keys()
    let last = Recorder<UInt8>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      while true { last.record(try client.readPacket().kind) }
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    try await link.connected()
    link.link.publish(Publication(topic: "t", payload: []))
    link.link.stop()
    try await last.wait(for: "DISCONNECT") { $0 == 0xE0 }
    #expect(last.events == [0x32, 0xE0])
  }

  @Test("may be ended from within its own callback")
  func stopFromDelivery() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      client.waitForEnd()
    }
    let links = Recorder<BrokerLink>()
    let events = Recorder<LinkEvent>()
    links.record(
      BrokerLink(configuration: try keys.configuration(port: peer.port)) { event in
        events.record(event)
        if case .connected = event { links.events.first?.stop() }
      })
    try await events.wait(for: "connection") { if case .connected = $0 { true } else { false } }
    links.events.first?.stop()
  }
}
