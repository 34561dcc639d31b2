import Canvas
import Testing

@testable import Terminal

@Suite("A style outside of a screen")
struct StyleSequencesTests {
  private let amber = Colour.rgb(red: 0xe0, green: 0xa4, blue: 0x58)

  @Test("is written with as many colours as there are")
  func depths() {
    let style = Style(foreground: amber, background: .palette(12), bold: true)
    let written = { (depth: ColourDepth, isDirect: Bool) in
      StyleSequences(depth: depth, isDirect: isDirect).text("x", style)
    }
    #expect(written(.indexed, true) == "\u{1B}[1;38;2;224;164;88;104mx\u{1B}[0m")
    #expect(written(.indexed, false) == "\u{1B}[1;38;5;179;104mx\u{1B}[0m")
    #expect(written(.sixteen, false) == "\u{1B}[1;37;104mx\u{1B}[0m")
    #expect(written(.eight, false) == "\u{1B}[1;33;44mx\u{1B}[0m")
  }

  @Test("leaves text alone that looks like the terminal's own")
  func plain() {
    #expect(StyleSequences(depth: .indexed, isDirect: true).text("x", Style()) == "x")
  }

  @Test("never writes a text in the colour of its ground, and shows what is selected")
  func fewColours() {
    let dark = Style(
      foreground: .rgb(red: 60, green: 60, blue: 60), background: .rgb(red: 30, green: 30, blue: 46)
    )
    let light = Style(
      foreground: .rgb(red: 230, green: 220, blue: 220),
      background: .rgb(red: 253, green: 246, blue: 227))
    let olive = Style(
      foreground: .rgb(red: 0x7d, green: 0x5f, blue: 0), background: light.background)
    let eight = StyleSequences(depth: .eight, isDirect: false)
    #expect(eight.text("x", olive) == "\u{1B}[30;47mx\u{1B}[0m")
    #expect(eight.text("x", dark) == "\u{1B}[37;40mx\u{1B}[0m")
    #expect(eight.text("x", light) == "\u{1B}[30;47mx\u{1B}[0m")
    let selection = Style(background: .rgb(red: 48, green: 58, blue: 74))
    #expect(eight.text("x", Style(), selection: selection) == "\u{1B}[7mx\u{1B}[0m")
    #expect(
      eight.text("x", Style(), selection: Style(background: .palette(4)))
        == "\u{1B}[44mx\u{1B}[0m")
  }

  @Test("is not written where there is no terminal")
  func noTerminal() {
    #expect(StyleSequences(output: -1, environment: ["TERM": "xterm"]) == nil)
  }
}
