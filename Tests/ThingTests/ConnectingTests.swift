import COpenSSL
import Sandbox
import Shadow
import Synchronization
import TestSupport
import Testing
@testable import Thing

@Suite("Connecting to a broker")
struct ConnectingTests {
  @Test("goes through all steps, over TLS 1.3, and subscribes")
  func steps() async throws {
    let broker = try TestBroker()
    let filters = ShadowAddress(thing: "lamp1").responseTopics
    let link = RecordedLink(try broker.configuration(filters: filters))
    let report = try await link.connected().report
    #expect(report.tls == "TLSv1.3")
    #expect(report.refusedFilters == [])
    #expect(link.steps == [.resolve, .tcp, .tls, .connect, .subscribe])
  }

  @Test("works by name and by either kind of address", arguments: ["localhost", "127.0.0.1"])
  func hosts(_ host: String) async throws {
    let broker = try TestBroker()
    let link = RecordedLink(try broker.configuration(host: host))
    try await link.connected()
  }

  @Test("goes on to the next address where the first one refuses")
  func addresses() async throws {
    let keys = try Keys()
    // On 127.0.0.1 alone, while localhost is also ::1 on most machines.
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, host: "localhost"))
    try await link.connected()
  }

  @Test("without a thread to be had says so, and not within the making of the link")
  func noThread() async throws {
    let keys = try Keys()
    let events = Recorder<(event: LinkEvent, isMade: Bool)>()
    let made = Mutex(false)
    // Whoever makes a link may hold the lock that the listener needs.
    let link = try made.withLock { isMade in
      let link = BrokerLink(
        configuration: try keys.configuration(port: 1),
        client: Listener { event in events.record((event, made.withLock { $0 })) },
        startThread: { _ in nil })
      isMade = true
      return link
    }
    let (_, told) = try await events.wait(for: "failure") { _ in true }
    guard case .lost(let failure, retryInMilliseconds: nil) = told.event else { throw Unexpected() }
    #expect(failure.kind == .setup)
    #expect(told.isMade)
    link.stop()
  }

  @Test(
    "asks for the server by its name, and for none by an address",
    arguments: [("localhost", "localhost"), ("127.0.0.1", nil)] as [(String, String?)])
  func serverName(_ host: String, _ name: String?) async throws {
    let keys = try Keys()
    let names = Recorder<String?>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      names.record(client.serverName)
      try client.greet()
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, host: host))
    try await link.connected()
    #expect(names.events == [name])
  }

  @Test("speaks TLS 1.2 with a broker that has no 1.3")
  func olderTLS() async throws {
    let keys = try Keys()
    let security = ScriptedPeer.Security(keys.server, highest: TLS1_2_VERSION)
    let peer = try ScriptedPeer(security: security) { client, _ in
      try client.greet()
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    #expect(try await link.connected().report.tls == "TLSv1.2")
  }

  @Test("sends CONNECT for MQTT 3.1.1 with a clean session, the client id and the keep-alive")
  func connectPacket() async throws {
    let keys = try Keys()
    let packets = Recorder<[UInt8]>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      packets.record(try client.readPacket().body)
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    let packet = try await packets.wait(for: "CONNECT") { _ in true }.event
    let expected: [UInt8] = [0, 4] + Array("MQTT".utf8) + [4, 0b10, 0, 30, 0, 5] + "lamp1".utf8
    #expect(packet == expected)
    link.link.stop()
  }

  @Test("puts at most eight filters into a SUBSCRIBE, in their order")
  func subscribePackets() async throws {
    let keys = try Keys()
    let filters = (1...19).map { "topic/\($0)" }
    let packets = Recorder<[String]>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      for _ in 0..<3 { try client.grantSubscribe(noting: packets.record) }
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: filters))
    try await link.connected()
    #expect(packets.events.map(\.count) == [8, 8, 3])
    #expect(packets.events.flatMap(\.self) == filters)
  }

  @Test("reports the filters that are refused and carries on with the others")
  func refusedFilters() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      try client.grantSubscribe()
      try client.grantSubscribe(code: 0x80)
      client.waitForEnd()
    }
    let filters = (1...9).map { "topic/\($0)" }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: filters))
    #expect(try await link.connected().report.refusedFilters == ["topic/9"])
  }
}

@Suite("Messages over a link")
struct MessageTests {
  @Test("arrive with topic, bytes and quality of service, and are acknowledged to the sender")
  func roundTrip() async throws {
    let broker = try TestBroker()
    let topic = "$aws/things/lamp1/shadow/update"
    let link = RecordedLink(try broker.configuration(filters: [topic]))
    try await link.connected()
    let payload: [UInt8] = [0, 255] + "é{".utf8
    link.link.publish(Publication(topic: topic, payload: payload), tag: 7)
    let message = try await link.message().message
    #expect(message.topic == topic)
    #expect(message.payload == payload)
    #expect(message.qualityOfService == 1)
    #expect(!message.isRetained)
    try await link.events.wait(for: "PUBACK") {
      if case .acknowledged(tag: 7) = $0 { true } else { false }
    }
    let written = link.events.events.firstIndex {
      if case .written(tag: 7) = $0 { true } else { false }
    }
    let acknowledged = link.events.events.firstIndex {
      if case .acknowledged(tag: 7) = $0 { true } else { false }
    }
    #expect(try #require(written) < (try #require(acknowledged)))
  }

