import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("What is known after a reconnection")
struct FreshnessTests {
  /// Someone whose connection was lost and is back; the session's own `get` has left.
  static func reconnected() throws -> Person {
    var person = try EditingTests.person()
    person.send(
      .connection(
        .offline(what: "gone", cause: "", remedy: "", since: person.now, retryAt: nil)))
    person.send(.connection(.connected(tls: "TLS1.3")))
    person.asks("s1")
    return person
  }

  @Test("is stale until a document comes")
  func stale() throws {
    var person = try Self.reconnected()
    #expect(person.sees("last known"))
    #expect(person.role(of: "● connected") == .stateConnecting)
    try person.receiveGet(reported: #"{"flow":11}"#, version: 127, token: "s1")
    #expect(!person.sees("last known"))
    #expect(person.role(of: "● connected") == .stateConnected)
  }

  @Test("is fresh by the news that there is no shadow, or an update of anybody")
  func otherNews() throws {
    var person = try Self.reconnected()
    try person.receiveDocuments(from: nil, reported: #"{"flow":12}"#, version: 128)
    #expect(!person.sees("last known"))
    person = try Self.reconnected()
    person.receive(.rejected(.get), #"{"code":404,"message":"No shadow"}"#)
    #expect(person.role(of: "● connected") == .stateConnected)
  }

  @Test("is asked for again at once, then with growing pauses, in words that stay in place")
  func again() throws {
    var person = try Self.reconnected()
    let first = person.loses("s1")
    var token = try #require(first, "asked again at once")
    #expect(person.sees("◌ no answer to get"))
    #expect(
      person.sees("No answer to get: this is what was known last. Asking again …"))
    let row = person.screen().firstIndex { $0.contains("┌ resources") }
    for pause: Int64 in [10, 20, 40, 60, 60] {
      person.asks(token)
      person.wait(milliseconds: 10_000)
      let atOnce = person.loses(token)
      #expect(atOnce == nil)
      #expect(person.sees("Asking again in \(pause) s, r now."))
      #expect(person.screen().firstIndex { $0.contains("┌ resources") } == row)
      let due = person.now + pause * 1000
      while let next = nextDeadline(person.model, after: person.now), next < due {
        person.now = next
        #expect(person.send(.tick).isEmpty)
      }
      person.now = due
      let next = person.send(.tick).asked
      token = try #require(next)
      #expect(person.send(.tick).isEmpty)
    }
    person.asks(token)
    try person.receiveGet(reported: #"{"flow":11}"#, version: 127, token: token)
    #expect(!person.sees("No answer"))
    person.send(.outcome(token: token, .accepted(version: 127, body: nil, milliseconds: 3)))
    person.wait(milliseconds: 100_000)
    #expect(person.send(.tick).isEmpty)
  }

  @Test("is asked for by r at once, and a lost answer does not make two questions of one")
  func byKey() throws {
    var person = try Self.reconnected()
    let atOnce = person.loses("s1")
    let first = try #require(atOnce)
    person.asks(first)
    _ = person.loses(first)
    let byKey = person.type("r").asked
    let second = try #require(byKey)
    #expect(person.sees("Asking again …"))
    let again = person.loses(first)
    #expect(again == nil)
    person.wait(milliseconds: 60_000)
    #expect(person.send(.tick).isEmpty)
    person.asks(second)
    _ = person.loses(second)
    #expect(person.sees("Asking again in 20 s"))
  }

  @Test("is left to the session once the connection is gone")
  func gone() throws {
    var person = try Self.reconnected()
    let atOnce = person.loses("s1")
    let token = try #require(atOnce)
    person.asks(token)
    person.send(
      .connection(
        .offline(what: "gone", cause: "", remedy: "", since: person.now, retryAt: nil)))
    let again = person.loses(token)
    #expect(again == nil)
    #expect(!person.sees("No answer to get"))
    person.wait(milliseconds: 100_000)
    #expect(person.send(.tick).isEmpty)
  }

  @Test("goes on being asked for while an update is unknown, whatever others write")
  func unknown() throws {
    var (person, _) = try PublishingTests.unknown()
    let token = try #require(person.effects.asked)
    person.asks(token)
    try person.receiveDocuments(from: nil, reported: #"{"flow":15}"#, version: 128, token: "other")
    let again = person.loses(token)
    #expect(again != nil)
  }

  @Test(
    "is asked for again after growing pauses where the service refuses for now, and says so",
    arguments: [429, 500, 503])
  func refused(_ code: Int) throws {
    var person = try Self.reconnected()
    var token = "s1"
    for pause: Int64 in [10, 20, 40, 60, 60] {
      #expect(
        person.send(
          .outcome(
            token: token, .rejected(ShadowError(code: code, message: "Not now"), milliseconds: 3))
        ).isEmpty)
      #expect(person.sees("◌ get refused for now"))
      #expect(
        person.sees(
          "get: rejected \(code) Not now: this is what was known last. "
            + "Asking again in \(pause) s, r now."))
      person.wait(milliseconds: pause * 1000 - 1)
      #expect(person.send(.tick).isEmpty)
      person.wait(milliseconds: 1)
      let next = person.send(.tick).asked
      token = try #require(next)
      person.asks(token)
      #expect(person.sees("Asking again …"))
    }
    try person.receiveGet(reported: #"{"flow":11}"#, version: 127, token: token)
    #expect(!person.sees("Not now"))
    person.wait(milliseconds: 100_000)
    #expect(person.send(.tick).isEmpty)
  }

  @Test("is not asked for again where the answer would stay the same")
  func denied() throws {
    var person = try Self.reconnected()
    person.send(
      .outcome(
        token: "s1", .rejected(ShadowError(code: 403, message: "Forbidden"), milliseconds: 3)))
    #expect(person.sees("get: rejected 403 Forbidden"))
    person.wait(milliseconds: 100_000)
    #expect(person.send(.tick).isEmpty)
  }

  @Test("is waited for on a terminal without room too")
  func tiny() throws {
    var person = try Self.reconnected()
    person.send(.resized(Size(rows: 4, columns: 10)))
    let atOnce = person.loses("s1")
    let token = try #require(atOnce)
    person.asks(token)
    _ = person.loses(token)
    #expect(nextDeadline(person.model, after: person.now) == person.now + 10_000)
  }
}

extension Person {
  /// The session tells that a `get` has left.
  fileprivate mutating func asks(_ token: String) {
    send(
      .sent(
        Publication(topic: Self.address.topic(.request(.get)), payload: []), token: token,
        operation: .get, at: now))
  }

  /// No answer came.
  ///
  /// - Returns: the token of the `get` that is made instead.
  fileprivate mutating func loses(_ token: String) -> String? {
    send(.outcome(token: token, .unknown(reason: "no answer came within 10 s"))).asked
  }
}

extension [Effect] {
  /// The token of the last `get` among them.
  fileprivate var asked: String? {
    lazy.reversed().compactMap { effect in
      guard case .get(_, let token) = effect else { return nil }
      return token
    }.first
  }
}
