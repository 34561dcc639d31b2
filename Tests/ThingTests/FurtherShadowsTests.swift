import JSON
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

private let classic = ShadowAddress(thing: "lamp1")
private let night = ShadowAddress(thing: "lamp1", shadow: "night")
private let pump = ShadowAddress(thing: "lamp1__pump")

extension RecordedSession {
  /// Waits until a shadow is live.
  @discardableResult
  fileprivate func live(
    _ address: ShadowAddress, from place: Int = 0
  ) async throws -> (place: Int, refused: [String]) {
    let (place, event) = try await events.wait(for: "\(address) live", from: place) {
      if case .shadow(address, .live) = $0 { true } else { false }
    }
    guard case .shadow(_, .live(let refused, _)) = event else { throw Unexpected() }
    return (place, refused)
  }

  /// Waits for the end of a request to one of the shadows.
  fileprivate func outcome(
    of operation: ShadowOperation, to address: ShadowAddress, from place: Int = 0
  ) async throws -> (place: Int, outcome: RequestOutcome) {
    let (place, event) = try await events.wait(for: "\(operation) of \(address)", from: place) {
      if case .outcome(_, address, operation, _) = $0 { true } else { false }
    }
    guard case .outcome(_, _, _, let outcome) = event else { throw Unexpected() }
    return (place, outcome)
  }

  /// Reports a value to a shadow and waits until that is accepted.
  @discardableResult
  fileprivate func report(
    _ text: String, to address: ShadowAddress, from place: Int = 0
  ) async throws -> Int {
    let token = try #require(ClientToken(text))
    let request = UpdateRequest(reported: .merge(["is": .string(text)]), clientToken: token)
    session.submit(
      request.publication(to: address), operation: .update, of: address, token: token)
    let (place, outcome) = try await outcome(of: .update, to: address, from: place)
    guard case .accepted = outcome else {
      Issue.record("\(address): \(outcome)")
      return place
    }
    return place
  }

  /// The topics of the messages that came in a part of the events.
  fileprivate func topics(_ range: some RangeExpression<Int>) -> [String] {
    events.events[range].compactMap { event in
      if case .received(let message) = event { message.topic } else { nil }
    }
  }

  fileprivate func lost(
    from place: Int = 0
  ) async throws -> (place: Int, failure: ConnectionFailure, retry: Int?) {
    let (place, event) = try await events.wait(for: "failure", from: place) {
      if case .connection(.lost) = $0 { true } else { false }
    }
    guard case .connection(.lost(let failure, let retry)) = event else { throw Unexpected() }
    return (place, failure, retry)
  }
}

@Suite("Further shadows of a session")
struct FurtherShadowsTests {
  @Test(
    "are opened on the connection that is up, are got, and work beside the first one",
    arguments: [night, pump])
  func open(_ further: ShadowAddress) async throws {
    let sandbox = try TestSandbox()
    let session = RecordedSession(try sandbox.configuration())
    let start = try await session.outcome(of: .get, to: classic).place
    #expect(try session.session.open(further))
    let live = try await session.live(further, from: start)
    #expect(live.refused == [])
    guard case .rejected(let error, _) = try await session.outcome(of: .get, to: further).outcome
    else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect(error.code == 404)
    let first = try await session.report("further", to: further, from: live.place)
    let last = try await session.report("first", to: classic, from: first)
    let topics = session.topics(live.place..<last)
    for address in [classic, further] {
      #expect(topics.contains(address.topic(.accepted(.update))))
      #expect(topics.contains(address.topic(.request(.update))), "requests are seen too")
    }
    let connections = session.events.events.count {
      if case .connection(.online) = $0 { true } else { false }
    }
    #expect(connections == 1)
  }

