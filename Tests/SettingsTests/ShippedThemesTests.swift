import Canvas
import Monitor
import Settings
import Testing

@Suite("A shipped theme")
struct ShippedThemesTests {
  @Test("is one of nine")
  func names() {
    #expect(ShippedThemes.folders.names == ShippedThemes.names)
  }

  @Test("is read without a fault and names a look for every role", arguments: ShippedThemes.names)
  func resolves(_ name: String) throws {
    let loaded = try #require(ShippedThemes.folders.theme(named: name))
    #expect(loaded.file == "\(ShippedThemes.folder)/\(name).toml")
    #expect(loaded.faults == [])
    #expect(Role.allCases.filter { !loaded.theme.resolves($0) } == [])
    #expect(loaded.theme.name == name)
  }

  @Test(
    "keeps text apart from its background by 4.5:1, selected or not",
    arguments: ShippedThemes.names)
  func contrast(_ name: String) throws {
    let theme = try #require(ShippedThemes.folders.theme(named: name)).theme
    for ground in grounds(of: theme) {
      let contrast = Contrast(theme, ground: ground)
      for role in Role.allCases where !Contrast.untold.contains(role) {
        #expect(contrast.ratio(of: role) >= Contrast.enough, "\(role.rawValue) on \(ground)")
        #expect(
          contrast.ratio(of: role, selected: true) >= Contrast.enough,
          "\(role.rawValue) selected on \(ground)")
      }
    }
  }

  @Test("draws lines that can be seen, 2.5:1", arguments: ShippedThemes.names)
  func lines(_ name: String) throws {
    let contrast = Contrast(try #require(ShippedThemes.folders.theme(named: name)).theme)
    for role in [Role.paneBorder, .plotAxis, .plotLine] {
      #expect(contrast.ratio(of: role) >= 2.5, "\(role.rawValue)")
    }
  }

  @Test(
    "with colours dims nothing, for terminals agree on no dimness",
    arguments: ShippedThemes.names.filter { $0 != "mono" })
  func dim(_ name: String) throws {
    let theme = try #require(ShippedThemes.folders.theme(named: name)).theme
    #expect(Role.allCases.filter { theme[$0].dim } == [])
  }

  @Test("that is called mono has no colour")
  func mono() throws {
    let theme = try #require(ShippedThemes.folders.theme(named: "mono")).theme
    for role in Role.allCases {
      #expect(theme[role].foreground == .terminal && theme[role].background == .terminal)
    }
  }

  @Test(
    "makes differences look unlike plain text without any colour", arguments: ShippedThemes.names)
  func withoutColour(_ name: String) throws {
    let theme = try #require(ShippedThemes.folders.theme(named: name)).theme
    for role in [Role.differs, .valueChanged, .editError, .logRejected, .stateOffline] {
      let style = theme[role]
      #expect(style.bold || style.underline || style.reverse, "\(role.rawValue)")
    }
  }

  /// Terminals that call themselves dark or light are seldom quite black or white.
  private func grounds(of theme: Theme) -> [RGB] {
    theme.ground == .light
      ? [RGB(255, 255, 255), RGB(245, 245, 245)] : [RGB(0, 0, 0), RGB(40, 40, 40)]
  }
}
