import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Deleting the whole shadow")
struct DeletionTests {
  /// The token of the deletion that was asked for last.
  private func asked(_ person: Person) -> String? {
    person.effects.lazy.reversed().compactMap { effect in
      guard case .delete(Person.address, let token) = effect else { return nil }
      return token
    }.first
  }

  @Test("takes the thing's very name", arguments: ["", "greenhouse-7", "Greenhouse-07", "y"])
  func name(_ text: String) throws {
    var person = try EditingTests.person()
    person.type("D")
    person.type(text)
    person.press(.enter, .enter)
    #expect(asked(person) == nil)
    #expect(person.sees("that is not its name: nothing is deleted"))
  }

  @Test("shows the answer, keeps what is staged, and there is no shadow")
  func deletes() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("D")
    person.type("greenhouse-07")
    #expect(person.sees("Enter deletes it."))
    person.press(.enter)
    let token = try #require(asked(person))
    person.receive(.accepted(.delete), #"{"version":127,"timestamp":1,"clientToken":"\#(token)"}"#)
    person.send(.outcome(token: token, .accepted(version: 127, body: nil, milliseconds: 9)))
    #expect(person.sees("deleted: v127 is gone, 9 ms"))
    #expect(person.model.shadow.document == nil)
    #expect(person.model.draft.edits.map(\.value) == [20])
  }

  @Test(
    "tells what else can come of it",
    arguments: [
      (.rejected(ShadowError(code: 404, message: "No shadow"), milliseconds: 5), "was no shadow"),
      (.rejected(ShadowError(code: 403, message: "no"), milliseconds: 5), "certificate's policy"),
      (.unknown(reason: "no answer came within 10 s"), "may or may not be deleted"),
      (.notSent(reason: "gone"), "Not sent: gone"),
    ] as [(RequestOutcome, String)])
  func endings(_ outcome: RequestOutcome, _ words: String) throws {
    var person = try EditingTests.person()
    person.type("D")
    person.type("greenhouse-07")
    person.press(.enter)
    person.send(.outcome(token: try #require(asked(person)), outcome))
    #expect(person.sees(words))
    #expect(person.model.shadow.document != nil)
  }

  @Test("is not begun without a shadow or a connection")
  func refused() throws {
    var person = Person()
    person.type("D")
    #expect(person.sees("Not connected"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    person.type("D")
    #expect(person.sees("There is no shadow to delete"))
    #expect(person.model.entry == nil)
  }
}
