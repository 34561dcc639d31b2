import Glibc
package import Canvas
package import Monitor

/// How well a theme's texts stand out from what they stand on, as WCAG 2.1 measures it (1.4.3).
///
/// What a file cannot know is assumed: a dark terminal is black with xterm's grey text, a light one
/// white with black text; the sixteen colours are xterm's; `dim` halves the way to the background.
package struct Contrast: Sendable {
  /// What text wants, 4.5:1.
  package static let enough = 4.5

  /// What is no text: lines and curves, of which less is asked, and the selection, which is laid
  /// over other roles and has no text of its own.
  package static let untold: Set<Role> = [.paneBorder, .plotAxis, .plotLine, .selection]

  private let theme: Theme
  /// What a theme that paints no background is shown upon.
  private let terminal: (text: RGB, ground: RGB)

  /// - Parameters:
  ///   - theme: any theme.
  ///   - ground: another background of the terminal than black or white.
  package init(_ theme: Theme, ground: RGB? = nil) {
    self.theme = theme
    let isLight = theme.ground == .light
    terminal = (
      isLight ? RGB(0, 0, 0) : RGB(229, 229, 229),
      ground ?? (isLight ? RGB(255, 255, 255) : RGB(0, 0, 0))
    )
  }

  /// The ratio of a role's text to its background, 1...21.
  ///
  /// - Parameters:
  ///   - role: any role; for what is no text (``untold``) it is that of the line.
  ///   - selected: whether the selection is laid over it.
  /// - Returns: the ratio.
  package func ratio(of role: Role, selected: Bool = false) -> Double {
    let style = theme[role]
    return Self.ratio(of: selected ? style.under(theme[.selection]) : style, on: terminal)
  }

  /// The role whose text is hardest to read, selected or not.
  package var weakest: (role: Role, ratio: Double) {
    Role.allCases.filter { !Self.untold.contains($0) }
      .map { ($0, min(ratio(of: $0), ratio(of: $0, selected: true))) }
      .min { $0.1 < $1.1 } ?? (.text, 21)
  }

  private static func ratio(of style: Style, on terminal: (text: RGB, ground: RGB)) -> Double {
    let ground = luminance(style.background.components ?? terminal.ground)
    var text = luminance(style.foreground.components ?? terminal.text)
    if style.dim { text = (text + ground) / 2 }
    return (max(text, ground) + 0.05) / (min(text, ground) + 0.05)
  }

  /// Relative luminance, 0...1.
  private static func luminance(_ colour: RGB) -> Double {
    0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
  }

  private static func linear(_ value: UInt8) -> Double {
    let part = Double(value) / 255
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
  }
}

extension Colour {
  /// The parts of the colour, nil for the terminal's own; of the sixteen as xterm has them.
  fileprivate var components: RGB? {
    switch self {
    case .terminal: nil
    case .palette(let index): RGB.xterm[index & 15]
    case .rgb(let red, let green, let blue): RGB(red, green, blue)
    }
  }
}
