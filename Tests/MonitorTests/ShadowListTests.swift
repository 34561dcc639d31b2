import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Shadows and things")
struct ShadowListTests {
  static let config = ShadowAddress(thing: "greenhouse-07", shadow: "config")

  /// Someone with the classic shadow and a named one, the named one on the screen.
  static func withConfig() throws -> Person {
    var person = try EditingTests.person()
    person.type("Sconfig")
    person.press(.enter)
    return person
  }

  @Test("opens a named shadow whose name is typed, and shows it")
  func opensNamed() throws {
    let person = try Self.withConfig()
    #expect(person.effects.last == .openShadow(Self.config))
    #expect(person.model.address == Self.config)
    #expect(person.sees("greenhouse-07 / config 2/2"))
  }

  @Test("opens a networked thing of this thing by its own name or its whole one")
  func opensNetworked() throws {
    for typed in ["fan", "greenhouse-07__fan"] {
      var person = try EditingTests.person()
      person.type("S" + typed)
      if typed == "fan" { person.press(.down) }
      #expect(person.press(.enter) == [.openShadow(ShadowAddress(thing: "greenhouse-07__fan"))])
    }
  }

  @Test("says why a name can be no shadow's")
  func badName() throws {
    var person = try EditingTests.person()
    person.type("Sa b")
    #expect(person.press(.enter).isEmpty)
    #expect(person.model.shadows.count == 1)
    #expect(person.model.picker == nil)
    #expect(person.sees("name"))
  }

  @Test("takes in what arrives for a shadow that is not on the screen")
  func background() throws {
    var person = try Self.withConfig()
    try person.receiveDocuments(
      from: nil, reported: #"{"temperature":30}"#, version: 128)
    #expect(person.model.address == Self.config)
    #expect(person.model.shadow.document == nil)
    person.type("(")
    #expect(person.model.address == Person.address)
    #expect(person.model.shadow.version == 128)
  }

  @Test("keeps what is staged for a shadow while another one is looked at")
  func keepsDrafts() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("Sconfig")
    person.press(.enter)
    #expect(person.model.draft.isEmpty)
    person.type(")")
    #expect(person.model.draft.edits.count == 1)
    person.type(")q")
    #expect(person.sees("1 staged edit will be lost. Quit?"))
  }

  @Test("answers an update of another shadow where it was published")
  func answersElsewhere() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("P")
    let update = try #require(person.submitted)
    person.type("Sconfig")
    person.press(.enter)
    person.send(
      .outcome(token: update.token, .accepted(version: 128, body: .null, milliseconds: 9)))
    #expect(!person.sees("accepted v128, 9 ms"))
    person.type(")")
    #expect(person.sees("accepted v128, 9 ms"))
  }

  @Test("closes a shadow, and asks first when edits would be lost")
  func closes() throws {
    var person = try Self.withConfig()
    #expect(person.type("X") == [.closeShadow(Self.config)])
    #expect(person.model.address == Person.address)
    #expect(person.type("X").isEmpty)
    #expect(person.sees("One shadow is open: S opens another"))
  }

  @Test("asks before a shadow with staged edits is closed")
  func asksBeforeClosing() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("Sconfig")
    person.press(.enter)
    person.type(")X")
    #expect(person.sees("Its staged edits will be lost. Close it?"))
    #expect(person.type("y") == [.closeShadow(Person.address)])
  }

  @Test("says why a shadow cannot be followed, and that the others go on")
  func refused() throws {
    var person = try Self.withConfig()
    person.send(
      .shadow(
        Self.config,
        .refused(what: "The broker cut.", cause: "A policy?", remedy: "Ask for permission.")))
    #expect(person.sees("The broker cut. A policy? Ask for permission. X closes this shadow"))
    person.type(")")
    #expect(!person.sees("The broker cut."))
  }

  @Test("lists the things of a batch as they are read, and switches to one")
  func things() throws {
    var person = try EditingTests.person()
    #expect(person.type("T") == [.listThings])
    let day: Int64 = 86_400_000
    person.send(
      .things(
        [
          BatchThing(
            name: "greenhouse-08", begins: person.now - day, expires: person.now + 12 * day,
            lastUsed: person.now - 3 * day),
          BatchThing(name: "greenhouse-09", begins: person.now - day, expires: person.now - 1),
        ], isComplete: true))
    #expect(person.sees("greenhouse-08 used 3 d ago expires in 12 days"))
    #expect(person.sees("greenhouse-09 expired"))
    person.type("08")
    #expect(person.press(.enter) == [.switchThing("greenhouse-08")])
  }

  @Test("narrows a batch of a thousand things by what is typed", .timeLimit(.minutes(1)))
  func thousand() throws {
    var person = try EditingTests.person()
    person.type("T")
    for chunk in 0..<20 {
      let things = (0..<50).map {
        BatchThing(name: "thing-\(chunk * 50 + $0)", begins: nil, expires: nil)
      }
      person.send(.things(things, isComplete: chunk == 19))
    }
    #expect(person.sees("1000"))
    person.type("777")
    #expect(person.sees("1 of 1000"))
    #expect(person.press(.enter) == [.switchThing("thing-777")])
  }

  @Test("says that there is no batch where none is known")
  func noBatch() throws {
    var person = try EditingTests.person()
    person.type("T")
    person.send(.things([], isComplete: true))
    #expect(person.sees("No batch is known here"))
  }

  @Test("keeps what is staged, and forgets what it knew of the connection, when it is left")
  func leaves() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.send(.left)
    #expect(!person.model.connection.isUp)
    #expect(person.model.draft.edits.count == 1)
    #expect(person.sees("last known"))
  }
}
