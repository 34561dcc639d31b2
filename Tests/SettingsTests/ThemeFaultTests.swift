import Canvas
import Monitor
import Sandbox
import Settings
import TestSupport
import Testing

@Suite("A theme that is wrong")
struct ThemeFaultTests {
  @Test(
    "is told with file, line and role, and what is right in it is used",
    arguments: [
      (
        "\"valu.changed\" = {}",
        "there is no role \"valu.changed\" (did you mean \"value.changed\"?)"
      ),
      (
        "value.changed = { fg = 1 }", "there is no role \"value\" (did you mean \"value.changed\"?)"
      ),
      ("\"zebra\" = {}", "there is no role \"zebra\""),
      (
        "\"added\" = { fg = \"ambr\" }",
        "there is no colour \"ambr\" for \"added\" (did you mean \"amber\"?)"
      ),
      ("\"added\" = { fg = \"#12345\" }", "there is no colour \"#12345\" for \"added\""),
      ("\"added\" = { fg = \"#+12345\" }", "there is no colour \"#+12345\" for \"added\""),
      ("\"added\" = { bg = 16 }", "there is no colour \"16\" for \"added\""),
      ("\"added\" = { fg = [1] }", "there is no colour \"[…]\" for \"added\""),
      ("\"added\" = { bold = 1 }", "\"added.bold\" wants true or false"),
      (
        "\"added\" = { colour = \"red\" }", "there is no setting \"added.colour\""
      ),
      ("\"added\" = { fgg = \"red\" }", "there is no setting \"added.fgg\" (did you mean \"fg\"?)"),
      ("\"added\" = \"red\"", "\"added\" wants a table such as { fg = \"red\", bold = true }"),
    ])
  func wrongRole(_ role: String, _ words: String) throws {
    let files = try ThemeFiles([
      "dusk": """
      name = "dusk"
      inherits = "dark"
      [palette]
      amber = "#e0a458"

      [roles]
      \(role)
      "differs" = { fg = "amber" }
      """
    ])
    #expect(files.faults(in: "dusk") == ["dusk.toml:7: \(words)"])
    let theme = try #require(files.folders.theme(named: "dusk")).theme
    #expect(theme[.differs].foreground == .rgb(red: 0xe0, green: 0xa4, blue: 0x58))
    #expect(theme.resolves(.stale))
  }

  @Test(
    "is told with the line of the entry",
    arguments: [
      ("name = 1", "\"name\" wants a text"),
      ("inherits = true", "\"inherits\" wants a theme's name"),
      (
        "inherits = \"drak\"", "there is no theme \"drak\" to inherit from (did you mean \"dark\"?)"
      ),
      ("inherits = \"../dark\"", "there is no theme \"../dark\" to inherit from"),
      ("background = \"default\"", "\"background\" wants \"dark\", \"light\" or a colour"),
      (
        "background = \"blu\"",
        "there is no colour \"blu\" for \"background\" (did you mean \"blue\"?)"
      ),
      ("palette = 3", "\"palette\" wants a table"),
      ("palette = { a = \"b\" }", "there is no colour \"b\" for \"a\""),
      ("roles = []", "\"roles\" wants a table"),
      ("rols = {}", "there is no setting \"rols\" (did you mean \"roles\"?)"),
    ])
  func wrongEntry(_ entry: String, _ words: String) throws {
    let files = try ThemeFiles(["odd": "# one\n\n\(entry)\n"])
    #expect(files.faults(in: "odd") == ["odd.toml:3: \(words)"])
  }

  @Test(
    "and is no TOML, gives way to the one that is built in",
    arguments: [
      ("a = \"x\nb = 2", 1), ("a = 1\nb = = 2", 2), ("[roles]\n\n\"text\" = {", 3),
      ("a = 1\na = 2", 2), ("a = 1\0", 1), ("\n\n]", 3),
    ])
  func malformed(_ text: String, _ line: Int) throws {
    let files = try ThemeFiles(["broken": text])
    let faults = files.faults(in: "broken")
    #expect(faults.count == 1)
    #expect(faults[0].hasPrefix("broken.toml:\(line): it is no TOML: "), "\(faults)")
    let theme = try #require(files.folders.theme(named: "broken")).theme
    for role in Role.allCases { #expect(theme[role] == Theme.dark[role]) }
  }

  @Test("and is nested without end, gives way too")
  func deep() throws {
    let files = try ThemeFiles([
      "keys": String(repeating: "a.", count: 100_000) + "a = 1",
      "lists": "\na = " + String(repeating: "[", count: 100_000),
      "tables": String(repeating: "a = {", count: 50_000),
    ])
    #expect(
      files.faults(in: "keys") == ["keys.toml:1: it is no TOML: a key has more than 16 parts"])
    let words = "it is no TOML: value: exceeded maximum nested value depth of 16"
    #expect(files.faults(in: "lists") == ["lists.toml:2: \(words)"])
    #expect(files.faults(in: "tables") == ["tables.toml:1: \(words)"])
  }

  @Test("and longer than 256 KiB, or no text, gives way too")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "#\n", count: 600_000), to: "long.toml")
    try PrivateFiles.write([0x23, 0xC3, 0x28], to: folder.path("latin.toml"))
    let folders = ThemeFolders([folder.path])
    #expect(
      folders.theme(named: "long")?.faults.map(\.description)
        == ["\(folder.path)/long.toml: it is longer than 256 KiB"])
    #expect(
      folders.theme(named: "latin")?.faults.map(\.description)
        == ["\(folder.path)/latin.toml: it is no text in UTF-8"])
  }

  @Test("and inherits from itself by way of others, is told so and used as far as it goes")
  func loop() throws {
    let files = try ThemeFiles([
      "a": "inherits = \"b\"\n[roles]\nadded = { fg = 1 }\n", "b": "\n\ninherits = \"a\"",
    ])
    #expect(files.faults(in: "a") == ["b.toml:3: the theme inherits from itself: a → b → a"])
    let theme = try #require(files.folders.theme(named: "a")).theme
    #expect(theme[.added].foreground == .palette(1))
    #expect(theme[.removed] == Theme.dark[.removed])
  }

  @Test("in its parent is told with the parent's file")
  func parent() throws {
    let files = try ThemeFiles([
      "child": "inherits = \"old\"", "old": "inherits = \"dark\"\n[roles]\nzzz = {}\n",
      "worse": "inherits = \"bad\"\n[roles]\nadded = { fg = 3 }", "bad": "]",
    ])
    #expect(files.faults(in: "child") == ["old.toml:3: there is no role \"zzz\""])
    #expect(files.faults(in: "worse").count == 1)
    #expect(files.faults(in: "worse")[0].hasPrefix("bad.toml:1: it is no TOML"))
    let theme = try #require(files.folders.theme(named: "worse")).theme
    #expect(theme[.added].foreground == .palette(3))
  }

  @Test(
    "of a name that leads elsewhere is nowhere",
    arguments: ["", "nope", "../themes/dark", "/etc/passwd", ".", "..", "a\0b", "dark.toml/x"])
  func elsewhere(_ name: String) {
    #expect(ShippedThemes.folders.theme(named: name) == nil)
  }
}
