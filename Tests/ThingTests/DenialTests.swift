import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

private let classic = ShadowAddress(thing: "lamp1")

extension RecordedSession {
  /// The ends of connections so far.
  fileprivate var ends: [ConnectionFailure] {
    events.events.compactMap {
      if case .connection(.lost(let failure, _)) = $0 { failure } else { nil }
    }
  }

  /// The pauses after them, in milliseconds.
  fileprivate var pauses: [Int] {
    events.events.compactMap {
      if case .connection(.lost(_, let pause?)) = $0 { pause } else { nil }
    }
  }

  /// Waits for the end of an attempt or a connection.
  fileprivate func end(
    from place: Int = 0
  ) async throws -> (place: Int, failure: ConnectionFailure) {
    let (place, event) = try await events.wait(for: "end", from: place) {
      if case .connection(.lost) = $0 { true } else { false }
    }
    guard case .connection(.lost(let failure, _)) = event else { throw Unexpected() }
    return (place, failure)
  }

  /// Waits for an end from which nothing goes on by itself.
  fileprivate func stopped() async throws -> ConnectionFailure {
    let event = try await events.wait(for: "stop", seconds: 20) {
      if case .connection(.lost(_, retryInMilliseconds: nil)) = $0 { true } else { false }
    }.event
    guard case .connection(.lost(let failure, _)) = event else { throw Unexpected() }
    return failure
  }

  /// Waits until the classic shadow is live; tells what is left out of it.
  fileprivate func live(from place: Int = 0) async throws -> (place: Int, leftOut: [String]) {
    let (place, event) = try await events.wait(for: "shadow", from: place, seconds: 20) {
      if case .shadow(classic, .live) = $0 { true } else { false }
    }
    guard case .shadow(_, .live(_, let leftOut)) = event else { throw Unexpected() }
    return (place, leftOut)
  }
}

/// AWS IoT closes the connection without a word after a forbidden packet.
@Suite("A broker whose policy forbids something")
struct DenialTests {
  @Test("is found out with two connections, a second apart at most, and the rest is there")
  func filter() async throws {
    let keys = try Keys()
    let forbidden = classic.topic(.documents)
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        if case .subscribe(let filters) = request, filters.contains(forbidden) { return .cut }
        return .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let leftOut = try await session.live().leftOut
    #expect(leftOut == [forbidden])
    #expect(session.pauses.allSatisfy { $0 <= 1000 }, "\(session.pauses) ms")
    #expect(peer.accepted == 3, "two connections for it")
    let ends = session.ends
    #expect(ends.map(\.kind) == [.closedAfterSubscribe, .closedAfterSubscribe])
    #expect(ends.first?.suspect?.names == classic.responseTopics)
    #expect(ends.last?.suspect?.names == [forbidden])
    #expect(ends.last?.suspect?.leftOut == [forbidden])
    #expect(
      ends.last?.what == "The broker closed the connection again after SUBSCRIBE to \(forbidden).")
    #expect(
      ends.last?.remedy
        == "To see it too, the policy must allow iot:Subscribe on arn:aws:iot:REGION:ACCOUNT:"
        + "topicfilter/\(forbidden), and iot:Receive on arn:aws:iot:REGION:ACCOUNT:"
        + "topic/\(forbidden).")
    #expect(ends.last?.permissions.map(\.action) == ["iot:Subscribe", "iot:Receive"])
  }

  @Test("that permits it later is asked for it on the connection that is up, when the person wants")
  func permittedLater() async throws {
    let keys = try Keys()
    let forbidden = classic.topic(.documents)
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      try client.serve { request in
        if number < 2, case .subscribe(let filters) = request, filters.contains(forbidden) {
          return .cut
        }
        return .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let (place, leftOut) = try await session.live()
    #expect(leftOut == [forbidden])
    session.session.retryNow()
    #expect(try await session.live(from: place + 1).leftOut.isEmpty)
    #expect(peer.accepted == 3, "no connection is given up for it")
  }

  @Test("is not what a broker is taken for that is silent at SUBSCRIBE: nothing is left out")
  func stalls() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      try client.serve { request in
        if number < 3, case .subscribe = request { return .ignore }
        return .acknowledge()
      }
    }
    let session = RecordedSession(
      try keys.configuration(port: peer.port, deadlines: Deadlines(subscribe: 100)))
    #expect(try await session.live().leftOut.isEmpty)
    #expect(session.ends.map(\.kind).allSatisfy { $0 == .silentAfterSubscribe })
    #expect(session.ends.count == 3)
  }

  @Test("stops with words where nothing is permitted, after four connections")
  func nothing() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        if case .subscribe = request { return .cut }
        return .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let failure = try await session.stopped()
    #expect(failure.kind == .deniedAgainAndAgain)
    #expect(failure.what == "The broker cuts the connection at each topic filter.")
    #expect(failure.remedy.contains("topicfilter/$aws/things/lamp1/shadow/update/accepted"))
    #expect(peer.accepted == 4)
    #expect(session.session.addresses == [classic], "kept for another try")
    session.session.retryNow()
    _ = try await session.events.wait(for: "another try", from: session.events.count) {
      if case .connection(.step(.subscribe)) = $0 { true } else { false }
    }
  }

  @Test(
    "is not asked for the shadow again over which connections ended, and is followed all the same")
  func get() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        request == .publish(topic: classic.topic(.request(.get))) ? .cut : .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let event = try await session.events.wait(for: "leaving out", seconds: 20) {
      if case .shadow(classic, .getLeftOut) = $0 { true } else { false }
    }.event
    guard case .shadow(_, .getLeftOut(let failure)) = event else { throw Unexpected() }
    #expect(failure.kind == .closedAfterPublish)
    #expect(
      failure.what == "The broker closed the connection again right after a request to "
        + "$aws/things/lamp1/shadow/get.")
    #expect(
      failure.permissions == [
        PolicyPermission(
          action: "iot:Publish",
          resource: "arn:aws:iot:REGION:ACCOUNT:topic/$aws/things/lamp1/shadow/get")
      ])
    #expect(peer.accepted == 3)
    #expect(session.ends.count == 2)
  }

  @Test("names a request of the person's, and does not send it again")
  func publish() async throws {
    let keys = try Keys()
    let topics = Recorder<String>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        guard case .publish(let topic) = request else { return .acknowledge() }
        topics.record(topic)
        return topic == classic.topic(.request(.update)) ? .cut : .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    var place = try await session.live().place
    for token in ["one", "two"] {
      try session.update("on", token: token)
      place = try await session.outcome(of: .update, from: place).place
      place = try await session.live(from: place).place
    }
    let ends = session.ends
    #expect(ends.map(\.kind) == [.closedAfterPublish, .closedAfterPublish])
    #expect(ends.map { $0.suspect?.closures } == [1, 2])
    #expect(ends.allSatisfy { $0.remedy.contains("iot:Publish on arn:aws:iot:REGION:ACCOUNT") })
    #expect(topics.events.filter { $0 == classic.topic(.request(.update)) }.count == 2)
  }

  @Test("at CONNECT is named with what would allow it")
  func connect() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      _ = try client.readPacket()
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let first = try await session.end().place
    let last = try await session.end(from: first + 1).failure
    #expect(last.kind == .closedAfterConnect)
    #expect(last.what == "The broker closed the connection again after CONNECT.")
    #expect(last.remedy.contains("iot:Connect on arn:aws:iot:REGION:ACCOUNT:client/lamp1"))
  }
}

