/// A colour as a theme names it.
package enum Colour: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case terminal
  /// One of the sixteen colours of the terminal's palette, 0...15.
  case palette(Int)
  /// A true colour; nearer ones stand in for it where the terminal has fewer.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How a role looks.
package struct Style: Hashable, Sendable {
  package var foreground: Colour
  package var background: Colour
  package var bold: Bool
  package var dim: Bool
  package var underline: Bool
  package var reverse: Bool

  package init(
    foreground: Colour = .terminal, background: Colour = .terminal, bold: Bool = false,
    dim: Bool = false, underline: Bool = false, reverse: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
    self.dim = dim
    self.underline = underline
    self.reverse = reverse
  }
}

extension Style {
  /// The style with the selection laid over it: the selection's colours where it has some, and the
  /// attributes of both.
  package func under(_ selection: Style) -> Style {
    Style(
      foreground: selection.foreground == .terminal ? foreground : selection.foreground,
      background: selection.background == .terminal ? background : selection.background,
      bold: bold || selection.bold, dim: dim && !selection.reverse,
      underline: underline || selection.underline, reverse: reverse != selection.reverse)
  }
}
