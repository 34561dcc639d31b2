import Canvas
import Monitor
import Testing

@Suite("Read-only mode")
struct ReadOnlyTests {
  private func person() throws -> Person {
    var person = Person(isReadOnly: true)
    person.send(.connection(.connected(tls: "TLS1.3")))
    try person.receiveGet(
      reported: #"{"on":true,"p":{"x":1}}"#, desired: #"{"p":{"x":2}}"#, version: 1)
    return person
  }

  @Test(
    "refuses every key that would change the shadow, in calm words",
    arguments: ["e", "a", "d", "t", "P", "+", "-", " ", "E", "A", "V"])
  func refuses(_ key: String) throws {
    var person = try person()
    let effects = person.type(key)
    #expect(effects.isEmpty)
    #expect(person.sees("Read-only: nothing is staged or sent from here"))
    #expect(person.model.draft.isEmpty)
    #expect(person.model.entry == nil)
    #expect(person.model.question == nil)
  }

  @Test("is shown beside the name, and hints at no key that it refuses")
  func shown() throws {
    let person = try person()
    #expect(person.screen().first?.contains("greenhouse-07  read-only") == true)
    #expect(!person.sees("e edit"))
  }

  @Test("refuses in the palette as well")
  func palette() throws {
    var person = try person()
    person.type(":edit-section")
    #expect(person.press(.enter).isEmpty)
    #expect(person.sees("Read-only"))
  }

  @Test("leaves folding, getting and quitting alone")
  func others() throws {
    var person = try person()
    person.type("j ")
    #expect(person.sees("▸ p"))
    #expect(!person.type("r").isEmpty)
    #expect(person.type("q") == [.quit])
  }
}
