import JSON
import Shadow
import Testing
@testable import Thing

@Suite("A single request")
struct SingleRequestTests {
  private let address = ShadowAddress(thing: "lamp1")

  private func update() throws -> SingleRequest {
    let token = try #require(ClientToken("ours"))
    return SingleRequest(of: address, token: token)
  }

  private func online(refusing filters: [String] = []) -> ThingEvent {
    .connection(.online(LinkReport(tls: "TLSv1.3", refusedFilters: filters)))
  }

  private let lost = ThingEvent.connection(
    .lost(
      ConnectionFailure(
        kind: .closed, step: nil, what: "gone", cause: "", remedy: "", course: .retry),
      retryInMilliseconds: 5))

  private func outcome(of token: String, _ outcome: RequestOutcome) throws -> ThingEvent {
    .outcome(
      token: try #require(ClientToken(token)), address: address, operation: .update, outcome)
  }

  /// What it does, in a word.
  private func words(_ step: SingleRequest.Step) -> String {
    switch step {
    case .wait: "wait"
    case .submit: "submit"
    case .end(.noConnection(let failure)): "no connection: \(failure.what)"
    case .end(.refused(let topic)): "refused \(topic)"
    case .end(.settled(.accepted)): "accepted"
    case .end(.settled(.rejected(let error, _))): "rejected \(error.code)"
    case .end(.settled(.unknown)): "unknown"
    case .end(.settled(.notSent)): "not sent"
    case .end(.lost(let failure)): "lost: \(failure.what)"
    }
  }

  @Test("is submitted once, though the connection is lost and comes back before its outcome")
  func once() throws {
    var request = try update()
    let steps = try [
      .connection(.step(.tcp)), online(), lost, online(),
      outcome(of: "ours", .unknown(reason: "lost")),
    ].map { words(request.take($0)) }
    #expect(steps == ["wait", "submit", "wait", "wait", "unknown"])
  }

  @Test("ends by its own outcome only")
  func own() throws {
    var request = try update()
    _ = request.take(online())
    let accepted = RequestOutcome.accepted(version: 1, body: nil, milliseconds: 1)
    #expect(words(request.take(try outcome(of: "other", accepted))) == "wait")
    #expect(words(request.take(try outcome(of: "ours", accepted))) == "accepted")
  }

  @Test("that the connection takes along ends with why, for that may tell what is forbidden")
  func takenAlong() throws {
    var request = try update()
    let steps = try [
      online(), lost, outcome(of: "ours", .unknown(reason: "the connection was lost")),
    ].map { words(request.take($0)) }
    #expect(steps == ["submit", "wait", "lost: gone"])
  }

  @Test("for the document submits nothing and ends with the session's own get")
  func document() throws {
    var request = SingleRequest(of: address, token: nil)
    #expect(words(request.take(online())) == "wait")
    let missing = RequestOutcome.rejected(ShadowError(code: 404, message: ""), milliseconds: 1)
    #expect(words(request.take(try outcome(of: "any", missing))) == "rejected 404")
  }

  @Test("ends with the failure when no connection comes about")
  func noConnection() throws {
    var request = try update()
    #expect(words(request.take(lost)) == "no connection: gone")
  }

  @Test("is not submitted where an answer could not be heard; other filters do not matter")
  func refused() throws {
    var request = try update()
    let topic = address.topic(.accepted(.update))
    #expect(words(request.take(online(refusing: [topic]))) == "refused \(topic)")
    var other = try update()
    #expect(
      words(other.take(online(refusing: [address.topic(.request(.update))]))) == "submit")
  }
}
