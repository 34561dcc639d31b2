import JSON
import Shadow
import ShadowService
import Testing

@Suite("The answers of the service")
struct ResponseTests {
  @Test("to an update come as accepted, delta, documents")
  func order() throws {
    var lamp = Lamp()
    #expect(
      try lamp.update(#"{"state":{"desired":{"a":1}}}"#).suffixes == [
        "update/accepted", "update/delta", "update/documents",
      ])
  }

  @Test("share time, version and token within one update (4.1, 4.3)")
  func shared() throws {
    var lamp = Lamp()
    let answers = try lamp.update(#"{"state":{"desired":{"a":1}},"clientToken":"t"}"#)
    #expect(answers.allSatisfy { $0["timestamp"]?.integer == lamp.now })
    #expect(answers.allSatisfy { $0["clientToken"] == "t" })
    #expect(answers["update/accepted"]?["version"] == 1)
    #expect(answers["update/delta"]?["version"] == 1)
    #expect(answers["update/documents"]?["current"]?.object?["version"] == 1)
  }

  @Test("never remember a token (4.1)")
  func forgotten() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"desired":{"a":1}},"clientToken":"t"}"#)
    let answers =
      try lamp.update(#"{"state":{"reported":{"b":1}}}"#) + lamp.send("get") + lamp.send("delete")
    #expect(answers.count == 5)
    #expect(answers.allSatisfy { $0["clientToken"] == nil })
  }

  @Test("echo an empty token (4.1)")
  func emptyToken() throws {
    var lamp = Lamp()
    let answers = try lamp.update(#"{"state":{},"clientToken":""}"#)
    #expect(answers["update/accepted"]?["clientToken"] == "")
  }

  @Test("echo the state as it was sent, number lexemes and nulls included (4.2)")
  func echo() throws {
    var lamp = Lamp()
    let state = #"{"reported":{"b":1.0,"a":{"x":null,"y":1e2}},"desired":null}"#
    let answers = try lamp.update(#"{"state": \#(state)}"#)
    #expect(answers["update/accepted"]?["state"]?.compact == state)
  }

  @Test("to get have no metadata.delta (4.5, 15)")
  func metadata() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"desired":{"a":1},"reported":{"a":2}}}"#)
    let answer = try #require(try lamp.send("get")["get/accepted"])
    #expect(answer["state"]?.object?["delta"] == ["a": 1])
    #expect(answer["metadata"]?.object?.map(\.key) == ["desired", "reported"])
  }

  @Test("to delete publish nothing on the update topics (2.2)")
  func delete() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"desired":{"a":1}}}"#)
    #expect(try lamp.send("delete").suffixes == ["delete/accepted"])
  }

  @Test("that reject tell no time unless they are asked to (4.7)", arguments: [false, true])
  func rejectionTime(_ told: Bool) throws {
    var lamp = Lamp(timestampsInRejections: told)
    let answers = try lamp.send("get") + lamp.send("delete") + lamp.update("")
    #expect(answers.count == 3)
    #expect(answers.allSatisfy { $0["timestamp"]?.integer == (told ? lamp.now : nil) })
  }

  @Test("can be read by a client, every one of them (14.10)")
  func readable() throws {
    var lamp = Lamp(shadow: "config")
    let answers =
      try lamp.update(#"{"state":{"desired":{"a":1}}}"#) + lamp.send("get") + lamp.send("delete")
      + lamp.send("get") + lamp.update("x") + lamp.send("delete")
    #expect(answers.count == 8)
    for answer in answers {
      let message = try #require(answer.message)
      #expect(message.address == lamp.address)
      if case .unreadable(let reason, _) = message.content { Issue.record("\(reason)") }
    }
  }

  @Test("name a missing shadow as the real service does (9, 15)")
  func missing() throws {
    var classic = Lamp()
    #expect(
      try classic.send("get").refusal(of: .get)
        == ShadowError(code: 404, message: "No shadow exists with name: 'lamp1'"))
    var named = Lamp(shadow: "config")
    #expect(
      try named.send("delete").refusal(of: .delete)
        == ShadowError(code: 404, message: "No shadow exists with name: 'lamp1~config'"))
  }
}

@Suite("The service publishes a delta")
struct DeltaPublicationTests {
  /// Whether the last of these updates published one.
  func delta(after updates: String...) throws -> JSONValue? {
    var lamp = Lamp()
    var answers: [Answer] = []
    for update in updates { answers = try lamp.update(#"{"state":\#(update)}"#) }
    return answers["update/delta"]?["state"]
  }

  @Test("when desired asks for something new (8.2)")
  func desired() throws {
    #expect(
      try delta(after: #"{"reported":{"a":1}}"#, #"{"desired":{"a":2}}"#) == ["a": 2])
  }

  @Test("with all open differences, old ones included (8.2)")
  func cumulative() throws {
    #expect(
      try delta(after: #"{"desired":{"a":1}}"#, #"{"desired":{"b":2}}"#) == ["a": 1, "b": 2])
  }

  @Test(
    "again when the device reports, be it another value or the same disagreement (8.2)",
    arguments: [#"{"reported":{"b":1}}"#, #"{"reported":{"a":2}}"#, "{}"])
  func repeated(_ update: String) throws {
    #expect(
      try delta(after: #"{"desired":{"a":1},"reported":{"a":2}}"#, update) == ["a": 1])
  }

  @Test(
    "no more once the last difference is closed or its desired side removed (8.2)",
    arguments: [
      #"{"reported":{"a":1}}"#, #"{"desired":{"a":2}}"#, #"{"desired":{"a":null}}"#,
      #"{"desired":null}"#, "null", #"{"reported":{"a":1.0}}"#,
    ])
  func closed(_ update: String) throws {
    #expect(try delta(after: #"{"desired":{"a":1},"reported":{"a":2}}"#, update) == nil)
  }

  @Test("without any null in it (8.2)")
  func nulls() throws {
    #expect(
      try delta(after: #"{"desired":{"a":1,"b":{"c":2,"d":null}}}"#, #"{"desired":{"a":null}}"#)
        == ["b": ["c": 2]])
  }
}