  @Test("can be published from within the callback, a thousand of them, and come in order")
  func publishingFromDelivery() async throws {
    let broker = try TestBroker()
    let topic = "$aws/things/lamp1/shadow/update"
    let configuration = try broker.configuration(filters: [topic])
    let arrived = Recorder<Int>()
    let count = 1000
    let echo = Echo()
    echo.start(configuration) { link, event in
      switch event {
      case .connected: link.publish(Publication(topic: topic, payload: Array("1".utf8)))
      case .message(let message):
        guard let number = Int(String(decoding: message.payload, as: UTF8.self)) else { return }
        arrived.record(number)
        guard number < count else { return }
        link.publish(Publication(topic: topic, payload: Array("\(number + 1)".utf8)))
      default: break
      }
    }
    defer { echo.stop() }
    try await arrived.wait(for: "message \(count)") { $0 == count }
    #expect(arrived.events == Array(1...count))
  }

  @Test("are all delivered when many come in one TLS record")
  func manyInOneRecord() async throws {
    let keys = try Keys()
    let count = 50
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      try client.grantSubscribe()
      var record: [UInt8] = []
      for number in 1...count {
        // QoS 1, so that each one makes the library write while it reads.
        let body = [0, 1] + Array("t".utf8) + [0, UInt8(number)] + Array("x".utf8)
        record += [0x32, UInt8(body.count)] + body
      }
      try client.send(record)
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: ["t"]))
    let messages = Recorder<Int>()
    try await link.connected()
    var place = 0
    for number in 1...count {
      place = try await link.message(from: place).place + 1
      messages.record(number)
    }
    #expect(messages.count == count)
  }

  @Test("leave whole and in order, and are told so, when they are more than the socket takes")
  func moreThanTheSocketTakes() async throws {
    let keys = try Keys()
    let (count, size) = (30, 200_000)
    let arrived = Recorder<[Int]>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      for _ in 1...count {
        let body = try client.readPacket().body  // the topic takes three bytes
        arrived.record([Int(body[3]), Int(body[body.count - 1]), body.count - 3])
      }
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    try await link.connected()
    for number in 0..<count {
      let payload = [UInt8](repeating: UInt8(number), count: size)
      link.link.publish(
        Publication(topic: "t", payload: payload), qualityOfService: 0, tag: UInt64(number))
    }
    try await link.events.wait(for: "the last to leave") {
      if case .written(tag: UInt64(count - 1)) = $0 { true } else { false }
    }
    try await arrived.wait(for: "the last to arrive") { $0[0] == count - 1 }
    #expect(arrived.events == (0..<count).map { [$0, $0, size] })
    let told = link.events.events.compactMap { if case .written(let tag) = $0 { tag } else { nil } }
    #expect(told == (0..<count).map(UInt64.init))
  }

  @Test("are not sent, and say so, where there is no connection")
  func offline() async throws {
    let keys = try Keys()
    let link = RecordedLink(try keys.configuration(port: try closedPort()))
    _ = try await link.lost()
    link.link.publish(Publication(topic: "t", payload: []), tag: 3)
    try await link.events.wait(for: "report") {
      if case .notSent(tag: 3, _) = $0 { true } else { false }
    }
  }

  @Test(
    "that cannot be sent are reported, and the connection stays",
    arguments: ["", "a/#", "a/+/b", "\u{0}"])
  func unacceptable(_ topic: String) async throws {
    let broker = try TestBroker()
    let own = "$aws/things/lamp1/shadow/update"
    let link = RecordedLink(try broker.configuration(filters: [own]))
    try await link.connected()
    link.link.publish(Publication(topic: topic, payload: []), tag: 1)
    link.link.publish(Publication(topic: own, payload: [1]), tag: 2)
    try await link.events.wait(for: "report") {
      if case .notSent(tag: 1, _) = $0 { true } else { false }
    }
    #expect(try await link.message().message.payload == [1])
  }
}

/// A link whose callback publishes on the link itself.
private final class Echo: Sendable {
  private let link = Recorder<BrokerLink>()

  func start(
    _ configuration: LinkConfiguration,
    _ react: @escaping @Sendable (BrokerLink, LinkEvent) -> Void
  ) {
    link.record(
      BrokerLink(configuration: configuration) { [link] event in
        // The first event may come before the link is recorded; it is a step.
        if let link = link.events.first { react(link, event) }
      })
  }

  func stop() { link.events.first?.stop() }
}
