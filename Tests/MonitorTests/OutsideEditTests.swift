import Canvas
import JSON
import Monitor
import Testing

@Suite("A text in an editor outside")
struct OutsideEditTests {
  private static let reported =
    #"{"list":[1,2],"pump":{"flow":11,"mode":{"a":1,"b":2},"type":"pump"},"t":21.5}"#

  /// Someone who has the resource of a row in an editor.
  private func editing(row: Int, focus: String = "") throws -> Person {
    var person = try Person(reported: Self.reported)
    for _ in 0..<row { person.type("j") }
    person.type(focus + "E")
    return person
  }

  /// The text that the editor was given last.
  private func given(_ person: Person) -> String? {
    person.effects.lazy.reversed().compactMap { effect in
      guard case .editOutside(let text, _) = effect else { return nil }
      return text
    }.first
  }

  @Test("is the pretty JSON of the selected resource, in a file named after it")
  func text() throws {
    let person = try editing(row: 1)
    #expect(
      person.effects.last
        == .editOutside(
          """
          {
            "flow": 11,
            "mode": {
              "a": 1,
              "b": 2
            },
            "type": "pump"
          }

          """, name: "reported-pump.json"))
  }

  @Test("stages each difference, and null for what was taken out")
  func differences() throws {
    var person = try editing(row: 1)
    person.send(.editedOutside(.changed(#"{"flow":12,"mode":{"b":2,"c":[]},"type":"pump"}"#)))
    #expect(
      person.model.draft.edits.map { "\($0.path.pointer) \($0.value?.compact ?? "null")" }
        == ["/pump/flow 12", "/pump/mode/c []", "/pump/mode/a null"])
    #expect(person.sees("3 edits of pump staged"))
    person.type("P")
    #expect(
      person.submitted?.text.hasPrefix(
        #"{"state":{"reported":{"pump":{"flow":12,"mode":{"c":[],"a":null}}}}"#) == true)
  }

  @Test("is staged as one step")
  func undone() throws {
    var person = try editing(row: 1)
    person.send(.editedOutside(.changed(#"{"flow":12}"#)))
    #expect(person.model.draft.edits.count == 3)
    person.type("u")
    #expect(person.model.draft.isEmpty)
  }

  @Test("has what is staged in it, which the new text takes the place of")
  func staged() throws {
    var person = try Person(reported: Self.reported)
    person.type("jj+")
    person.type("kE")
    #expect(given(person)?.contains(#""flow": 12"#) == true)
    person.send(.editedOutside(.changed(#"{"flow":11,"mode":{"a":1,"b":3},"type":"pump"}"#)))
    #expect(person.model.draft.edits.map(\.path.pointer) == ["/pump/mode/b"])
  }

  @Test(
    "stages nothing when it comes back as it was, or means the same",
    arguments: [
      .unchanged,
      .changed(#"{"type":"pump","flow":11.0,"mode":{"b":2,"a":1}}"#), .changed(" \n"),
      .failed("The editor ended with status 1."),
    ] as [OutsideEdit])
  func nothing(_ edit: OutsideEdit) throws {
    var person = try editing(row: 1)
    person.send(.editedOutside(edit))
    #expect(person.model.draft.isEmpty)
    #expect(person.model.reply != nil)
  }

  @Test("is kept when it is broken, its fault named, and E opens it again")
  func broken() throws {
    var person = try editing(row: 1)
    let text = "{\n  \"flow\" 12\n}"
    person.send(.editedOutside(.changed(text)))
    #expect(person.sees("Line 2, column 10: expected ':', found '12'."))
    #expect(person.sees("Nothing is staged, and the text is kept: E opens it again."))
    person.type("E")
    #expect(given(person) == text)
    person.send(
      .editedOutside(.changed("{\"flow\":12,\"mode\":{\"a\":1,\"b\":2},\"type\":\"pump\"}")))
    #expect(person.model.draft.edits.map(\.value) == [12])
    person.type("E")
    #expect(given(person) != text)
  }

  @Test(
    "is refused where no shadow takes it",
    arguments: [("[1,null]", "array cannot hold null"), ("{\"a\":[null]}", "cannot hold null")])
  func refused(_ text: String, _ words: String) throws {
    var person = try editing(row: 0)
    person.send(.editedOutside(.changed(text)))
    #expect(person.model.draft.isEmpty)
    #expect(person.sees(words))
  }

  @Test("of a whole section stages what differs in it")
  func section() throws {
    var person = try Person(reported: Self.reported)
    person.type(":edit-section")
    person.press(.enter)
    #expect(given(person)?.hasPrefix("{\n  \"list\": [") == true)
    person.send(.editedOutside(.changed(#"{"list":[1,2],"t":22}"#)))
    #expect(
      person.model.draft.edits.map { "\($0.path.pointer) \($0.value?.compact ?? "null")" }
        == ["/t 22", "/pump null"])
  }

  @Test("marks a conflict with what came while it was open")
  func conflict() throws {
    var person = try editing(row: 1)
    try person.receiveDocuments(
      from: (Self.reported, nil),
      reported: Self.reported.replacing("\"flow\":11", with: "\"flow\":9"),
      version: 128)
    person.send(
      .editedOutside(.changed(#"{"flow":12,"mode":{"a":1,"b":2},"type":"pump"}"#)))
    #expect(person.sees("was 11, is 9, yours 12"))
  }
}
