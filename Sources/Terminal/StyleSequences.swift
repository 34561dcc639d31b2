package import Canvas
import CNcurses
import Glibc

/// Styles as control sequences (ECMA-48 SGR), for words outside of a ``Screen``.
package struct StyleSequences {
  private let depth: ColourDepth
  /// Whether colours of 24 bits are understood.
  private let isDirect: Bool

  /// Asks terminfo for the colours of a terminal; nil where words must stay plain: no terminal, no
  /// colours, or none wanted.
  ///
  /// - Parameters:
  ///   - output: where the words will be written.
  ///   - environment: `TERM`, `COLORTERM` and `NO_COLOR` are looked at.
  package init?(output: CInt, environment: [String: String]) {
    guard isatty(output) == 1, let type = environment["TERM"], !type.isEmpty else { return nil }
    var result: CInt = 0
    guard setupterm(type, output, &result) == OK else { return nil }
    let colours = tigetnum("colors")
    depth = ColourDepth(colours: max(0, Int(colours)), noColour: environment["NO_COLOR"])
    guard depth != .mono else { return nil }
    isDirect = depth == .direct(palette: 8) || TrueColour.isAnnounced(environment)
  }

  /// Of a known depth.
  init(depth: ColourDepth, isDirect: Bool) {
    self.depth = depth
    self.isDirect = isDirect
  }

  /// The text in a style, and the terminal's own style behind it.
  ///
  /// - Parameters:
  ///   - text: made safe before.
  ///   - style: a theme's.
  ///   - selection: the theme's style of the selection, where that is laid over it.
  /// - Returns: what to write.
  package func text(_ text: String, _ style: Style, selection: Style? = nil) -> String {
    let style = selection.map { style.under(isDirect ? $0 : depth.visible($0)) } ?? style
    var codes: [String] = []
    if style.bold || depth.brightens(style.foreground) { codes.append("1") }
    if style.dim { codes.append("2") }
    if style.underline { codes.append("4") }
    if style.reverse { codes.append("7") }
    let numbers = depth.pair(of: style)
    codes += code(style.foreground, numbers.foreground, base: 30)
    codes += code(style.background, numbers.background, base: 40)
    return codes.isEmpty ? text : "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  private func code(_ colour: Colour, _ number: CInt, base: Int) -> [String] {
    if isDirect, case .rgb(let red, let green, let blue) = colour {
      return ["\(base + 8);2;\(red);\(green);\(blue)"]
    }
    switch number {
    case ..<0: return []
    case ..<8: return ["\(base + Int(number))"]
    case ..<16: return ["\(base + 52 + Int(number))"]
    default: return ["\(base + 8);5;\(number)"]
    }
  }
}
