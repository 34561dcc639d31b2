import JSON
import Shadow
import TestSupport
import Testing
import Thing

@Suite("What a session asks for of its shadows")
struct InterestTests {
  private let address = ShadowAddress(thing: "lamp1")

  /// A session with an interest, and what it asked a broker for until a request was published.
  private func requests(
    _ interest: ShadowInterest, addresses: [ShadowAddress],
    then act: (ThingSession) throws -> Void = { _ in }
  ) async throws -> [PeerRequest] {
    let keys = try Keys()
    let requests = Recorder<PeerRequest>()
    let peer = try ScriptedPeer(security: .init(keys.server)) { client, _ in
      try client.serve { request in
        requests.record(request)
        return .acknowledge()
      }
    }
    let events = Recorder<ThingEvent>()
    let session = ThingSession(
      configuration: try keys.configuration(port: peer.port), addresses: addresses,
      interest: interest
    ) { events.record($0) }
    defer { session.stop() }
    try await events.wait(for: "connection") {
      if case .connection(.online) = $0 { true } else { false }
    }
    try act(session)
    try await requests.wait(for: "publication") {
      if case .publish = $0 { true } else { false }
    }
    // A machine that is slow may need a second connection.
    return requests.events.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  @Test("is two filters and the get where only the document is wanted")
  func document() async throws {
    #expect(
      try await requests(.document, addresses: [address]) == [
        .subscribe([address.topic(.accepted(.get)), address.topic(.rejected(.get))]),
        .publish(topic: address.topic(.request(.get))),
      ])
  }

  @Test("is the answers to one kind of request, without a get of its own")
  func answers() async throws {
    let token = try #require(ClientToken("t"))
    let publication = DeleteRequest(clientToken: token).publication(to: address)
    let asked = try await requests(.answers(to: .delete), addresses: [address]) { session in
      session.submit(publication, operation: .delete, of: address, token: token)
    }
    #expect(
      asked == [
        .subscribe([address.topic(.accepted(.delete)), address.topic(.rejected(.delete))]),
        .publish(topic: address.topic(.request(.delete))),
      ])
  }

  @Test("is nothing at all for what nobody answers")
  func nothing() async throws {
    let token = try #require(ClientToken("t"))
    let topic = MICTopic.backdate.topic(of: "lamp1")
    let asked = try await requests(.answers(to: .update), addresses: []) { session in
      session.send(Publication(topic: topic, payload: [123, 125]), of: address, token: token)
    }
    #expect(asked == [.publish(topic: topic)])
  }
}
