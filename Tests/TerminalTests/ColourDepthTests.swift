import Canvas
import Testing

@testable import Terminal

@Suite("The colour ladder")
struct ColourDepthTests {
  @Test(
    "goes by what the terminal has, and NO_COLOR goes before it",
    arguments: [
      (0, nil, .mono), (2, nil, .mono), (8, nil, .eight), (16, nil, .sixteen), (88, nil, .sixteen),
      (256, nil, .indexed), (0x100_0000, nil, .direct(palette: 8)), (256, "1", .mono),
      (256, "", .indexed),
      (0x100_0000, "0", .mono),
    ] as [(Int, String?, ColourDepth)])
  func depth(_ colours: Int, _ noColour: String?, _ expected: ColourDepth) {
    #expect(ColourDepth(colours: colours, noColour: noColour) == expected)
  }

  @Test(
    "finds the colour that looks nearest",
    arguments: [
      (.indexed, 0xFF0000, 196), (.indexed, 0xE0A458, 179), (.indexed, 0x808080, 244),
      (.indexed, 0x000000, 16), (.sixteen, 0xFF1010, 9), (.sixteen, 0x101010, 0),
      (.eight, 0xFF6B6B, 1), (.eight, 0xF0F0F0, 7), (.direct(palette: 8), 0xE0A458, 0xE0A458),
      (.direct(palette: 8), 0x000003, 0x010003), (.direct(palette: 8), 0x00000C, 0x00000C),
      (.direct(palette: 16), 0x00000C, 0x01000C), (.direct(palette: 16), 0x000000, 0x010000),
      (.mono, 0xFF0000, -1),
    ] as [(ColourDepth, Int, CInt)])
  func nearest(_ depth: ColourDepth, _ colour: Int, _ expected: CInt) {
    let rgb = Colour.rgb(
      red: UInt8(colour >> 16), green: UInt8(colour >> 8 & 0xFF), blue: UInt8(colour & 0xFF))
    #expect(depth.number(of: rgb) == expected)
  }

  @Test("keeps the palette's colours, and brightens by bold where there are eight")
  func palette() {
    #expect(ColourDepth.indexed.number(of: .palette(12)) == 12)
    #expect(ColourDepth.sixteen.number(of: .palette(12)) == 12)
    #expect(ColourDepth.eight.number(of: .palette(12)) == 4)
    #expect(ColourDepth.eight.brightens(.palette(12)))
    #expect(!ColourDepth.eight.brightens(.palette(4)))
    #expect(!ColourDepth.indexed.brightens(.palette(12)))
    #expect(ColourDepth.direct(palette: 8).number(of: .palette(3)) == 3)
    #expect(ColourDepth.direct(palette: 8).number(of: .palette(12)) == 0x5C5CFF)
    #expect(ColourDepth.direct(palette: 16).number(of: .palette(12)) == 12)
    #expect(ColourDepth.indexed.number(of: .terminal) == -1)
  }

  @Test("lays the selection over a style")
  func selection() {
    let style = Style(foreground: .palette(1), background: .palette(2), bold: true)
    let filled = Style(background: .palette(4), underline: true)
    #expect(
      style.under(filled)
        == Style(foreground: .palette(1), background: .palette(4), bold: true, underline: true))
    #expect(style.under(Style(reverse: true)).reverse)
    #expect(!Style(reverse: true).under(Style(reverse: true)).reverse)
  }
}
