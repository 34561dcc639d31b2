import Dispatch
import Sandbox
import Shadow
import TestSupport
import Testing
@testable import Thing

extension PeerConnection {
  /// Sends a PUBLISH with QoS 0 of any size.
  fileprivate func publish(_ payload: [UInt8], to topic: String, announcing size: Int? = nil) throws
  {
    let head = [UInt8(topic.utf8.count >> 8), UInt8(topic.utf8.count & 0xFF)] + Array(topic.utf8)
    var length: [UInt8] = []
    var rest = head.count + (size ?? payload.count)
    repeat {
      let digit = UInt8(rest % 128)
      rest /= 128
      length.append(rest > 0 ? digit | 0x80 : digit)
    } while rest > 0
    try send([0x30] + length + head + payload)
  }
}

@Suite("A link's bounds")
struct BoundsTests {
  @Test("leave out a message that is too long, tell its size, and go on")
  func oversized() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      let limit = LinkConfiguration.payloadLimit
      try client.publish([UInt8](repeating: 1, count: limit + 1), to: "long")
      try client.publish([UInt8](repeating: 2, count: limit), to: "fits")
      client.waitForEnd()
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    let (place, message) = try await link.message()
    #expect(message.topic == "fits")
    #expect(message.payload.count == 131_072)
    let told = link.events.events[..<place].compactMap { event in
      if case .oversized(let topic, let bytes) = event { "\(topic) \(bytes)" } else { nil }
    }
    #expect(told == ["long 131073"])
  }

  @Test("end the connection over a packet without end, long before it is there")
  func flood() async throws {
    let keys = try Keys()
    let sent = Recorder<Int>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      try client.greet()
      guard number == 0 else { return client.waitForEnd() }
      let piece = [UInt8](repeating: 0, count: 1 << 14)
      try client.publish(piece, to: "t", announcing: 200 << 20)
      for count in 2...12_800 {
        try client.send(piece)
        sent.record(count * piece.count)
      }
    }
    let link = RecordedLink(try keys.configuration(port: peer.port))
    let failure = try await link.lost().failure
    #expect(failure.kind == .malformed)
    #expect(failure.what == "The broker sends a packet without end.")
    // What the sockets hold in between is sent and never taken in.
    #expect((sent.events.last ?? 0) < 32 << 20)
  }

  @Test("count what no event accounts for, and nothing that one does")
  func budget() {
    var budget = ReceiveBudget()
    let message = ReceivedMessage(
      topic: "t", payload: [UInt8](repeating: 0, count: 100_000), arrivedAt: 0)
    for _ in 0..<1000 {
      for _ in 0..<10 { budget.hear(bytes: 10_020) }
      budget.explain(.message(message))
    }
    #expect(!budget.isExceeded)
    // Small messages in between do not excuse what is held back.
    for _ in 0..<20 {
      budget.hear(bytes: 100_000)
      budget.explain(.published(packet: 1))
    }
    #expect(budget.isExceeded)
  }

  @Test("give the answers to pings their room")
  func pings() {
    var budget = ReceiveBudget()
    for _ in 0..<20_000 {
      budget.expectPong()
      budget.hear(bytes: 90)
    }
    #expect(budget.unexplained == 0)
    budget.hear(bytes: 100)
    #expect(budget.unexplained == 62)
  }

  @Test(
    "keep a mailbox small: the oldest is dropped and counted, but nothing that must not be lost")
  func mailbox() {
    let mailbox = Mailbox<Int>(bound: Mailbox.Bound(bytes: 1000) { $0 < 0 ? 0 : 100 })
    for value in 1...5 { mailbox.post(-value) }
    for value in 1...11 { mailbox.post(value) }
    #expect(mailbox.takeDropped() == 6)
    #expect(mailbox.takeDropped() == 0)
    #expect(mailbox.collect() == [-1, -2, -3, -4, -5, 7, 8, 9, 10, 11])
    for value in 1...10 { mailbox.post(value) }
    #expect(mailbox.takeDropped() == 0)
  }

  @Test("weigh what strangers send, and nothing of our own")
  func weight() {
    var message = ReceivedMessage(topic: "abc", payload: [1, 2], arrivedAt: 0)
    #expect(ThingEvent.received(message).weight == 261)
    message.isAnswer = true
    #expect(ThingEvent.received(message).weight == 0)
    #expect(ThingEvent.connection(.heard).weight == 0)
  }
}

