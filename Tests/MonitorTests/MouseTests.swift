import Canvas
import Monitor
import Shadow
import Testing

@Suite("The mouse")
struct MouseTests {
  private static func person(_ size: Size = Size(rows: 24, columns: 80)) throws -> Person {
    try Person(
      size: size,
      reported: #"{"a":1,"pump":{"flow":11,"running":true},"z":3}"#)
  }

  /// The row of the screen that shows a text.
  private static func row(of text: String, _ person: Person) throws -> Int {
    try #require(person.screen().firstIndex { $0.contains(text) })
  }

  private static func press(
    _ action: MouseEvent.Action, row: Int, column: Int = 10, _ person: inout Person
  ) -> [Effect] {
    person.send(.key(.mouse(MouseEvent(action, at: Position(row: row, column: column)))))
  }

  @Test("selects the row that is pressed")
  func selects() throws {
    var person = try Self.person()
    let row = try Self.row(of: "running", person)
    #expect(Self.press(.press(.left), row: row, &person).isEmpty)
    #expect(person.model.table.selection?.name == "running")
  }

  @Test("closes and opens a fold by a second press")
  func folds() throws {
    var person = try Self.person()
    let row = try Self.row(of: "pump", person)
    _ = Self.press(.press(.left), row: row, &person)
    #expect(person.sees("running"))
    _ = Self.press(.press(.left), row: row, &person)
    #expect(!person.sees("running"))
  }

  @Test("gives the focus to the pane that is pressed")
  func focuses() throws {
    var person = try Self.person()
    let row = try Self.row(of: "├ log", person) + 1
    let edit = try Self.row(of: "├ edit", person) + 1
    _ = Self.press(.press(.left), row: row, &person)
    #expect(person.model.focus == .log)
    _ = Self.press(.press(.left), row: edit, &person)
    #expect(person.model.focus == .edit)
  }

  @Test("scrolls what it is over by the wheel, whichever pane has the focus")
  func wheel() throws {
    var person = try Self.person()
    let log = try Self.row(of: "├ log", person) + 1
    for _ in 0..<20 { person.receive(.delta, #"{"state":{"a":1},"version":2}"#) }
    let newest = try #require(person.model.log.selected?.number)
    _ = Self.press(.wheelDown, row: log, &person)
    #expect(person.model.focus == .resources)
    #expect(person.model.log.selected?.number == newest - 3)
    _ = Self.press(.wheelUp, row: log, &person)
    #expect(person.model.log.selected?.number == newest)
  }

  @Test("selects the message that is pressed, and opens it by a second press")
  func messages() throws {
    var person = try Self.person()
    for _ in 0..<3 { person.receive(.delta, #"{"state":{"a":1},"version":2}"#) }
    let newest = try #require(person.model.log.selected?.number)
    let row = try Self.row(of: "├ log", person) + 2
    _ = Self.press(.press(.left), row: row, &person)
    #expect(person.model.log.selected?.number == newest - 1)
    _ = Self.press(.press(.left), row: row, &person)
    #expect(person.model.openMessage?.entry.number == newest - 1)
  }

  @Test("takes a divider along until it is let go, no further than the panes allow")
  func drags() throws {
    var person = try Self.person()
    let divider = try Self.row(of: "├ log", person)
    _ = Self.press(.press(.left), row: divider, &person)
    _ = Self.press(.drag(.left), row: divider - 3, &person)
    #expect(try Self.row(of: "├ log", person) == divider - 3)
    for row in [-5, 0, 500] { _ = Self.press(.drag(.left), row: row, column: 500, &person) }
    #expect(person.sees("resources"))
    #expect(try Self.row(of: "├ log", person) < 22)
    _ = Self.press(.release, row: divider, &person)
    let rested = try Self.row(of: "├ log", person)
    _ = Self.press(.drag(.left), row: 5, &person)
    #expect(try Self.row(of: "├ log", person) == rested)
  }

  @Test("leaves what is being typed as it is")
  func typing() throws {
    var person = try Self.person()
    person.type("e")
    _ = Self.press(.press(.left), row: try Self.row(of: "running", person), &person)
    #expect(person.model.entry != nil)
    #expect(person.model.table.selection?.name == "a")
  }

  @Test("answers no question")
  func question() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("q")
    for row in 0..<24 { #expect(Self.press(.press(.left), row: row, &person).isEmpty) }
    #expect(person.model.question == .quit)
  }

  @Test("chooses from a list by a second press")
  func chooses() throws {
    var person = try Self.person()
    person.type(":quit")
    let row = try Self.row(of: "quit  quit", person)
    let first = Self.press(.press(.left), row: row, &person)
    let effects = first.isEmpty ? Self.press(.press(.left), row: row, &person) : first
    #expect(effects == [.quit])
  }

  @Test("is left to the terminal by a key, and taken again")
  func switches() throws {
    var person = try Self.person()
    let wasTaken = person.model.takesMouse
    #expect(person.type("M") == [.captureMouse(!wasTaken)])
    #expect(person.type("M") == [.captureMouse(wasTaken)])
  }

  @Test("means nothing outside the screen and on one that is too small")
  func outside() throws {
    var person = try Self.person(Size(rows: 4, columns: 18))
    for place in [Position(row: -1, column: -1), Position(row: 900, column: 900)] {
      for action in [MouseEvent.Action.press(.left), .drag(.left), .wheelDown, .release] {
        #expect(person.send(.key(.mouse(MouseEvent(action, at: place)))).isEmpty)
      }
    }
  }
}
