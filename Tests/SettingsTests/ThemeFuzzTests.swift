import Foundation
import Settings
import Shadow
import Testing

@Suite("Any text")
struct ThemeFuzzTests {
  @Test("as a theme gives a theme or faults, and never ends the process")
  func fuzz() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let shipped = try ["dark", "light", "mono"].map {
      Array(try String(contentsOfFile: "\(ShippedThemes.folder)/\($0).toml", encoding: .utf8).utf8)
    }
    let scraps = [
      "[", "]", "{", "}", "=", ".", "\"", "'", "\"\"\"", "'''", "\n", "\\", "#", ",", "[[", "a.b",
      "\\u0000", "1e9", "0x1f", "1979-05-27", "inf", "é", "\u{202E}", "\t", "\r\n", "true",
    ].map { Array($0.utf8) }
    for _ in 0..<150 {
      var bytes = shipped[Int.random(in: 0..<shipped.count, using: &generator)]
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, place + Int.random(in: 0...9, using: &generator))
        let scrap = scraps[Int.random(in: 0..<scraps.count, using: &generator)]
        bytes.replaceSubrange(place..<end, with: scrap)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let files = try ThemeFiles(["fuzzed": text])
      let loaded = try #require(files.folders.theme(named: "fuzzed"))
      let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
      for fault in loaded.faults { #expect((1...lines).contains(fault.line ?? 1), "seed \(seed)") }
    }
  }
}
