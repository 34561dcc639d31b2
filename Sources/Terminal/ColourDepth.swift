import Canvas
import CNcurses
import Glibc

/// How many colours a terminal has, and which of them stands for a theme's colour.
enum ColourDepth: Hashable {
  case mono, eight, sixteen, indexed
  /// A colour number is 0xRRGGBB, but for the first ones, which are the palette's: 8 by the usual
  /// description of such a terminal, 16 by that of ``TrueColour``.
  case direct(palette: Int)

  /// The depth of a terminal.
  ///
  /// - Parameters:
  ///   - colours: what curses says, 0 without colours.
  ///   - palette: how many numbers are the palette's where colours have 24 bits.
  ///   - noColour: the value of `NO_COLOR`: anything but an empty text means no colours.
  init(colours: Int, palette: Int = 8, noColour: String?) {
    if let noColour, !noColour.isEmpty {
      self = .mono
      return
    }
    self =
      switch colours {
      case ..<8: .mono
      case ..<16: .eight
      case ..<256: .sixteen
      case ..<0x100_0000: .indexed
      default: .direct(palette: palette)
      }
  }

  /// The number that curses knows the colour by, -1 for the terminal's own.
  func number(of colour: Colour) -> CInt {
    switch (self, colour) {
    case (.mono, _), (_, .terminal): -1
    case (.eight, .palette(let index)): CInt(index & 7)
    case (.sixteen, .palette(let index)), (.indexed, .palette(let index)): CInt(index & 15)
    case (.direct(let palette), .palette(let index)):
      // Where the bright ones have no number, their usual colours stand in.
      index & 15 < palette
        ? CInt(index & 15) : Self.number(of: RGB.xterm[index & 15], palette: palette)
    case (.eight, .rgb(let red, let green, let blue)):
      Self.nearest(to: RGB(red, green, blue), among: 0..<8)
    case (.sixteen, .rgb(let red, let green, let blue)):
      Self.nearest(to: RGB(red, green, blue), among: 0..<16)
    case (.indexed, .rgb(let red, let green, let blue)):
      // The first sixteen are what the person made of them; the others are fixed.
      Self.nearest(to: RGB(red, green, blue), among: 16..<256)
    case (.direct(let palette), .rgb(let red, let green, let blue)):
      Self.number(of: RGB(red, green, blue), palette: palette)
    }
  }

  /// Whether a foreground must be drawn bold to look brighter, as with eight colours.
  func brightens(_ colour: Colour) -> Bool {
    if case .palette(let index) = colour { self == .eight && index & 15 > 7 } else { false }
  }

  /// The numbers of a style's two colours.
  ///
  /// With few colours the nearest to a text may be too near to its ground, such as yellow on white:
  /// that text is black or white.
  func pair(of style: Style) -> (foreground: CInt, background: CInt) {
    let foreground = number(of: style.foreground)
    let background = number(of: style.background)
    guard self == .eight || self == .sixteen, foreground >= 0, background >= 0 else {
      return (foreground, background)
    }
    let text = Lab(RGB.xterm[Int(foreground)]).lightness
    let ground = Lab(RGB.xterm[Int(background)]).lightness
    return (abs(text - ground) < 40 ? (ground < 50 ? 7 : 0) : foreground, background)
  }

  /// The selection as it can be seen: reversed where few colours leave of its ground only black or
  /// white, which the terminal's own ground may be.
  func visible(_ selection: Style) -> Style {
    guard self == .eight || self == .sixteen, case .rgb = selection.background,
      [0, 7, 15].contains(number(of: selection.background))
    else { return selection }
    return Style(bold: selection.bold, underline: selection.underline, reverse: true)
  }

  private static func number(of colour: RGB, palette: Int) -> CInt {
    let number = CInt(colour.red) << 16 | CInt(colour.green) << 8 | CInt(colour.blue)
    // A number of the palette's would not be this black: one more of 255 parts of red is.
    return number < palette ? number | 0x1_0000 : number
  }

  private static func nearest(to colour: RGB, among numbers: Range<Int>) -> CInt {
    let wanted = Lab(colour)
    let best = numbers.min {
      Lab(RGB.xterm[$0]).distance(to: wanted) < Lab(RGB.xterm[$1]).distance(to: wanted)
    }
    return CInt(best ?? 0)
  }
}

/// A colour in CIELAB (D65), where distance is about what the eye sees.
private struct Lab {
  let lightness: Double
  let a: Double
  let b: Double

  init(_ colour: RGB) {
    let (red, green, blue) = (
      Self.linear(colour.red), Self.linear(colour.green), Self.linear(colour.blue)
    )
    let x = Self.root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047)
    let y = Self.root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    let z = Self.root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883)
    lightness = 116 * y - 16
    a = 500 * (x - y)
    b = 200 * (y - z)
  }

  func distance(to other: Lab) -> Double {
    let (dl, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
    return dl * dl + da * da + db * db
  }

  private static func linear(_ value: UInt8) -> Double {
    let part = Double(value) / 255
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
  }

  private static func root(_ value: Double) -> Double {
    value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116
  }
}
