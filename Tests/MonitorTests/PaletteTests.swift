import Canvas
import Monitor
import Testing

@Suite("The palette")
struct PaletteTests {
  @Test("does what is chosen by name")
  func chooses() throws {
    var person = try EditingTests.person()
    person.type(":quit")
    #expect(person.press(.enter) == [.quit])
  }

  @Test("says why a command does nothing now")
  func explains() throws {
    var person = try EditingTests.person()
    person.type(":undo")
    person.press(.enter)
    #expect(person.model.picker == nil)
    #expect(person.sees("There is nothing to undo"))
  }

  @Test("is put away without doing anything")
  func closes() throws {
    var person = try EditingTests.person()
    person.type(":quit")
    #expect(person.press(.escape).isEmpty)
    #expect(person.model.picker == nil)
  }
}

@Suite("The key map")
struct KeyMapTests {
  @Test("gives a command other keys, and takes its standard ones away")
  func remaps() {
    var keys = KeyMap()
    #expect(keys.choose([.publish: [.control("s")]]).isEmpty)
    #expect(keys.commands(for: .control("s")) == [.publish])
    #expect(keys.commands(for: "P").isEmpty)
  }

  @Test("refuses a key that another command has in the same place, and names both")
  func clash() {
    var keys = KeyMap()
    let clashes = keys.choose([.publish: ["q"]])
    #expect(clashes.count == 1)
    #expect(clashes.first?.key == "q")
    #expect(clashes.first?.command == .publish)
    #expect(clashes.first?.other == .quit)
    #expect(keys.commands(for: "P") == [.publish])
  }

  @Test("lets two commands swap their keys")
  func swaps() {
    var keys = KeyMap()
    #expect(keys.choose([.undo: ["U"], .redo: ["u"]]).isEmpty)
    #expect(keys.commands(for: "u") == [.redo])
  }

  @Test("finds each command by the name it has in the palette", arguments: Command.allCases)
  func names(_ command: Command) {
    #expect(Command(named: command.name) == command)
  }
}
