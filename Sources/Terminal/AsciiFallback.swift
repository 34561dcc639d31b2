/// ASCII that stands in for a grapheme where the locale has no UTF-8.
enum AsciiFallback {
  /// A character of one column that resembles the text, or `?`.
  static func character(for text: String) -> Character {
    guard let scalar = text.unicodeScalars.first else { return " " }
    if scalar.value >= 0x20, scalar.value < 0x7F, text.unicodeScalars.count == 1 {
      return Character(scalar)
    }
    return lookalikes[scalar] ?? braille(scalar) ?? "?"
  }

  /// What looks most like the dots of a plot: high, low or level ones, an upright, else a blot.
  private static func braille(_ scalar: Unicode.Scalar) -> Character? {
    guard (0x2801...0x28FF).contains(scalar.value) else { return nil }
    let dots = scalar.value - 0x2800
    // Rows of dots from the top; the lowest was added to braille last, and so has the high bits.
    let (first, middle, last): (UInt32, UInt32, UInt32) = (0x09, 0x36, 0xC0)
    let (left, right): (UInt32, UInt32) = (0x47, 0xB8)
    if dots == left || dots == right { return "|" }
    if dots & ~first == 0 { return "'" }
    if dots & ~middle == 0 { return "-" }
    return dots & ~last == 0 ? "." : "*"
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
