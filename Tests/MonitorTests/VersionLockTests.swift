import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Publishing with the version")
struct VersionLockTests {
  private static let refusal = ShadowError(code: 409, message: "Version conflict")

  /// Someone who has staged `flow` 20 upon v127 and publishes only upon that.
  private func locked() throws -> Person {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("V")
    return person
  }

  /// The shadow moves on to v128 with another `flow`.
  private func moveOn(_ person: inout Person) throws {
    try person.receiveDocuments(
      from: (#"{"flow":11,"name":"pump","on":true,"p":{"x":1,"y":{}}}"#, #"{"flow":12}"#),
      reported: #"{"flow":15,"name":"pump","on":true,"p":{"x":1,"y":{}}}"#,
      desired: #"{"flow":12}"#, version: 128)
  }

  @Test("names the version that was staged upon, in the frame and in the bytes")
  func bytes() throws {
    var person = try locked()
    #expect(person.sees("reported · v127 · 1 staged"))
    person.type("P")
    #expect(
      person.submitted?.text.hasPrefix(#"{"state":{"reported":{"flow":20}},"version":127,"#) == true
    )
  }

  @Test("is switched off again by the same key")
  func off() throws {
    var person = try locked()
    person.type("VP")
    #expect(person.submitted?.text.contains("version") == false)
  }

  @Test("leaves the version out where there is no shadow")
  func missing() {
    var person = Person()
    person.send(.connection(.connected(tls: "TLS1.3")))
    person.receive(.rejected(.get), #"{"code":404,"message":"No shadow exists"}"#)
    person.type("Va")
    person.type("t")
    person.press(.enter)
    person.type("1")
    person.press(.enter)
    person.type("P")
    #expect(person.submitted?.text.contains("version") == false)
  }

  @Test("keeps naming the old version when the shadow moves on, and the service decides")
  func movedOn() throws {
    var person = try locked()
    try moveOn(&person)
    #expect(person.sees("v127 of 128"))
    person.type("P")
    #expect(person.model.question == nil)
    #expect(person.submitted?.text.contains(#""version":127"#) == true)
  }

  @Test("asks before it overwrites where the version would not prevent that")
  func stillAsks() throws {
    var person = try locked()
    try moveOn(&person)
    person.type("VP")
    #expect(person.model.question != nil)
    #expect(person.submitted == nil)
  }

  @Test("is refused with what changed under the edit, and a rebase keeps the edit")
  func refused() throws {
    var person = try locked()
    person.type("P")
    let update = try #require(person.submitted)
    person.send(.outcome(token: update.token, .rejected(Self.refusal, milliseconds: 5)))
    guard case .get? = person.effects.last else {
      Issue.record("The document is asked for: what is held may be old")
      return
    }
    #expect(person.sees("the shadow has moved on: getting it"))
    try moveOn(&person)
    #expect(
      person.sees("rejected 409: staged upon v127, the shadow is at v128, also where you edit."))
    #expect(person.sees("was 11, is 15, yours 20"))
    person.type("R")
    #expect(person.sees("upon v128 now"))
    #expect(!person.sees("rejected 409: staged"))
    #expect(person.model.draft.edits.map(\.value) == [20])
    person.type("P")
    #expect(person.submitted?.text.contains(#""flow":20}},"version":128"#) == true)
    person.send(
      .outcome(
        token: try #require(person.submitted).token,
        .accepted(version: 129, body: nil, milliseconds: 5)))
    #expect(person.model.draft.isEmpty)
  }

  @Test(
    "names the key that rebases, in the hint line and with the refusal",
    arguments: [Size(rows: 12, columns: 40), Size(rows: 24, columns: 80)])
  func rebaseKey(_ size: Size) throws {
    var person = try locked()
    person.send(.resized(size))
    person.type("P")
    let update = try #require(person.submitted)
    person.send(.outcome(token: update.token, .rejected(Self.refusal, milliseconds: 5)))
    try moveOn(&person)
    let lines = person.screen()
    #expect(lines.last?.contains("R rebase") == true)
    #expect(lines.dropLast().joined().contains("409"))
  }

  @Test("shows in what is read of the request what the shadow has become meanwhile")
  func previewFollows() throws {
    var person = try locked()
    person.type("b")
    #expect(!person.sees("the shadow is at v128"))
    try moveOn(&person)
    #expect(person.sees("the shadow is at v128"))
  }

  @Test("can be rebased and that undone")
  func undone() throws {
    var person = try locked()
    try moveOn(&person)
    person.type("Ru")
    #expect(person.model.draft.version == 127)
  }

  @Test("says that there is nothing to rebase")
  func nothing() throws {
    var person = try EditingTests.person()
    person.type("R")
    #expect(person.sees("Nothing is staged"))
    EditingTests.edit(&person, "20")
    person.type("R")
    #expect(person.sees("upon the newest version"))
  }
}
