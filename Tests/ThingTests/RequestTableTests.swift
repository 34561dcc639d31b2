import JSON
import Shadow
import Testing
import Thing

@Suite("The request table")
struct RequestTableTests {
  private let address = ShadowAddress(thing: "lamp1")

  private func token(_ text: String) throws -> ClientToken { try #require(ClientToken(text)) }

  /// A table with one update under way since time 0, token `t`.
  private func table() throws -> RequestTable {
    var table = RequestTable(patience: 10_000)
    let tag = try add("t", to: &table)
    _ = table.written(tag: tag, now: 0)
    return table
  }

  private func add(_ text: String, to table: inout RequestTable) throws -> UInt64 {
    let publication = Publication(topic: address.topic(.request(.update)), payload: [])
    let tag = table.add(publication, operation: .update, of: address, token: try token(text))
    return try #require(tag)
  }

  private func answer(
    _ table: inout RequestTable, on topic: String, _ body: String, now: Int64 = 40
  ) -> RequestOutcome? {
    table.received(topic: topic, payload: Array(body.utf8), now: now)?.outcome
  }

  @Test("settles a request by accepted with its token, with version and time")
  func accepted() throws {
    var table = try table()
    let outcome = answer(
      &table, on: address.topic(.accepted(.update)), #"{"version":7,"clientToken":"t"}"#)
    guard case .accepted(version: 7, let body, milliseconds: 40) = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    #expect(body.object?["clientToken"] == "t")
    #expect(table.isEmpty)
  }

  @Test("settles by the broker's PUBACK only what nothing else answers, and once")
  func acknowledged() throws {
    var table = RequestTable(patience: 10_000)
    let publication = Publication(topic: "lamp1/backdate", payload: [])
    let added = table.add(
      publication, operation: .update, of: address, token: try token("b"),
      endsWithAcknowledgement: true)
    let tag = try #require(added)
    _ = table.written(tag: tag, now: 5)
    let settled = table.acknowledged(tag: tag, now: 40)
    #expect(settled?.token.text == "b")
    guard case .accepted(version: nil, _, milliseconds: 35)? = settled?.outcome else {
      Issue.record("\(String(describing: settled))")
      return
    }
    #expect(table.isEmpty)
    #expect(table.acknowledged(tag: tag, now: 41) == nil)
  }

  @Test("takes the broker's PUBACK for no answer to an update")
  func merelyDelivered() throws {
    var table = RequestTable(patience: 10_000)
    let tag = try add("t", to: &table)
    _ = table.written(tag: tag, now: 0)
    #expect(table.acknowledged(tag: tag, now: 5) == nil)
    #expect(!table.isEmpty)
    #expect(table.acknowledged(tag: tag + 1, now: 5) == nil)
  }

  @Test("settles a request by rejected with its token")
  func rejected() throws {
    var table = try table()
    let outcome = answer(
      &table, on: address.topic(.rejected(.update)),
      #"{"code":409,"message":"Version conflict","clientToken":"t"}"#)
    guard case .rejected(let error, milliseconds: 40) = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    #expect(error == ShadowError(code: 409, message: "Version conflict"))
  }

  @Test(
    "lets nothing else settle it",
    arguments: [
      ("$aws/things/lamp1/shadow/update/accepted", #"{"version":7,"clientToken":"other"}"#),
      ("$aws/things/lamp1/shadow/update/accepted", #"{"version":7}"#),
      ("$aws/things/lamp1/shadow/update/accepted", #"{"version":7,"clientToken":1}"#),
      ("$aws/things/lamp1/shadow/update/accepted", #"not JSON, but "clientToken":"t""#),
      ("$aws/things/lamp1/shadow/update/accepted", ""),
      ("$aws/things/lamp1/shadow/get/accepted", #"{"version":7,"clientToken":"t"}"#),
      ("$aws/things/lamp2/shadow/update/accepted", #"{"version":7,"clientToken":"t"}"#),
      ("$aws/things/lamp1/shadow/name/a/update/accepted", #"{"version":7,"clientToken":"t"}"#),
      ("$aws/things/lamp1/shadow/update/delta", #"{"version":7,"clientToken":"t"}"#),
      ("$aws/things/lamp1/shadow/update/documents", #"{"clientToken":"t"}"#),
      ("$aws/things/lamp1/shadow/update", #"{"clientToken":"t"}"#),
      ("elsewhere", #"{"clientToken":"t"}"#),
    ])
  func foreign(_ topic: String, _ body: String) throws {
    var table = try table()
    #expect(answer(&table, on: topic, body) == nil)
    #expect(!table.isEmpty)
  }

  @Test("compares tokens by code points")
  func scalars() throws {
    var table = RequestTable()
    _ = table.written(tag: try add("e\u{301}", to: &table), now: 0)
    #expect(
      answer(&table, on: address.topic(.accepted(.update)), #"{"clientToken":"é"}"#) == nil)
  }

  @Test("settles a request once, whatever comes after")
  func once() throws {
    var table = try table()
    let topic = address.topic(.accepted(.update))
    let body = #"{"version":7,"clientToken":"t"}"#
    #expect(answer(&table, on: topic, body) != nil)
    #expect(answer(&table, on: topic, body) == nil)
    #expect(table.connectionLost().count == 0)
    #expect(table.timePassed(now: 1_000_000).count == 0)
  }

  @Test("calls a request unknown when no answer came in time; a late one changes nothing")
  func timeOut() throws {
    var table = try table()
    #expect(table.deadline == 10_000)
    #expect(table.timePassed(now: 9_999).count == 0)
    let settled = table.timePassed(now: 10_000)
    #expect(settled.count == 1)
    guard case .unknown(reason: "no answer came within 10 s") = settled.first?.outcome else {
      Issue.record("\(settled)")
      return
    }
    #expect(table.deadline == nil)
    let late = answer(
      &table, on: address.topic(.accepted(.update)), #"{"version":7,"clientToken":"t"}"#)
    #expect(late == nil)
  }

  @Test("calls what was sent unknown when the connection ends, and leaves what was not sent")
  func connectionLost() throws {
    var table = try table()
    let unsent = try add("later", to: &table)
    let settled = table.connectionLost()
    #expect(settled.map(\.token.text) == ["t"])
    guard case .unknown = settled.first?.outcome else {
      Issue.record("\(settled)")
      return
    }
    let outcome = table.notSent(tag: unsent, reason: "offline")?.outcome
    guard case .notSent(reason: "offline") = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    #expect(table.isEmpty)
  }

  @Test("gives up what has not left neither by time nor by a lost connection")
  func unsent() throws {
    var table = RequestTable()
    _ = try add("t", to: &table)
    #expect(table.deadline == nil)
    #expect(table.timePassed(now: 1_000_000).count == 0)
    #expect(table.connectionLost().count == 0)
  }

  @Test("takes no second request with the token of one that waits")
  func duplicate() throws {
    var table = try table()
    let publication = Publication(topic: address.topic(.request(.get)), payload: [])
    let again = table.add(publication, operation: .get, of: address, token: try token("t"))
    #expect(again == nil)
  }
}