@Suite("How many requests wait for their answers")
struct RequestPaceTests {
  private func item(_ tag: UInt64) -> Outgoing {
    Outgoing(publication: Publication(topic: "t", payload: []), tag: tag)
  }

  private func full() -> RequestPace {
    var pace = RequestPace(patience: 10_000)
    for tag in 1...8 as ClosedRange<UInt64> {
      #expect(pace.submit(item(tag), isCounted: true, now: 0).map(\.tag) == [tag])
    }
    return pace
  }

  @Test("is eight; the others follow in order, one for each that has ended")
  func order() {
    var pace = full()
    #expect(pace.submit(item(9), isCounted: true, now: 0).isEmpty)
    #expect(pace.submit(item(10), isCounted: false, now: 0).isEmpty, "no overtaking")
    #expect(pace.submit(item(11), isCounted: true, now: 0).isEmpty)
    #expect(pace.ended(3, isThrottled: false, now: 0).map(\.tag) == [9, 10])
    #expect(pace.ended(3, isThrottled: false, now: 0).isEmpty)
    #expect(pace.ended(9, isThrottled: false, now: 0).map(\.tag) == [11])
  }

  @Test("lets out in their order what was added, when it is asked")
  func added() {
    var pace = RequestPace(patience: 10_000)
    for tag in 1...10 as ClosedRange<UInt64> { pace.add(item(tag), isCounted: true, now: 0) }
    #expect(pace.release(now: 0).map(\.tag) == Array(1...8))
    #expect(pace.ended(2, isThrottled: false, now: 0).map(\.tag) == [9])
    #expect(pace.release(now: 0).isEmpty)
  }

  @Test("is half after each 429, down to one, and all again within a minute")
  func throttled() {
    var pace = full()
    for tag in 9...12 as ClosedRange<UInt64> {
      _ = pace.submit(item(tag), isCounted: true, now: 0)
    }
    for tag in 1...4 as ClosedRange<UInt64> {
      #expect(pace.ended(tag, isThrottled: true, now: 0).isEmpty)
    }
    for tag in 5...7 as ClosedRange<UInt64> {
      #expect(pace.ended(tag, isThrottled: false, now: 0).isEmpty)
    }
    #expect(pace.ended(8, isThrottled: false, now: 0).map(\.tag) == [9])
    #expect(pace.ended(9, isThrottled: false, now: 45_000).map(\.tag) == [10, 11, 12])
  }

  @Test("is no reason to wait for longer than for an answer, nor beyond the connection")
  func patience() {
    var pace = full()
    _ = pace.submit(item(9), isCounted: true, now: 500)
    _ = pace.submit(item(10), isCounted: true, now: 600)
    #expect(pace.deadline == 10_500)
    #expect(pace.expired(now: 10_499).isEmpty)
    #expect(pace.expired(now: 10_500) == [9])
    #expect(pace.lost() == [10])
    #expect(pace.deadline == nil)
  }

  @Test("is kept by a session: all of ten leave, the last two once others have their answers")
  func session() async throws {
    let keys = try Keys()
    let published = Recorder<String>()
    let address = ShadowAddress(thing: "lamp1")
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        guard case .publish(let topic) = request else { return .acknowledge() }
        published.record(topic)
        // The get and seven updates are eight.
        if published.count == 8 || published.count == 9 {
          try client.publish(
            #"{"clientToken":"u\#(published.count - 7)"}"#, to: address.topic(.accepted(.update)))
        }
        return .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    try await session.events.wait(for: "get") {
      if case .sent = $0 { true } else { false }
    }
    for number in 1...9 { try session.update("on", token: "u\(number)") }
    try await waitUntil("the tenth request") { published.count == 10 }
  }
}

@Suite("What may hang does not")
struct HangingTests {
  /// A resolver that answers when it is told to, or when the test is over.
  private final class Resolver: Sendable {
    let gate = DispatchSemaphore(value: 0)
    let asked = Recorder<String>()
    func resolve(_ host: String) -> Resolution.Outcome {
      asked.record(host)
      gate.wait()
      return .addresses(["127.0.0.1"])
    }
  }

