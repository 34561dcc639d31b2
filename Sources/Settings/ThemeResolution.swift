import Canvas
import Monitor
import Shadow

/// Makes a theme of a chain of files: each role from the first that names it, each name of a colour
/// from the first palette that has it.
///
/// So a theme may be a palette and nothing else: its parent's roles are drawn in its colours.
struct ThemeResolution {
  /// The theme, its parent, its grandparent and so on.
  private let chain: [ThemeText]
  /// What stands at the end of the chain in place of a file.
  private let base: Theme?
  private let palette: [String: ColourText]
  /// Colours that are nowhere.
  private(set) var faults: [SettingsFault] = []

  init(chain: [ThemeText], base: Theme?) {
    self.chain = chain
    self.base = base
    palette = chain.reduce(into: [:]) { $0.merge($1.palette) { first, _ in first } }
  }

  /// The theme with every role that the chain names.
  ///
  /// What a role leaves out is as in `text`, and what that leaves out is the terminal's own, or the
  /// background that the theme paints.
  mutating func theme(named name: String) -> Theme {
    let ground = ground()
    var plain = Style()
    if case .colour(let colour) = ground { plain.background = colour }
    if let (look, file) = look(of: .text) {
      plain = style(look, of: .text, in: file, plain: plain)
    } else if let base {
      plain = base[.text].upon(plain)
    }
    var styles: [Role: Style] = [:]
    for role in Role.allCases {
      if role == .text {
        styles[role] = plain
      } else if let (look, file) = look(of: role) {
        var style = style(look, of: role, in: file, plain: plain)
        // Laid over other roles, which keep their colour.
        if role == .selection, look.foreground == nil { style.foreground = .terminal }
        styles[role] = style
      } else if let base, base.resolves(role) {
        styles[role] = role == .selection ? base[role] : base[role].upon(plain)
      }
    }
    return Theme(name: name, ground: ground, styles: styles)
  }

  private mutating func ground() -> Theme.Ground {
    for content in chain {
      guard let (ground, line) = content.ground else { continue }
      switch ground {
      case .dark: return .dark
      case .light: return .light
      case .painted(let text):
        if let colour = colour(text, for: "background", line: line, in: content.file) {
          return .colour(colour)
        }
      }
    }
    return base?.ground ?? .dark
  }

  private func look(of role: Role) -> (ThemeText.Look, file: String)? {
    for content in chain {
      if let look = content.looks[role] { return (look, content.file) }
    }
    return nil
  }

  private mutating func style(
    _ look: ThemeText.Look, of role: Role, in file: String, plain: Style
  ) -> Style {
    let foreground = look.foreground.flatMap {
      colour($0, for: role.rawValue, line: look.line, in: file)
    }
    let background = look.background.flatMap {
      colour($0, for: role.rawValue, line: look.line, in: file)
    }
    return Style(
      foreground: foreground ?? plain.foreground, background: background ?? plain.background,
      bold: look.bold, dim: look.dim, underline: look.underline, reverse: look.reverse)
  }

  private mutating func colour(
    _ text: ColourText, for place: String, line: Int, in file: String
  ) -> Colour? {
    switch text {
    case .colour(let colour): return colour
    case .name(let name):
      if case .colour(let colour)? = palette[name] { return colour }
      if let colour = Colour(terminalName: name) { return colour }
      let known = palette.keys.sorted() + Colour.terminalNames
      faults.append(
        SettingsFault(
          file: file, line: line,
          kind: .unknownColour(
            name, in: place, meant: Spelling.nearest(to: name, among: known))))
      return nil
    }
  }
}

extension Style {
  /// The style with another's colours where it has the terminal's own.
  fileprivate func upon(_ plain: Style) -> Style {
    var style = self
    if style.foreground == .terminal { style.foreground = plain.foreground }
    if style.background == .terminal { style.background = plain.background }
    return style
  }
}
