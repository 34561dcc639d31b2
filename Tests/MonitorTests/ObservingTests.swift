import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Observations of an earlier time")
struct ObservingTests {
  /// Someone who has staged `flow` 20 and typed a time for it.
  private func observing(_ text: String) throws -> Person {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("o")
    person.type(text)
    person.press(.enter)
    return person
  }

  /// What was handed on for the backdate topic.
  private func backdated(_ person: Person) -> PendingUpdate? {
    person.effects.lazy.compactMap { effect in
      guard case .send(let update) = effect else { return nil }
      return update
    }.first
  }

  @Test("have the time in ms beside the state", arguments: ["5m ago", "1714557571000", "11:59:31"])
  func time(_ text: String) throws {
    var person = try observing(text)
    person.type("P")
    #expect(
      person.submitted?.text.hasPrefix(
        #"{"state":{"reported":{"flow":20}},"timestamp":1714557571000,"clientToken""#) == true)
  }

  @Test("take a number in another unit only after a second Enter")
  func units() throws {
    var person = try observing("1714557571")
    #expect(person.model.choice.observedAt == nil)
    #expect(person.sees("That is seconds"))
    person.press(.enter)
    #expect(person.model.choice.observedAt == 1_714_557_571_000)
  }

  @Test("take no other time, however often Enter is pressed", arguments: ["soon", "2099-01-01"])
  func refused(_ text: String) throws {
    var person = try observing(text)
    person.press(.enter, .enter)
    #expect(person.model.choice.observedAt == nil)
    #expect(person.model.entry != nil)
  }

  @Test("lose the time with an empty line, and once it was published")
  func cleared() throws {
    var person = try observing("5m ago")
    person.type("o")
    person.press(.control("u"), .enter)
    #expect(person.model.choice.observedAt == nil)
    person = try observing("5m ago")
    person.type("P")
    #expect(person.model.choice.observedAt == nil)
  }

  @Test("keep the time when the update is refused")
  func kept() throws {
    var person = try observing("5m ago")
    person.type("P")
    person.send(
      .outcome(
        token: try #require(person.submitted).token,
        .rejected(ShadowError(code: 500, message: ""), milliseconds: 5)))
    #expect(person.model.choice.observedAt == 1_714_557_571_000)
  }

  @Test("go to MIC's backdate topic, which ends with the broker's word and changes no shadow")
  func backdate() throws {
    var person = try observing("5m ago")
    person.type("ttP")
    let update = try #require(backdated(person))
    #expect(update.publication.topic == "tcxn/things/greenhouse-07/shadow/backdate")
    #expect(update.text.contains(#""timestamp":1714557571000"#))
    person.send(.sent(update.publication, token: update.token, operation: .update, at: person.now))
    person.send(.outcome(token: update.token, .accepted(version: nil, body: nil, milliseconds: 3)))
    #expect(person.sees("the broker has it, 3 ms"))
    #expect(person.sees("the shadow is as it was"))
    #expect(person.model.draft.isEmpty)
    #expect(person.model.delivery == nil)
  }

  @Test("take no version, and say what they lack")
  func backdateWithout() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("Vtt")
    #expect(person.sees("MIC would take the time of arrival; o sets one"))
    person.type("P")
    #expect(backdated(person)?.text.contains("version") == false)
  }

  @Test("have no desired")
  func desired() throws {
    var person = try EditingTests.person()
    person.type("t")
    EditingTests.edit(&person, "20")
    person.type("tP")
    #expect(backdated(person) == nil)
    #expect(person.sees("An observation has no desired"))
  }
}
