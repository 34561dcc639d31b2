import JSON
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing

/// A session and everything that it told.
struct RecordedSession: ~Copyable {
  let session: ThingSession
  let events: Recorder<ThingEvent>

  init(
    _ configuration: LinkConfiguration, addresses: [ShadowAddress] = [ShadowAddress(thing: "lamp1")]
  ) {
    let events = Recorder<ThingEvent>()
    self.events = events
    session = ThingSession(configuration: configuration, addresses: addresses) { events.record($0) }
  }

  deinit { session.stop() }

  /// Waits for a request's end.
  func outcome(
    of operation: ShadowOperation, from place: Int = 0
  ) async throws -> (place: Int, token: ClientToken, outcome: RequestOutcome) {
    let (place, event) = try await events.wait(for: "outcome of \(operation)", from: place) {
      if case .outcome(_, _, operation, _) = $0 { true } else { false }
    }
    guard case .outcome(let token, _, _, let outcome) = event else { throw Unexpected() }
    return (place, token, outcome)
  }

  func online(from place: Int = 0) async throws -> (place: Int, report: LinkReport) {
    let (place, event) = try await events.wait(for: "connection", from: place) {
      if case .connection(.online) = $0 { true } else { false }
    }
    guard case .connection(.online(let report)) = event else { throw Unexpected() }
    return (place, report)
  }

  /// Sends an update of one reported value.
  func update(_ text: String, token: String) throws {
    let token = try #require(ClientToken(token))
    let address = ShadowAddress(thing: "lamp1")
    let request = UpdateRequest(reported: .merge(["power": .string(text)]), clientToken: token)
    session.submit(
      request.publication(to: address), operation: .update, of: address, token: token)
  }
}

