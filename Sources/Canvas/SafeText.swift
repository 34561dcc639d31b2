/// Text from anywhere, cut into the pieces that may be shown.
///
/// Nothing from outside reaches a terminal as it is. Every piece is one grapheme whose width all
/// terminals agree on; whatever acts on a terminal, hides, or misleads becomes a visible escape:
///
/// - C0 controls and DEL: their control pictures (`␛`, `␊`, `␡`), one column.
/// - C1 and bidi controls, zero-width and tag characters, variation selectors, soft hyphen, Hangul
///   fillers, spaces other than U+0020 and U+3000, separators, private use, unassigned, regional
///   indicators without a partner, and combining marks with nothing to stand on: `\u{202E}`.
/// - At most four combining marks share a cell; further ones are escaped one by one.
/// - Emoji sequences on whose width terminals disagree degrade to what they agree on, marked as
///   escaped: a flag shows its two letters, joined emoji stand side by side, a skin tone or an
///   emoji selector (with its keycap) is left out. ``escaped(_:limit:)`` shows those in full.
///
/// Right-to-left letters are shown in storage order: nothing here moves a column.
///
/// The work is proportional to the pieces taken: drawing 100 KB into 20 columns reads about twenty
/// characters, whatever they are.
package struct SafeText: Sequence, IteratorProtocol, Sendable {
  /// One grapheme to show.
  package struct Piece: Hashable, Sendable {
    /// What may be written to a terminal as it is.
    package var text: String
    /// Columns, 1 or 2.
    package var width: Int
    /// Whether it stands for something that must not, or cannot, be shown as it is.
    package var isEscaped: Bool

    package init(text: String, width: Int, isEscaped: Bool) {
      self.text = text
      self.width = width
      self.isEscaped = isEscaped
    }
  }

  /// Marks that share a cell with their base; Vietnamese, Thai and Hebrew need two or three.
  private static let marksInCell = 4

  private var rest: String.UnicodeScalarView.Iterator
  private var ahead: Unicode.Scalar?
  /// The part of an escape not handed out yet.
  private var escape: Substring = ""
  /// Whether the next emoji was joined to the one before it.
  private var isJoined = false
  /// Whether every left-out scalar is spelt out instead.
  private let isExact: Bool

  package init(_ text: String) {
    self.init(text, isExact: false)
  }

  private init(_ text: String, isExact: Bool) {
    rest = text.unicodeScalars.makeIterator()
    ahead = rest.next()
    self.isExact = isExact
  }

  /// One line for stderr or a log: the text with every escape spelt out.
  ///
  /// - Parameters:
  ///   - text: text from anywhere.
  ///   - limit: columns after which the line is cut with `…`.
  /// - Returns: text without anything a terminal would act on.
  package static func escaped(_ text: String, limit: Int = .max) -> String {
    var line = ""
    var columns = 0
    for piece in SafeText(text, isExact: true) {
      columns += piece.width
      guard columns <= limit else { return line + "…" }
      line += piece.text
    }
    return line
  }

  package mutating func next() -> Piece? {
    if let character = escape.popFirst() {
      return Piece(text: String(character), width: 1, isEscaped: true)
    }
    guard let base = take() else { return nil }
    // Nearly all text: printable ASCII with nothing combining after it.
    if base.value >= 0x20, base.value < 0x7F, (ahead?.value ?? 0) < 0x300 {
      return Piece(text: String(Character(base)), width: 1, isEscaped: false)
    }
    switch ScalarKind(base) {
    case .control(let picture):
      return Piece(text: String(Character(picture)), width: 1, isEscaped: true)
    case .hidden, .mark, .vowelOrTrailingJamo:
      return escaping(base)
    case .regional:
      return isExact ? shown(base, width: 1) : flag(base)
    case .shown(let width):
      return shown(base, width: width)
    }
  }

  private mutating func take() -> Unicode.Scalar? {
    guard let scalar = ahead else { return nil }
    ahead = rest.next()
    return scalar
  }

  private mutating func escaping(_ scalar: Unicode.Scalar) -> Piece {
    isJoined = false
    escape = "u{\(String(scalar.value, radix: 16, uppercase: true))}"
    return Piece(text: "\\", width: 1, isEscaped: true)
  }

  /// Two letters in place of a flag: some terminals give a flag two columns, some four.
  private mutating func flag(_ first: Unicode.Scalar) -> Piece {
    guard let second = ahead, case .regional(let letter) = ScalarKind(second),
      case .regional(let firstLetter) = ScalarKind(first)
    else { return escaping(first) }
    _ = take()
    isJoined = false
    escape = Substring(String(Character(letter)))
    return Piece(text: String(Character(firstLetter)), width: 1, isEscaped: true)
  }

  private mutating func shown(_ base: Unicode.Scalar, width: Int) -> Piece {
    var text = String.UnicodeScalarView([base])
    let isEmoji = !isExact && base.properties.isEmoji
    var isEscaped = isJoined
    isJoined = false
    if isEmoji { isEscaped = dropModifiers(after: base) || isEscaped }
    var marks = 0
    while marks < Self.marksInCell, let mark = ahead {
      switch ScalarKind(mark) {
      case .mark: break
      case .vowelOrTrailingJamo where ScalarKind.isHangul(base): break
      default:
        return Piece(text: String(text), width: width, isEscaped: isEscaped)
      }
      text.append(mark)
      marks += 1
      _ = take()
    }
    return Piece(text: String(text), width: width, isEscaped: isEscaped)
  }

  /// Leaves out at most one of each thing that changes an emoji's width on some terminals only.
  private mutating func dropModifiers(after base: Unicode.Scalar) -> Bool {
    var dropped = false
    if let tone = ahead, (0x1F3FB...0x1F3FF).contains(tone.value),
      base.properties.isEmojiModifierBase
    {
      _ = take()
      dropped = true
    }
    if let selector = ahead, selector.value == 0xFE0F || selector.value == 0xFE0E {
      _ = take()
      dropped = true
    }
    if let keycap = ahead, keycap.value == 0x20E3 {
      _ = take()
      dropped = true
    }
    if let joiner = ahead, joiner.value == 0x200D, base.value > 0x7F {
      var beyond = rest
      if let other = beyond.next(), other.value > 0x7F, other.properties.isEmoji {
        _ = take()
        isJoined = true
        dropped = true
      }
    }
    return dropped
  }
}
