package import Canvas

/// A colour as a theme's file writes it, before the palette is known.
enum ColourText: Hashable, Sendable {
  case colour(Colour)
  /// A name of a palette; if no palette has it, of the terminal's sixteen colours.
  case name(String)

  /// Reads a colour: `default`, a name, `#rrggbb`, or a number of the terminal's palette, 0...15,
  /// with quotes or without.
  ///
  /// - Returns: nil for what can be no colour whatever the palette holds.
  init?(_ value: SettingsText.Value) {
    if let number = value.integer {
      guard (0...15).contains(number) else { return nil }
      self = .colour(.palette(number))
      return
    }
    guard let text = value.text, !text.isEmpty else { return nil }
    if let number = Int(text) {
      guard (0...15).contains(number) else { return nil }
      self = .colour(.palette(number))
    } else if text.hasPrefix("#") {
      guard let colour = Colour(hex: text) else { return nil }
      self = .colour(colour)
    } else {
      self = text == "default" ? .colour(.terminal) : .name(text)
    }
  }
}

extension Colour {
  /// The terminal's sixteen colours by name, in their order.
  package static let terminalNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black",
    "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
  ]

  /// One of the terminal's sixteen colours; nil if it has no such name.
  init?(terminalName name: String) {
    guard let index = Self.terminalNames.firstIndex(of: name) else { return nil }
    self = .palette(index)
  }

  /// A colour written as `#rrggbb`.
  init?(hex text: String) {
    let digits = text.utf8.dropFirst()
    guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6,
      let number = UInt32(Substring(digits), radix: 16), digits.first != UInt8(ascii: "+")
    else { return nil }
    self = .rgb(
      red: UInt8(number >> 16), green: UInt8(number >> 8 & 0xff), blue: UInt8(number & 0xff))
  }

  /// How a theme's file writes it.
  package var text: String {
    switch self {
    case .terminal: return "default"
    case .palette(let index): return Self.terminalNames[index & 15]
    case .rgb(let red, let green, let blue):
      return "#"
        + [red, green, blue].map { part in
          let digits = String(part, radix: 16)
          return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
  }
}