  @Test("may be two at once, and one that is asked for twice is one")
  func several() async throws {
    let sandbox = try TestSandbox()
    let session = RecordedSession(try sandbox.configuration())
    _ = try await session.online()
    let opened = try [night, night, pump, classic].map { try session.session.open($0) }
    #expect(opened == [true, false, true, false])
    #expect(session.session.addresses == [classic, night, pump])
    for address in [night, pump] {
      try await session.live(address)
      _ = try await session.outcome(of: .get, to: address)
    }
    try await session.report("x", to: pump)
    let lives = session.events.events.compactMap { event in
      if case .shadow(let address, .live) = event { address } else { nil }
    }
    #expect(lives == [classic, night, pump])
  }

  @Test("that are closed bring nothing more, while the others go on")
  func close() async throws {
    let sandbox = try TestSandbox()
    let session = RecordedSession(try sandbox.configuration(), addresses: [classic, night])
    try await session.live(night)
    try await session.report("before", to: night)
    session.session.close(night)
    #expect(session.session.addresses == [classic])
    let closed = try await session.events.wait(for: "closing") {
      if case .shadow(night, .closed) = $0 { true } else { false }
    }.place
    // Its topics are still served; only we do not hear of it.
    try MosquittoClient.publish(
      #"{"state":{"reported":{"is":"unheard"}}}"#, to: night.topic(.request(.update)),
      as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
    let place = try await session.report("after", to: classic, from: closed)
    #expect(session.topics(closed..<place).allSatisfy { !$0.contains("/name/night/") })
    // And it can be opened again.
    try session.session.open(night)
    try await session.live(night, from: place)
    guard
      case .accepted(version: 2, let body, _) =
        try await session.outcome(of: .get, to: night, from: place).outcome
    else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect(body.object?["state"] == ["reported": ["is": "unheard"]])
  }

  @Test("settle what still waits for an answer when they are closed")
  func closeWhileAsking() async throws {
    let broker = try TestBroker()
    let session = RecordedSession(try broker.configuration())
    let start = try await session.live(classic).place
    try await session.events.wait(for: "get", from: start) {
      if case .sent = $0 { true } else { false }
    }
    session.session.close(classic)
    guard case .unknown(let reason) = try await session.outcome(of: .get, to: classic).outcome
    else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect(reason == "the shadow was closed before an answer came")
  }

  @Test("are subscribed again after a reconnection, exactly those that are open then")
  func reconnection() async throws {
    let sandbox = try TestBroker()
    let session = RecordedSession(try sandbox.configuration())
    try session.session.open(night)
    try session.session.open(pump)
    try await session.live(pump)
    sandbox.broker.kill()
    let lost = try await session.lost().place
    session.session.close(night)
    let late = ShadowAddress(thing: "lamp1", shadow: "late")
    try session.session.open(late)
    try await session.events.wait(for: "closing", from: lost) {
      if case .shadow(night, .closed) = $0 { true } else { false }
    }
    try sandbox.broker.restart()
    let service = try ServiceAttachment.start(in: sandbox.batch, port: sandbox.port)
    defer { service.stop() }
    let online = try await session.online(from: lost).place
    let last = try await session.live(late, from: online).place
    let lives = session.events.events[online...last].compactMap { event in
      if case .shadow(let address, .live) = event { address } else { nil }
    }
    #expect(lives == [classic, pump, late])
    for address in lives { _ = try await session.outcome(of: .get, to: address, from: online) }
    let place = try await session.report("z", to: late, from: last)
    #expect(session.topics(online..<place).allSatisfy { !$0.contains("/name/night/") })
  }

  @Test("opened without a connection wait for it")
  func offline() async throws {
    let sandbox = try TestBroker()
    sandbox.broker.stop()
    let session = RecordedSession(try sandbox.configuration())
    let lost = try await session.lost().place
    #expect(try session.session.open(night))
    try sandbox.broker.restart()
    session.session.retryNow()
    try await session.live(night, from: lost)
  }

  @Test("that are refused in part work in the other part, and the first one goes on")
  func refused() async throws {
    let keys = try Keys()
    let requests = Recorder<PeerRequest>()
    let filter = night.topic(.delta)
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        requests.record(request)
        // What is for the first one comes after the refusal of a filter of the second.
        if request == .publish(topic: night.topic(.request(.get))) {
          try client.publish("{}", to: classic.topic(.documents))
        }
        return .acknowledge(refusing: [filter])
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let start = try await session.live(classic).place
    try session.session.open(night)
    let (place, refused) = try await session.live(night, from: start)
    #expect(refused == [filter])
    try await session.events.wait(for: "message", from: place) {
      if case .received(let message) = $0 { message.topic.hasSuffix("documents") } else { false }
    }
    let packets = requests.events.filter { if case .subscribe = $0 { true } else { false } }
    #expect(
      packets == [
        .subscribe(classic.responseTopics), .subscribe([classic.topic(.request(.update))]),
        .subscribe(night.responseTopics), .subscribe([night.topic(.request(.update))]),
      ])
  }

