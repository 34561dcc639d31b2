import Monitor
import Shadow
import Testing
@testable import Thing
@testable import shadowscope

@Suite("The session's events in the monitor's words")
struct EventTranslationTests {
  private var translation = EventTranslation(endpoint: "localhost:8883")

  /// The connection's new state.
  private mutating func status(
    _ status: Thing.ConnectionStatus, at now: Int64
  ) -> [Monitor.ConnectionStatus] {
    translation.messages(for: .connection(status), at: now).compactMap { message in
      guard case .connection(let status) = message else { return nil }
      return status
    }
  }

  @Test("names the TLS version as people do, and the refused filters apart")
  mutating func online() {
    let report = LinkReport(tls: "TLSv1.3", refusedFilters: ["a"])
    #expect(status(.online(report), at: 0) == [.connected(tls: "TLS1.3"), .refusedFilters(["a"])])
  }

  private let failure = ConnectionFailure(
    kind: .closed, step: nil, what: "Gone.", cause: "It broke.", remedy: "Wait.", course: .retry)

  @Test("tells an outage from its first failure on, through all attempts, and the next one anew")
  mutating func outage() {
    func offline(since: Int64, retryAt: Int64) -> [Monitor.ConnectionStatus] {
      [.offline(what: "Gone.", cause: "It broke.", remedy: "Wait.", since: since, retryAt: retryAt)]
    }
    let lost = Thing.ConnectionStatus.lost(failure, retryInMilliseconds: 500)
    #expect(status(lost, at: 1000) == offline(since: 1000, retryAt: 1500))
    #expect(status(lost, at: 2000) == offline(since: 1000, retryAt: 2500))
    _ = status(.online(LinkReport(tls: "TLSv1.3")), at: 3000)
    #expect(status(lost, at: 4000) == offline(since: 4000, retryAt: 4500))
  }

  @Test("is stopped where nothing is tried again")
  mutating func stopped() {
    #expect(
      status(.lost(failure, retryInMilliseconds: nil), at: 0)
        == [.stopped(what: "Gone.", cause: "It broke.", remedy: "Wait.")])
  }

  @Test("names the operation of what was sent by its topic", arguments: ShadowOperation.allCases)
  mutating func sent(_ operation: ShadowOperation) throws {
    let topic = ShadowAddress(thing: "lamp1").topic(.request(operation))
    let token = try #require(ClientToken("t"))
    let event = ThingEvent.sent(Publication(topic: topic, payload: []), token: token, at: 7)
    guard case .sent(_, "t", operation, at: 7)? = translation.messages(for: event, at: 0).first
    else {
      Issue.record("not \(operation)")
      return
    }
  }
}
