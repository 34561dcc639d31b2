package import Canvas

/// How each role looks.
package struct Theme: Sendable {
  /// What the text stands on.
  package enum Ground: Hashable, Sendable {
    /// The terminal's own background, which should be dark, or light.
    case dark, light
    /// A background that the theme paints itself.
    case colour(Colour)
  }

  package let name: String
  /// The background that the theme is made for.
  package let ground: Ground
  private let styles: [Role: Style]

  package init(name: String, ground: Ground = .dark, styles: [Role: Style]) {
    self.name = name
    self.ground = ground
    self.styles = styles
  }

  /// The look of a role; a role that the theme does not name looks like plain text.
  package subscript(role: Role) -> Style { styles[role] ?? styles[.text] ?? Style() }

  /// Whether the theme names the role itself.
  package func resolves(_ role: Role) -> Bool { styles[role] != nil }
}

extension Theme {
  /// What there is without any file.
  package static let builtIn = [dark, mono]

  /// Colours of a sixteen-colour palette upon the terminal's own dark background.
  package static let dark = Theme(
    name: "dark",
    styles: [
      .text: Style(),
      .textDim: Style(foreground: .palette(7), dim: true),
      .textEscaped: Style(foreground: .palette(5), reverse: true),
      .paneBorder: Style(foreground: .palette(8)),
      .paneTitle: Style(foreground: .palette(7)),
      .paneTitleFocused: Style(foreground: .palette(15), bold: true),
      .selection: Style(background: .rgb(red: 0x2a, green: 0x34, blue: 0x44), bold: true),
      .keyHint: Style(foreground: .palette(14), bold: true),
      .path: Style(foreground: .palette(15)),
      .typeNumber: Style(foreground: .palette(14)),
      .typeText: Style(foreground: .palette(10)),
      .typeBoolean: Style(foreground: .palette(13)),
      .typeNull: Style(foreground: .palette(7), dim: true),
      .typeObject: Style(foreground: .palette(7)),
      .valueChanged: Style(foreground: .rgb(red: 0xff, green: 0xd7, blue: 0x5f), bold: true),
      .valueFading: Style(foreground: .rgb(red: 0xd7, green: 0xaf, blue: 0x5f)),
      .differs: Style(foreground: .rgb(red: 0xff, green: 0x8f, blue: 0x5f), bold: true),
      .added: Style(foreground: .palette(10)),
      .removed: Style(foreground: .palette(9)),
      .stale: Style(foreground: .palette(7), dim: true),
      .editLine: Style(foreground: .palette(15)),
      .editStaged: Style(foreground: .rgb(red: 0xff, green: 0xd7, blue: 0x5f)),
      .editError: Style(foreground: .palette(9), bold: true),
      .question: Style(foreground: .palette(11), bold: true, reverse: true),
      .match: Style(foreground: .palette(11), bold: true, underline: true),
      .logIn: Style(foreground: .palette(14)),
      .logOut: Style(foreground: .palette(12)),
      .logRejected: Style(foreground: .palette(9), bold: true),
      .stateConnected: Style(foreground: .palette(10)),
      .stateConnecting: Style(foreground: .palette(11)),
      .stateOffline: Style(foreground: .palette(9), bold: true),
      .stateFight: Style(foreground: .palette(13), bold: true),
      .plotLine: Style(foreground: .palette(6)),
      .plotAxis: Style(foreground: .palette(8)),
      .meterOk: Style(foreground: .palette(10)),
      .meterWarn: Style(foreground: .palette(11), bold: true),
      .meterFull: Style(foreground: .palette(9), bold: true),
      .pinned: Style(foreground: .palette(13)),
      .badge: Style(foreground: .palette(14), reverse: true),
      .tabActive: Style(foreground: .palette(15), bold: true, underline: true),
    ])

  /// No colour at all: bold, dim, underline and reverse only.
  package static let mono = Theme(
    name: "mono",
    styles: [
      .text: Style(),
      .textDim: Style(dim: true),
      .textEscaped: Style(reverse: true),
      .paneBorder: Style(dim: true),
      .paneTitle: Style(),
      .paneTitleFocused: Style(bold: true),
      .selection: Style(reverse: true),
      .keyHint: Style(bold: true),
      .path: Style(),
      .typeNumber: Style(),
      .typeText: Style(),
      .typeBoolean: Style(),
      .typeNull: Style(dim: true),
      .typeObject: Style(),
      .valueChanged: Style(bold: true),
      .valueFading: Style(bold: true),
      .differs: Style(bold: true),
      .added: Style(bold: true),
      .removed: Style(underline: true),
      .stale: Style(dim: true),
      .editLine: Style(underline: true),
      .editStaged: Style(bold: true),
      .editError: Style(bold: true, reverse: true),
      .question: Style(bold: true, reverse: true),
      .match: Style(bold: true, underline: true),
      .logIn: Style(),
      .logOut: Style(bold: true),
      .logRejected: Style(bold: true, underline: true),
      .stateConnected: Style(),
      .stateConnecting: Style(underline: true),
      .stateOffline: Style(bold: true, reverse: true),
      .stateFight: Style(bold: true, reverse: true),
      .plotLine: Style(),
      .plotAxis: Style(dim: true),
      .meterOk: Style(),
      .meterWarn: Style(bold: true),
      .meterFull: Style(bold: true, reverse: true),
      .pinned: Style(bold: true),
      .badge: Style(reverse: true),
      .tabActive: Style(bold: true, underline: true),
    ])
}