  private func link(
    _ configuration: LinkConfiguration, _ resolver: Resolver
  ) -> (BrokerLink, Recorder<LinkEvent>) {
    let events = Recorder<LinkEvent>()
    let link = BrokerLink(
      configuration: configuration, client: Listener { events.record($0) },
      resolve: { resolver.resolve($0) })
    return (link, events)
  }

  @Test("a resolver that hangs ends the attempt at its dead-line, and is asked once")
  func resolver() async throws {
    let keys = try Keys()
    let resolver = Resolver()
    defer { for _ in 0..<8 { resolver.gate.signal() } }
    let configuration = try keys.configuration(
      port: 8883, host: "slow.example", deadlines: Deadlines(resolve: 100))
    let (link, events) = link(configuration, resolver)
    var place = 0
    for _ in 0..<2 {
      let (found, event) = try await events.wait(for: "end", from: place) {
        if case .lost = $0 { true } else { false }
      }
      guard case .lost(let failure, _) = event else { throw Unexpected() }
      #expect(failure.kind == .notResolved)
      #expect(failure.cause.contains("the resolver does not answer"))
      place = found + 1
      link.retryNow()
    }
    #expect(resolver.asked.count == 1, "no thread more for each attempt")
    let start = Clock.monotonicMilliseconds
    link.stop()
    #expect(Clock.monotonicMilliseconds - start < 100)
  }

  @Test("a link stops within a tenth of a second at whatever step it is", arguments: 0...4)
  func stop(_ step: Int) async throws {
    let keys = try Keys()
    let resolver = Resolver()
    defer { resolver.gate.signal() }
    let peer = try ScriptedPeer(security: step < 2 ? nil : .init(keys.server)) { client, _ in
      if step >= 3 { try client.greet() }
      if step == 4 { try client.grantSubscribe() }
      client.waitForEnd()
    }
    let host = step == 0 ? "slow.example" : "127.0.0.1"
    let (link, events) = link(
      try keys.configuration(port: peer.port, host: host, filters: ["t"]), resolver)
    let steps: [ConnectionStep] = [.resolve, .tls, .connect, .subscribe]
    try await events.wait(for: "step") { event in
      switch event {
      case .step(let reached): step < 4 && reached == steps[step]
      case .connected: step == 4
      default: false
      }
    }
    let start = Clock.monotonicMilliseconds
    link.stop()
    #expect(Clock.monotonicMilliseconds - start < 100)
  }

  @Test("an attempt whose steps are each in time ends when all of its time is over")
  func whole() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      client.waitForEnd()
    }
    let link = RecordedLink(
      try keys.configuration(port: peer.port, filters: ["t"], deadlines: Deadlines(attempt: 1000)))
    let failure = try await link.lost().failure
    #expect(failure.kind == .silentAfterSubscribe)
    #expect(failure.cause.hasSuffix("All the steps together took more than 1 s."))
  }

  @Test("a request that cannot leave is reported as not sent when its time is over")
  func traffic() {
    var traffic = OutgoingTraffic()
    let publication = Publication(topic: "t", payload: [])
    traffic.append(Outgoing(publication: publication, tag: 1), now: 1000)
    traffic.append(Outgoing(publication: publication, tag: 2, queuedAt: 500), now: 1000)
    traffic.append(Outgoing(publication: publication, tag: 3), now: 2000)
    #expect(traffic.deadline(patience: 10_000) == 11_000)
    #expect(traffic.expired(patience: 10_000, now: 11_000).map(\.tag) == [1, 2])
    #expect(traffic.takeAll().map(\.tag) == [3])
  }
}
