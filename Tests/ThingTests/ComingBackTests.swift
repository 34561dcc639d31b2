import Glibc
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

@Suite("A link that lost its broker")
struct ComingBackTests {
  @Test("comes back by itself after a kill and a restart, and subscribes again")
  func killAndRestart() async throws {
    let broker = try TestBroker()
    let topic = "$aws/things/lamp1/shadow/update"
    let link = RecordedLink(try broker.configuration(filters: [topic]))
    let first = try await link.connected().place
    broker.broker.kill()
    let lost = try await link.lost(from: first).place
    try broker.broker.restart()
    let second = try await link.connected(from: lost).place
    link.link.publish(Publication(topic: topic, payload: [1]))
    #expect(try await link.message(from: second).message.payload == [1])
  }

  @Test(
    "comes back however the connection ended",
    arguments: ["end of stream", "reset", "garbage"])
  func ends(_ end: String) async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      try client.greet()
      try client.grantSubscribe()
      guard number == 0 else { return client.waitForEnd() }
      switch end {
      case "reset": client.resetAtEnd()
      case "garbage": try client.sendPlain(Array("garbage that is no TLS record".utf8))
      default: break
      }
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: ["t"]))
    let lost = try await link.lost()
    #expect(lost.retry != nil)
    try await link.connected(from: lost.place)
  }

  @Test("never sends again what was on its way when the connection ended")
  func noResend() async throws {
    let keys = try Keys()
    let packets = Recorder<(number: Int, kind: UInt8, body: [UInt8])>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      try client.greet()
      try client.grantSubscribe()
      // The first connection ends with the request received and not acknowledged.
      repeat {
        let (kind, body) = try client.readPacket()
        packets.record((number, kind, body))
      } while number > 0
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: ["t"]))
    let first = try await link.connected().place
    link.link.publish(Publication(topic: "edit", payload: Array("once".utf8)), tag: 1)
    let lost = try await link.lost(from: first).place
    let second = try await link.connected(from: lost).place
    link.link.publish(Publication(topic: "marker", payload: []), tag: 2)
    try await packets.wait(for: "the marker") { packet in
      packet.body.starts(with: [0, 6] + Array("marker".utf8))
    }
    let published = packets.events.filter { $0.kind & 0xF0 == 0x30 }
    // The marker went over whichever connection was up by then, the edit over the first alone.
    #expect(published.map { $0.number == 0 } == [true, false])
    #expect(published.map(\.kind) == [0x32, 0x32], "QoS 1, neither DUP nor retain")
    _ = second
  }

  @Test("has told what left and what did not, for each publication once")
  func accounts() async throws {
    let keys = try Keys()
    let count = 300
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      try client.greet()
      try client.grantSubscribe()
      // Reads a few and acknowledges none, so that most must wait.
      for _ in 0..<5 { _ = try client.readPacket() }
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: ["t"]))
    let first = try await link.connected().place
    for tag in 1...count {
      link.link.publish(Publication(topic: "a", payload: [1]), tag: UInt64(tag))
    }
    let lost = try await link.lost(from: first).place
    let before = link.events.events[..<lost]
    let written = before.compactMap { if case .written(let tag) = $0 { tag } else { nil } }
    let notSent = before.compactMap { if case .notSent(let tag, _) = $0 { tag } else { nil } }
    // The rest was posted after the end, and is reported then.
    try await link.events.wait(for: "the last report") {
      if case .notSent(tag: UInt64(count), _) = $0 { true } else { false }
    }
    let later = link.events.events[lost...].compactMap {
      if case .notSent(let tag, _) = $0 { tag } else { nil }
    }
    #expect(written.count >= 5)
    #expect(written + notSent + later == (1...count).map(UInt64.init))
  }
}
