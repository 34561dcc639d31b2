import Canvas
import Monitor
import Settings
import TestSupport
import Testing

@Suite("A theme")
struct ThemeTests {
  @Test("may be a palette alone: its parent's roles are drawn in it")
  func palette() throws {
    let files = try ThemeFiles(["sea": "inherits = \"dark\"\n[palette]\ngood = \"#00ff7f\"\n"])
    let theme = try #require(files.folders.theme(named: "sea")).theme
    #expect(theme[.added].foreground == .rgb(red: 0, green: 0xff, blue: 0x7f))
  }

  @Test("paints its background under every role, and its text where a role names no colour")
  func painted() throws {
    let files = try ThemeFiles([
      "sea": """
      background = "deep"
      [palette]
      deep = "#001020"
      [roles]
      text = { fg = "#ddeeff" }
      added = { fg = "green" }
      stale = {}
      badge = { fg = 0, bg = "bright-white", reverse = true }
      path = { fg = "default" }
      selection = { bg = 4 }
      """
    ])
    let theme = try #require(files.folders.theme(named: "sea")).theme
    let deep = Colour.rgb(red: 0, green: 0x10, blue: 0x20)
    let plain = Style(foreground: .rgb(red: 0xdd, green: 0xee, blue: 0xff), background: deep)
    #expect(theme.ground == .colour(deep))
    #expect(theme[.text] == plain)
    #expect(theme[.stale] == plain)
    #expect(theme[.differs] == plain)
    #expect(theme[.added] == Style(foreground: .palette(2), background: deep))
    #expect(
      theme[.badge] == Style(foreground: .palette(0), background: .palette(15), reverse: true))
    #expect(theme[.path] == Style(foreground: .terminal, background: deep))
    #expect(theme[.selection] == Style(foreground: .terminal, background: .palette(4)))
  }

  @Test(
    "reads every way to write a colour",
    arguments: [
      ("\"default\"", Colour.terminal), ("\"#A0b1C2\"", .rgb(red: 0xa0, green: 0xb1, blue: 0xc2)),
      ("\"red\"", .palette(1)), ("\"bright-black\"", .palette(8)), ("12", .palette(12)),
      ("\"12\"", .palette(12)), ("\"mine\"", .rgb(red: 1, green: 2, blue: 3)),
      ("\"cyan\"", .palette(9)),
    ])
  func colours(_ text: String, _ colour: Colour) throws {
    let files = try ThemeFiles([
      "x": "palette = { mine = \"#010203\", cyan = \"bright-red\" }\nroles.path = { fg = \(text) }"
    ])
    let loaded = try #require(files.folders.theme(named: "x"))
    #expect(loaded.faults == [])
    #expect(loaded.theme[.path].foreground == colour)
  }

  @Test("of the person stands before a shipped one of its name, and may build upon it")
  func shadowing() throws {
    let files = try ThemeFiles([
      "dark": "inherits = \"dark\"\n[roles]\nadded = { fg = 5 }",
      "night": "inherits = \"dark\"",
    ])
    for name in ["dark", "night"] {
      let loaded = try #require(files.folders.theme(named: name))
      #expect(loaded.faults == [])
      #expect(loaded.theme[.added].foreground == .palette(5))
      #expect(loaded.theme[.removed] == ShippedThemes.folders.theme(named: "dark")?.theme[.removed])
    }
  }

  @Test("is built in where there are no files")
  func builtIn() throws {
    let folders = ThemeFolders(["/nowhere"])
    #expect(folders.names == ["dark", "mono"])
    let loaded = try #require(folders.theme(named: "mono"))
    #expect(loaded.file == nil && loaded.faults == [])
    #expect(Role.allCases.filter { loaded.theme[$0] != Theme.mono[$0] } == [])
  }

  @Test("is looked for in the person's folder, beside the program, and in the package")
  func places() {
    let package = String(ShippedThemes.folder.dropLast("/themes".count))
    #expect(
      ThemeFolders(
        configuration: "/home/ada/.config/shadowscope", program: "\(package)/.build/debug"
      )
      .paths == [
        "/home/ada/.config/shadowscope/themes", "\(package)/.build/share/shadowscope/themes",
        ShippedThemes.folder,
      ])
    #expect(
      ThemeFolders(configuration: nil, program: "/usr/bin").paths
        == ["/usr/share/shadowscope/themes"])
  }
}