  @Test("are named when the broker cuts the connection over them, and set aside in the end")
  func cut() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        guard case .subscribe(let filters) = request,
          filters.allSatisfy({ $0.contains("/name/night/") })
        else { return .acknowledge() }
        return .cut
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let start = try await session.live(classic).place
    try session.session.open(night)
    let (first, failure, retry) = try await session.lost(from: start)
    #expect(failure.kind == .closedAfterSubscribe)
    #expect(failure.step == nil, "the connection was up")
    #expect(failure.what == "The broker closed the connection after a further SUBSCRIBE.")
    #expect(
      failure.cause
        == "Asked for was $aws/things/lamp1/shadow/name/night/get/accepted and 7 more. A policy may "
        + "forbid it, or another client took the id “lamp1”.")
    #expect(failure.suspect == Suspect(.subscribe, night.responseTopics))
    #expect(retry != nil)
    let (aside, event) = try await session.events.wait(for: "setting aside", from: first) {
      if case .shadow(night, .setAside) = $0 { true } else { false }
    }
    guard case .shadow(_, .setAside(let reason)) = event else { throw Unexpected() }
    #expect(reason.kind == .closedAfterSubscribe)
    #expect(session.session.addresses == [classic])
    #expect(peer.accepted <= 5)
    let online = try await session.live(classic, from: aside).place
    // The person may try once more.
    #expect(try session.session.open(night))
    #expect(try await session.lost(from: online).failure.kind == .closedAfterSubscribe)
  }

  @Test("that get no SUBACK end the connection at the dead-line, with words that name them")
  func silence() async throws {
    let keys = try Keys()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        request == .subscribe(night.responseTopics) ? .ignore : .acknowledge()
      }
    }
    let session = RecordedSession(
      try keys.configuration(port: peer.port, deadlines: Deadlines(subscribe: 200)))
    let start = try await session.live(classic).place
    try session.session.open(night)
    let failure = try await session.lost(from: start).failure
    #expect(failure.kind == .silentAfterSubscribe)
    #expect(failure.cause.contains("name/night/get/accepted and 7 more"))
  }

  @Test("leave nothing subscribed when they are opened and closed at once")
  func openAndClose() async throws {
    let keys = try Keys()
    let requests = Recorder<PeerRequest>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        requests.record(request)
        return .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    let start = try await session.live(classic).place
    try session.session.open(night)
    session.session.close(night)
    try await session.events.wait(for: "closing", from: start) {
      if case .shadow(night, .closed) = $0 { true } else { false }
    }
    var subscribed: Set<String> = []
    for request in requests.events {
      switch request {
      case .subscribe(let filters): subscribed.formUnion(filters)
      case .unsubscribe(let filters): subscribed.subtract(filters)
      case .publish, .other: break
      }
    }
    #expect(
      subscribed == Set(classic.responseTopics + [classic.topic(.request(.update))]))
  }
}
