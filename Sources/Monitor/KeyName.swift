package import Canvas

extension Key {
  /// The key that a person names in the configuration.
  ///
  /// What ``label`` says is understood, and the usual ways to write a key: a character by itself
  /// (`G`, `?`, `é`), `ctrl-x` or `^X`, `alt-b`, `enter`, `space`, `f5`, `shift-tab`, `page-up`.
  /// Names of more than one character may be in capitals or not.
  ///
  /// - Parameter name: any text; nil for what names no key that a terminal can send.
  package init?(named name: String) {
    if let character = name.first, name.count == 1 {
      self.init(typed: character)
      return
    }
    let small = name.lowercased()
    if let key = Self.named[small] {
      self = key
    } else if let character = Self.behind(["^", "ctrl-", "control-", "c-"], name) {
      self.init(control: Character(character.lowercased()))
    } else if let character = Self.behind(["alt-", "meta-", "m-"], name), character.isPrintable {
      self = .alt(character)
    } else if small.hasPrefix("f"), let number = Int(small.dropFirst()), !small.contains("+"),
      (1...63).contains(number), small.utf8.dropFirst().first != UInt8(ascii: "0")
    {
      self = .function(number)
    } else {
      return nil
    }
  }

  private init?(typed character: Character) {
    if let arrow = Self.arrows[character] {
      self = arrow
    } else if character.isPrintable {
      self = .character(character)
    } else {
      return nil
    }
  }

  /// Control with a character: some are keys of their own, for terminals send the same for both.
  private init?(control character: Character) {
    switch character {
    case "i": self = .tab
    case "m": self = .enter
    case "[": self = .escape
    case "a"..."z", "@", "\\", "]", "^", "_": self = .control(character)
    default: return nil
    }
  }

  /// The one character behind a prefix in any case.
  private static func behind(_ prefixes: [String], _ name: String) -> Character? {
    for prefix in prefixes where name.lowercased().hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count)
      if rest.count == 1 { return rest.first }
    }
    return nil
  }

  private static let arrows: [Character: Key] = ["↑": .up, "↓": .down, "←": .left, "→": .right]

  private static let named: [String: Key] = [
    "space": .character(" "), "ctrl-space": .control("@"), "enter": .enter, "return": .enter,
    "esc": .escape, "escape": .escape, "tab": .tab, "shift-tab": .backTab, "backtab": .backTab,
    "backspace": .backspace, "del": .delete, "delete": .delete, "up": .up, "down": .down,
    "left": .left, "right": .right, "home": .home, "end": .end, "pgup": .pageUp,
    "pageup": .pageUp, "page-up": .pageUp, "pgdn": .pageDown, "pagedown": .pageDown,
    "page-down": .pageDown,
  ]
}

extension Character {
  /// Whether it is no control character and no blank.
  fileprivate var isPrintable: Bool {
    !isWhitespace
      && unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
  }
}