@Suite("Two clients with one id")
struct TakeOverTests {
  @Test("fight until one of them stops and says why; the other one stays")
  func fight() async throws {
    let broker = try TestBroker()
    let first = RecordedSession(try broker.configuration())
    _ = try await first.live()
    let second = RecordedSession(try broker.configuration())
    let stop = Recorder<ConnectionFailure>()
    async let one: Void = note(first.events, stop)
    async let other: Void = note(second.events, stop)
    let failure = try await stop.wait(for: "stop", seconds: 25) { _ in true }.event
    #expect(failure.kind == .takeOver)
    #expect(failure.what == "Another client keeps taking over the id “lamp1”.")
    #expect(failure.cause.contains("the thing itself is probably connected"))
    first.session.stop()
    second.session.stop()
    _ = await (one, other)
  }

  private func note(
    _ events: Recorder<ThingEvent>, _ stop: Recorder<ConnectionFailure>
  ) async {
    let found = try? await events.wait(for: "stop", seconds: 20) {
      if case .connection(.lost(_, retryInMilliseconds: nil)) = $0 { true } else { false }
    }
    if case .connection(.lost(let failure, _))? = found?.event { stop.record(failure) }
  }

  @Test("are suspected at the first cut already, in words")
  func firstCut() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, number in
      try client.greet()
      try client.grantSubscribe()
      if number > 1 { client.waitForEnd() }
    }
    let link = RecordedLink(try keys.configuration(port: peer.port, filters: ["t"]))
    let (place, failure, retry) = try await link.lost()
    #expect(failure.kind == .closed)
    #expect(failure.cause.contains("may have taken the id “lamp1”"))
    #expect(retry != nil)
    let (_, second, none) = try await link.lost(from: place + 1)
    #expect(second.kind == .takeOver)
    #expect(none == nil)
    #expect(peer.accepted == 2)
    link.link.retryNow()
    try await link.connected(from: place + 1)
  }

  @Test("are not what a broker that starts anew twice is taken for")
  func restarts() async throws {
    let broker = try TestBroker()
    let link = RecordedLink(try broker.configuration(filters: ["t"]))
    var place = try await link.connected().place
    for _ in 0..<2 {
      broker.broker.kill()
      place = try await link.lost(from: place).place
      // So long that an attempt finds nobody.
      (place, _, _) = try await link.lost(from: place + 1)
      try broker.broker.restart()
      place = try await link.connected(from: place).place
    }
  }
}
