import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Publishing")
struct PublishingTests {
  /// Someone who has published `flow` 20 over 11, at v127.
  static func published() throws -> (Person, PendingUpdate) {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("P")
    let update = try #require(person.submitted)
    person.send(.sent(update.publication, token: update.token, operation: .update, at: person.now))
    return (person, update)
  }

  @Test("sends the very bytes of the preview")
  func bytes() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    let preview = try #require(person.model.preview)
    person.type("P")
    #expect(person.submitted?.publication == preview.publication)
    #expect(person.submitted?.token == preview.token.text)
    #expect(
      person.submitted?.text
        == #"{"state":{"reported":{"flow":20}},"clientToken":"\#(preview.token.text)"}"#)
    #expect(person.submitted?.publication.topic == "$aws/things/greenhouse-07/shadow/update")
  }

  @Test("shows accepted with version and milliseconds and clears the draft")
  func accepted() throws {
    var (person, update) = try Self.published()
    #expect(person.sees("waiting for the answer"))
    person.send(.outcome(token: update.token, .accepted(version: 128, body: nil, milliseconds: 34)))
    #expect(person.sees("accepted v128, 34 ms"))
    #expect(person.model.draft.isEmpty)
    #expect(person.model.delivery == nil)
    #expect(person.model.latency == 34)
    #expect(person.logged == "accepted v128 34 ms  \(update.token)  reported flow 20")
  }

  @Test("keeps edits made while it is under way apart")
  func meanwhile() throws {
    var (person, update) = try Self.published()
    person.type("j")
    EditingTests.edit(&person, "other")
    person.send(.outcome(token: update.token, .accepted(version: 128, body: nil, milliseconds: 34)))
    #expect(person.model.draft.edits.map(\.value) == ["other"])
  }

  @Test(
    "keeps what is staged when it is refused, and says what to do",
    arguments: [
      (400, "mend the value"), (401, "certificate's policy"), (403, "certificate's policy"),
      (404, "reporting a value creates it"), (409, "r gets it"), (413, "larger than 8 KB"),
      (415, "not UTF-8"), (429, "wait a second"), (500, "The service failed"),
      (418, "service's words"),
    ])
  func rejected(_ code: Int, _ words: String) throws {
    var (person, update) = try Self.published()
    person.send(
      .outcome(
        token: update.token,
        .rejected(ShadowError(code: code, message: "no\u{1B}"), milliseconds: 5)))
    #expect(person.sees("rejected \(code) no␛"))
    #expect(person.sees(words))
    #expect(person.model.draft.edits.map(\.value) == [20])
    #expect(person.model.preview?.token.text != update.token, "a token serves one request")
  }

  @Test("prefers the newer edit of two when a refused one comes back")
  func rejectedAfterAnother() throws {
    var (person, update) = try Self.published()
    EditingTests.edit(&person, "30")
    person.send(
      .outcome(token: update.token, .rejected(ShadowError(code: 500, message: ""), milliseconds: 5))
    )
    #expect(person.model.draft.edits.map(\.value) == [30])
  }

  @Test(
    "that does not go through leaves undo and redo as they were",
    arguments: [
      .rejected(ShadowError(code: 400, message: ""), milliseconds: 5), .notSent(reason: "gone"),
    ] as [RequestOutcome])
  func history(_ outcome: RequestOutcome) throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "1")
    EditingTests.edit(&person, "2")
    EditingTests.edit(&person, "3")
    person.type("uP")
    person.send(.outcome(token: try #require(person.submitted).token, outcome))
    person.type("u")
    #expect(person.model.draft.edits.map(\.value) == [1])
    person.type("UU")
    #expect(person.model.draft.edits.map(\.value) == [3])
    person.type("uuu")
    #expect(person.model.draft.isEmpty)
  }

  @Test("that turns out not to be applied leaves undo as it was")
  func historyOfUnknown() throws {
    var (person, _) = try Self.unknown()
    try person.receiveGet(reported: #"{"flow":11}"#, desired: #"{"flow":12}"#, version: 127)
    person.type("u")
    #expect(person.model.draft.isEmpty)
    person.type("U")
    #expect(person.model.draft.edits.map(\.value) == [20])
  }

  @Test("that is refused after more was staged is undone after that")
  func historyAfterAnother() throws {
    var (person, update) = try Self.published()
    person.type("j")
    EditingTests.edit(&person, "other")
    person.send(
      .outcome(token: update.token, .rejected(ShadowError(code: 500, message: ""), milliseconds: 5))
    )
    #expect(person.model.draft.edits.map(\.value) == [20, "other"])
    person.type("u")
    #expect(person.model.draft.edits.map(\.value) == [20])
    person.type("u")
    #expect(person.model.draft.isEmpty)
    person.type("UU")
    #expect(person.model.draft.edits.map(\.value) == [20, "other"])
  }

  @Test("that is accepted is not undone: history starts anew")
  func historyAfterAcceptance() throws {
    var (person, update) = try Self.published()
    person.send(
      .outcome(token: update.token, .accepted(version: 128, body: nil, milliseconds: 34)))
    person.type("u")
    #expect(person.sees("There is nothing to undo"))
  }

  @Test("does not send a second update before the first is answered")
  func twice() throws {
    var (person, _) = try Self.published()
    EditingTests.edit(&person, "30")
    #expect(person.type("P").isEmpty)
    #expect(person.sees("The last update is still on its way"))
    #expect(person.model.draft.edits.count == 1)
  }

  @Test("does not send without a connection, and keeps what is staged")
  func offline() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.send(
      .connection(.offline(what: "gone", cause: "", remedy: "", since: person.now, retryAt: nil)))
    #expect(person.type("P").isEmpty)
    #expect(person.sees("Not connected: nothing was sent"))
    #expect(person.model.draft.edits.count == 1)
  }

  @Test("that never left is staged again")
  func notSent() throws {
    var (person, update) = try Self.published()
    person.send(.outcome(token: update.token, .notSent(reason: "the connection is gone")))
    #expect(person.model.draft.edits.map(\.value) == [20])
    #expect(person.sees("Not sent: the connection is gone. What was staged is kept"))
  }

  /// Published, and no answer in time.
  static func unknown() throws -> (Person, PendingUpdate) {
    var (person, update) = try published()
    person.wait(milliseconds: 10_000)
    let effects = person.send(
      .outcome(token: update.token, .unknown(reason: "no answer in 10 s")))
    guard case .get? = effects.first else {
      Issue.record("a get must tell: \(effects)")
      return (person, update)
    }
    return (person, update)
  }

  @Test("without an answer is unknown, says so, and asks")
  func noAnswer() throws {
    let (person, _) = try Self.unknown()
    #expect(
      person.sees("no answer in 10 s: it may or may not have been applied; the next get will tell"))
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("1 unknown"))
  }

  @Test("without an answer counts as applied once a document shows it")
  func applied() throws {
    var (person, _) = try Self.unknown()
    try person.receiveGet(reported: #"{"flow":20}"#, version: 128)
    #expect(person.model.delivery == nil)
    #expect(person.model.draft.isEmpty)
    #expect(person.sees("It was applied after all: v128 shows it"))
  }

  @Test("without an answer is staged again when a get does not show it")
  func notApplied() throws {
    var (person, _) = try Self.unknown()
    try person.receiveGet(reported: #"{"flow":11}"#, desired: #"{"flow":12}"#, version: 127)
    #expect(person.model.draft.edits.map(\.value) == [20])
    #expect(person.sees("v127 does not show the update: it is staged again"))
  }

  @Test("without an answer stays unknown while only others' updates come")
  func stillUnknown() throws {
    var (person, update) = try Self.unknown()
    try person.receiveDocuments(from: nil, reported: #"{"flow":15}"#, version: 128, token: "other")
    #expect(person.model.delivery != nil)
    try person.receiveDocuments(
      from: nil, reported: #"{"flow":20}"#, version: 129, token: update.token)
    #expect(person.model.delivery == nil)
  }

  @Test("without an answer on a shadow that is gone is left to the person")
  func unknownThenMissing() throws {
    var (person, _) = try Self.unknown()
    person.receive(.rejected(.get), #"{"code":404,"message":"No shadow exists with name: 'x'"}"#)
    #expect(person.model.delivery?.state == .undecided)
    #expect(person.sees("does not tell whether the update was applied"))
  }

  @Test("creates a shadow where there is none")
  func create() {
    var person = Person()
    person.send(.connection(.connected(tls: "TLS1.3")))
    person.receive(.rejected(.get), #"{"code":404,"message":"No shadow"}"#)
    person.type("a")
    person.type("lamp")
    person.press(.enter)
    person.type("true")
    person.press(.enter)
    person.type("P")
    #expect(person.submitted?.text.hasPrefix(#"{"state":{"reported":{"lamp":true}}"#) == true)
  }

  @Test("sends both sections in one update")
  func bothSections() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "12")
    person.type("td")
    person.type("P")
    #expect(
      person.submitted?.text.hasPrefix(
        #"{"state":{"desired":{"flow":null},"reported":{"flow":12}}"#) == true)
  }
}

extension PublishingTests {
  @Test("keeps an added resource selected between its answer and the new document")
  func addedStaysSelected() throws {
    var person = try EditingTests.person()
    person.type("a")
    person.type("lamp")
    person.press(.enter)
    person.type("5")
    person.press(.enter)
    person.type("P")
    let update = try #require(person.submitted)
    person.send(.outcome(token: update.token, .accepted(version: 128, body: nil, milliseconds: 9)))
    try person.receiveDocuments(
      from: nil, reported: #"{"flow":11,"lamp":5,"name":"pump"}"#, version: 128, token: update.token
    )
    #expect(person.model.table.selection?.name == "lamp")
  }
}
