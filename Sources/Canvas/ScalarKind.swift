/// What a scalar does on a screen.
enum ScalarKind: Hashable {
  /// A C0 control or DEL, with the picture that stands for it.
  case control(picture: Unicode.Scalar)
  /// Acts, hides, misleads or has no agreed glyph: only its number may be shown.
  case hidden
  /// Takes no column and stands on the character before it.
  case mark
  /// A Hangul vowel or final consonant, which joins the syllable before it.
  case vowelOrTrailingJamo
  /// Half of a flag, with the letter it stands for.
  case regional(letter: Unicode.Scalar)
  /// May be shown and takes that many columns.
  case shown(width: Int)

  init(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    switch value {
    case 0x20..<0x7F:
      self = .shown(width: 1)
    case ..<0x20:
      self = .control(picture: Unicode.Scalar(0x2400 + value) ?? "?")
    case 0x7F:
      self = .control(picture: "\u{2421}")
    // Common letters, arrows, lines and blocks, without the look into the Unicode tables.
    case 0xAE...0x2FF, 0x391...0x3A1, 0x3A3...0x482, 0x2190...0x21FF, 0x2500...0x259F:
      self = .shown(width: 1)
    case 0x3041...0x3096, 0x30A1...0x30FE, 0x4E00...0x9FFC, 0xAC00...0xD7A3:
      self = .shown(width: 2)
    case 0x1161...0x11FF, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB:
      self = .vowelOrTrailingJamo
    case 0x1F1E6...0x1F1FF:
      self = .regional(letter: Unicode.Scalar(value - 0x1F1E6 + 0x41) ?? "?")
    default:
      self = Self.lookedUp(scalar)
    }
  }

  /// Whether a Hangul vowel or final consonant may join the scalar.
  static func isHangul(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115E, 0xA960...0xA97C, 0xAC00...0xD7A3: true
    default: false
    }
  }

  private static func lookedUp(_ scalar: Unicode.Scalar) -> ScalarKind {
    let properties = scalar.properties
    // Soft hyphen, joiners, fillers, selectors, tags: whatever may be invisible by design.
    if properties.isDefaultIgnorableCodePoint { return .hidden }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return .hidden
    case .spaceSeparator:
      return scalar.value == 0x3000 ? .shown(width: 2) : .hidden
    case .nonspacingMark, .enclosingMark:
      return .mark
    default:
      // U+2800 is an empty braille cell: a space that is none.
      return scalar.value == 0x2800 ? .hidden : .shown(width: TextWidth.isWide(scalar) ? 2 : 1)
    }
  }
}
