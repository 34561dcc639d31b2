import Canvas
import Monitor
import Settings
import Terminal

/// A theme as lines for the person: what it is made for, how well it can be read, how it looks.
struct ThemeSamples {
  let theme: LoadedTheme
  /// Nil where words must stay plain; then there are no samples.
  let sequences: StyleSequences?

  static let heading = line("theme", "background", "contrast", "from")

  /// The theme in one line and, in its colours, two lines of a screen.
  var summary: [String] {
    let line = Self.line(theme.theme.name, ground, contrast, theme.file ?? "built in")
    guard let sequences else { return [line] }
    let selection = theme.theme[.selection]
    return [
      line, "  " + sample(Self.row, sequences, selection: nil),
      "  " + sample(Self.row, sequences, selection: selection), "",
    ]
  }

  /// Every role in a line of its own.
  var roles: [String] {
    let ratios = Contrast(theme.theme)
    let heading = Self.line(theme.theme.name, ground, contrast, theme.file ?? "built in")
    return [heading] + (theme.licence.map { ["licence: \(SafeText.escaped($0))"] } ?? []) + [""]
      + Role.allCases.map { role in
        let style = theme.theme[role]
        let ratio = role == .selection ? "" : Self.words(ratios.ratio(of: role))
        let line =
          "\(TextWidth.fitted(role.rawValue, width: 20)) \(TextWidth.fitted(ratio, width: 8)) "
        let words = TextWidth.fitted(Self.words(style), width: 42)
        guard let sequences else { return line + Self.words(style) }
        return line + words + " "
          + sample([Span(" sample 21.5 ", role)], sequences, selection: nil)
          + sample([Span(" selected ", role)], sequences, selection: theme.theme[.selection])
      }
  }

  private static let row = [
    Span(" ≠ ", .differs), Span("flow ", .path), Span("11 ", .typeNumber),
    Span("12 ", .valueChanged), Span("13 ", .valueFading), Span("true ", .typeBoolean),
    Span("\"on\" ", .typeText), Span("18 s ", .textDim), Span("+1 ", .added), Span("−1 ", .removed),
    Span("● connected ", .stateConnected), Span("→ update ", .logOut),
    Span("rejected ", .logRejected), Span("e edit ", .keyHint),
  ]

  private func sample(
    _ spans: [Span], _ sequences: StyleSequences, selection: Style?
  ) -> String {
    spans.map { sequences.text($0.text, theme.theme[$0.role], selection: selection) }.joined()
  }

  private var ground: String {
    switch theme.theme.ground {
    case .dark: "the terminal's, dark"
    case .light: "the terminal's, light"
    case .colour(let colour): colour.text
    }
  }

  private var contrast: String {
    let isPlain = Role.allCases.allSatisfy {
      theme.theme[$0].foreground == .terminal && theme.theme[$0].background == .terminal
    }
    if isPlain { return "the terminal's" }
    let (role, ratio) = Contrast(theme.theme).weakest
    return ratio >= Contrast.enough
      ? Self.words(ratio) : "\(Self.words(ratio)), too little: \(role.rawValue)"
  }

  private static func line(_ parts: String...) -> String {
    zip(parts, [18, 21, 14]).map { TextWidth.fitted($0, width: $1) }.joined(separator: "  ")
      + "  \(SafeText.escaped(parts.last ?? ""))"
  }

  /// One decimal, rounded down, so that nothing reads as enough that is not.
  private static func words(_ ratio: Double) -> String {
    let tenths = Int(ratio * 10)
    return "\(tenths / 10).\(tenths % 10):1"
  }

  private static func words(_ style: Style) -> String {
    let attributes = [
      style.bold ? "bold" : nil, style.dim ? "dim" : nil, style.underline ? "underline" : nil,
      style.reverse ? "reverse" : nil,
    ]
    return
      ([style.foreground.text + " on " + style.background.text] + attributes.compactMap(\.self))
      .joined(separator: ", ")
  }
}
