import Canvas
import Monitor
import Settings
import Testing

@Suite("The settings file")
struct ConfigurationTests {
  private func faults(_ text: String) -> [String] {
    let configuration = Configuration(text, file: "config.toml")
    return (configuration.faults + configuration.keyMap.faults).map(\.description)
  }

  @Test("chooses theme, mouse and keys")
  func all() {
    let configuration = Configuration(
      """
      theme = "nord"
      mouse = false

      [keys]
      publish = "ctrl-s"
      quit = ["Q", "f10"]
      redo = []
      # Two may swap theirs.
      next-difference = "N"
      previous-difference = "n"
      """, file: "config.toml")
    #expect(configuration.theme?.name == "nord" && configuration.theme?.line == 1)
    #expect(configuration.mouse == false)
    let (map, faults) = configuration.keyMap
    #expect(configuration.faults + faults == [])
    #expect(map[.publish] == [.control("s")])
    #expect(map[.quit] == ["Q", .function(10)])
    #expect(map[.redo] == [])
    #expect(map[.nextDifference] == ["N"] && map[.previousDifference] == ["n"])
    #expect(map[.edit] == Command.edit.standardKeys)
  }

  @Test("leaves what it does not set, and sections for connections, to others")
  func others() {
    let configuration = Configuration("[profiles.home]\nendpoint = \"x\"\n", file: "config.toml")
    #expect(configuration.faults == [])
    #expect(configuration.theme == nil && configuration.mouse == nil && configuration.keys == [])
  }

  @Test(
    "names what is wrong with its line",
    arguments: [
      ("theme = 1", "1: \"theme\" wants a theme's name"),
      ("\nmouse = \"on\"", "2: \"mouse\" wants true or false"),
      ("keys = 1", "1: \"keys\" wants a table"),
      ("themes = \"x\"", "1: there is no setting \"themes\" (did you mean \"theme\"?)"),
      ("[colours]\na = 1", "1: there is no setting \"colours\""),
      (
        "[keys]\npublsh = \"x\"", "2: there is no command \"publsh\" (did you mean \"publish\"?)"
      ),
      ("keys.quit = true", "1: \"quit\" wants a key or a list of keys"),
      (
        "keys.quit = [\"Q\", \"hyper-q\"]",
        "1: there is no key \"hyper-q\" for \"quit\"; keys are for instance \"x\", \"ctrl-x\", "
          + "\"alt-b\", \"enter\" and \"f5\""
      ),
      ("[keys]\n\nquit = \"e\"", "3: \"quit\" cannot have the key e, which \"edit\" has"),
      ("keys.line-end = \"$\"", "1: \"line-end\" cannot have the key $, which types into a line"),
      ("\ntheme =\n", "2: it is no TOML: key-value pair: expected value, saw '\\n'"),
      ("theme = ", "1: it is no TOML: key-value pair: encountered end-of-file"),
    ])
  func wrong(_ text: String, _ words: String) {
    #expect(faults(text) == ["config.toml:\(words)"])
  }

  @Test("keeps the keys that do not clash")
  func clash() {
    let configuration = Configuration(
      "[keys]\nquit = \"e\"\nundo = \"f7\"\nredo = \"f7\"\nget = \"O\"", file: "config.toml")
    let (map, faults) = configuration.keyMap
    #expect(
      faults.map(\.description) == [
        "config.toml:2: \"quit\" cannot have the key e, which \"edit\" has",
        "config.toml:3: \"undo\" cannot have the key F7, which \"redo\" has",
        "config.toml:4: \"redo\" cannot have the key F7, which \"undo\" has",
      ])
    #expect(map[.get] == ["O"])
    #expect(map[.quit] == ["q"] && map[.undo] == ["u"] && map[.redo] == ["U"])
  }

  @Test("may be missing, and says so when it cannot be read")
  func files() {
    #expect(Configuration.read("/nowhere/config.toml").faults == [])
    #expect(
      Configuration.read("/tmp").faults.map(\.description)
        == ["/tmp: it cannot be read: it is no regular file"])
  }

  @Test("gives every command keys by the rules that hold for a person's choice")
  func standard() {
    for command in Command.allCases {
      let keys = command.standardKeys.map { "\"\($0.label)\"" }.joined(separator: ", ")
      let escaped = keys.replacing("\\", with: "\\\\")
      let text = "keys.\(command.name) = [\(escaped)]"
      let configuration = Configuration(text, file: "config.toml")
      #expect(configuration.faults + configuration.keyMap.faults == [], "\(text)")
    }
  }
}