@Suite("A session of a thing")
struct ThingSessionTests {
  @Test(
    "tells of messages on job topics that it did not subscribe to, as AWS sends them, and goes on")
  func unasked() async throws {
    let keys = try Keys()
    let topics = ["get/accepted", "fw-1/update/rejected", "notify", "start-next/accepted"].map {
      "$aws/things/lamp1/jobs/\($0)"
    }
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        if case .publish("$aws/things/lamp1/shadow/get") = request {
          for topic in topics { try client.publish("{}", to: topic) }
          try client.publish(
            #"{"state":{},"version":1,"timestamp":1}"#, to: "$aws/things/lamp1/shadow/get/accepted")
        }
        return .acknowledge()
      }
    }
    let session = RecordedSession(try keys.configuration(port: peer.port))
    // After the messages came what the session goes on with.
    try await session.events.wait(for: "the document") {
      if case .received(let message) = $0 {
        message.topic.hasSuffix("shadow/get/accepted")
      } else {
        false
      }
    }
    let told = session.events.events.compactMap { event in
      if case .received(let message) = event { message.topic } else { nil }
    }
    #expect(told.prefix(4) == topics[...])
    #expect(
      !session.events.events.contains {
        if case .connection(.lost) = $0 { true } else { false }
      })
  }

  @Test("follows the topics of jobs when asked to, and tells which of them are not granted")
  func jobs() async throws {
    let keys = try Keys()
    let forbidden = "$aws/things/lamp1/jobs/notify"
    for refused in [[], [forbidden]] {
      let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
        try client.serve { _ in .acknowledge(refusing: refused) }
      }
      let session = RecordedSession(try keys.configuration(port: peer.port))
      let told = Recorder<[String]>()
      session.session.openJobs(of: "lamp1") { told.record($0) }
      #expect(try await told.wait(for: "the broker's answer") { _ in true }.event == refused)
    }
  }

  @Test("gets the shadow once it is subscribed, and says that there is none yet")
  func firstGet() async throws {
    let broker = try TestBroker()
    let service = try ServiceAttachment.start(in: broker.batch, port: broker.port)
    defer { service.stop() }
    let session = RecordedSession(try broker.configuration())
    #expect(try await session.online().report.refusedFilters == [])
    guard case .rejected(let error, _) = try await session.outcome(of: .get).outcome else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect(error.code == 404)
  }

  @Test("sends an update once, shows every message of it, and tells that it was accepted")
  func update() async throws {
    let broker = try TestBroker()
    let service = try ServiceAttachment.start(in: broker.batch, port: broker.port)
    defer { service.stop() }
    let session = RecordedSession(try broker.configuration())
    let start = try await session.outcome(of: .get).place
    try session.update("on", token: "mine")
    let (place, token, outcome) = try await session.outcome(of: .update, from: start)
    #expect(token.text == "mine")
    guard case .accepted(version: 1, let body, let milliseconds) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(body.object?["state"] == ["reported": ["power": "on"]])
    #expect((0..<10_000).contains(milliseconds))
    let topics = ["update", "update/accepted", "update/documents"]
    for topic in topics {
      try await session.events.wait(for: topic, from: start) {
        if case .received(let message) = $0 {
          message.topic == "$aws/things/lamp1/shadow/\(topic)"
        } else {
          false
        }
      }
    }
    let before = session.events.events[start..<place]
    let sent = before.filter { if case .sent(_, token, _) = $0 { true } else { false } }
    #expect(sent.count == 1, "what was sent comes before its outcome")
    let answer = before.last
    guard case .received(let message) = answer else {
      Issue.record("\(String(describing: answer))")
      return
    }
    #expect(message.topic.hasSuffix("update/accepted"), "the answer comes just before the outcome")
  }

  @Test("is not misled by what others do with the same shadow")
  func others() async throws {
    let broker = try TestBroker()
    let service = try ServiceAttachment.start(in: broker.batch, port: broker.port)
    defer { service.stop() }
    let session = RecordedSession(try broker.configuration())
    let start = try await session.outcome(of: .get).place
    let owner = RecordedLink(try broker.ownerConfiguration(filters: []))
    try await owner.connected()
    let update = #"{"state":{"desired":{"power":"off"}},"clientToken":"theirs"}"#
    owner.link.publish(
      Publication(topic: "$aws/things/lamp1/shadow/update", payload: Array(update.utf8)))
    let seen = try await session.events.wait(for: "their documents", from: start) {
      if case .received(let message) = $0 { message.topic.hasSuffix("documents") } else { false }
    }.place
    let outcomes = session.events.events[start..<seen].dropFirst().filter {
      if case .outcome = $0 { true } else { false }
    }
    #expect(outcomes.count == 0)
  }

  @Test("follows several shadows, eight answers of each in a SUBSCRIBE of their own")
  func severalShadows() async throws {
    let keys = try Keys()
    let packets = Recorder<[String]>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.greet()
      for _ in 0..<3 { try client.grantSubscribe(noting: packets.record) }
      client.waitForEnd()
    }
    let addresses = [ShadowAddress(thing: "lamp1"), ShadowAddress(thing: "lamp1", shadow: "a")]
    let session = RecordedSession(try keys.configuration(port: peer.port), addresses: addresses)
    _ = try await session.online()
    #expect(
      packets.events == [
        addresses[0].responseTopics, addresses[1].responseTopics,
        ["$aws/things/lamp1/shadow/update", "$aws/things/lamp1/shadow/name/a/update"],
      ])
  }

  @Test("calls a request unknown when no answer comes")
  func noAnswer() async throws {
    let broker = try TestBroker()
    let session = RecordedSession(try broker.configuration(deadlines: Deadlines(answer: 200)))
    _ = try await session.online()
    guard case .unknown(let reason) = try await session.outcome(of: .get).outcome else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect(reason == "no answer came within 200 ms")
  }

  @Test("calls a request unknown when the broker dies, gets again, and never sends it again")
  func brokerDies() async throws {
    let broker = try TestBroker()
    let session = RecordedSession(try broker.configuration())
    let start = try await session.online().place
    try session.update("on", token: "mine")
    try await session.events.wait(for: "sending", from: start) {
      if case .sent(let publication, _, _) = $0 {
        publication.topic.hasSuffix("update")
      } else {
        false
      }
    }
    broker.broker.kill()
    let (ended, token, outcome) = try await session.outcome(of: .update, from: start)
    #expect(token.text == "mine")
    guard case .unknown = outcome else {
      Issue.record("\(outcome)")
      return
    }
    try broker.broker.restart()
    let service = try ServiceAttachment.start(in: broker.batch, port: broker.port)
    defer { service.stop() }
    let again = try await session.online(from: ended).place
    let gotten = try await session.outcome(of: .get, from: again).outcome
    guard case .rejected(let error, _) = gotten else {
      Issue.record("\(gotten)")
      return
    }
    #expect(error.code == 404, "the update did not come a second time")
    let sent = session.events.events.filter {
      if case .sent(_, token, _) = $0 { true } else { false }
    }
    #expect(sent.count == 1)
  }

  @Test("does not send, and says so, while there is no connection")
  func offline() async throws {
    let keys = try Keys()
    let session = RecordedSession(try keys.configuration(port: try closedPort()))
    try await session.events.wait(for: "failure") {
      if case .connection(.lost) = $0 { true } else { false }
    }
    try session.update("on", token: "mine")
    guard case .notSent(let reason) = try await session.outcome(of: .update).outcome else {
      Issue.record("\(session.events.events)")
      return
    }
    #expect(reason == "there is no connection to the broker")
  }

  @Test("takes no second request with a token that is in use")
  func duplicateToken() async throws {
    let broker = try TestBroker()
    let session = RecordedSession(try broker.configuration())
    _ = try await session.online()
    let address = ShadowAddress(thing: "lamp1")
    let token = try #require(ClientToken("mine"))
    let publication = GetRequest(clientToken: token).publication(to: address)
    let first = session.session.submit(publication, operation: .get, of: address, token: token)
    let second = session.session.submit(publication, operation: .get, of: address, token: token)
    #expect(first && !second)
  }
}
