/// The three parts of a colour, sRGB.
package struct RGB: Hashable, Sendable {
  package let red: UInt8
  package let green: UInt8
  package let blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// xterm's 256 colours.
  ///
  /// Terminals agree on all but the first sixteen, which are what the person made of them: for
  /// those, xterm's are an assumption.
  package static let xterm: [RGB] = {
    var colours: [RGB] = [
      RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0), RGB(0, 0, 238),
      RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229), RGB(127, 127, 127), RGB(255, 0, 0),
      RGB(0, 255, 0), RGB(255, 255, 0), RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255),
      RGB(255, 255, 255),
    ]
    let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
    for red in steps {
      for green in steps {
        for blue in steps { colours.append(RGB(red, green, blue)) }
      }
    }
    for step in 0..<24 as Range<UInt8> {
      colours.append(RGB(8 + 10 * step, 8 + 10 * step, 8 + 10 * step))
    }
    return colours
  }()
}
