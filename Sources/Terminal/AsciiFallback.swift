/// ASCII that stands in for a grapheme where the locale has no UTF-8.
enum AsciiFallback {
  /// A character of one column that resembles the text, or `?`.
  static func character(for text: String) -> Character {
    guard let scalar = text.unicodeScalars.first else { return " " }
    if scalar.value >= 0x20, scalar.value < 0x7F, text.unicodeScalars.count == 1 {
      return Character(scalar)
    }
    return lookalikes[scalar] ?? "?"
  }

  private static let lookalikes: [Unicode.Scalar: Character] = {
    let groups: [(Character, String)] = [
      ("-", "─╴╶━–—−‐‑‒⎯"), ("|", "│╵╷┃▎▏▍▋▊▐"), ("+", "┌┐└┘├┤┬┴┼╭╮╰╯"), ("=", "═▄▅"),
      (">", "→▸▶›▌"), ("<", "←◂◀‹"), ("^", "↑▴▲"), ("v", "↓▾▼"), ("*", "●•◆★✓▆"), ("o", "○◌◦"),
      ("!", "≠"), ("~", "…≈"), (".", "·▁▂"), (":", "▃"), ("#", "█▇▓▒░"), ("\"", "▔“”„"),
      ("'", "‘’"), ("x", "×✗✘"), ("u", "µμ"),
    ]
    var table: [Unicode.Scalar: Character] = [:]
    for (character, texts) in groups {
      for scalar in texts.unicodeScalars { table[scalar] = character }
    }
    return table
  }()
}
