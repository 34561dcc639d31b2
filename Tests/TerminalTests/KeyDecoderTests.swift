import Canvas
import Testing

@testable import Terminal

@Suite("The key decoder")
struct KeyDecoderTests {
  /// The keys of bytes that arrive in one piece, with nothing after them.
  private func keys(_ text: String, in decoder: KeyDecoder = KeyDecoder()) -> [Key] {
    keys(Array(text.utf8), in: decoder)
  }

  private func keys(_ bytes: [UInt8], in decoder: KeyDecoder = KeyDecoder()) -> [Key] {
    var decoder = decoder
    decoder.feed(bytes)
    var keys: [Key] = []
    while let key = decoder.next(atRest: true) { keys.append(key) }
    return keys
  }

  @Test(
    "knows the keys of xterm and its kin",
    arguments: [
      ("a", [.character("a")]), ("é漢😀", [.character("é"), .character("漢"), .character("😀")]),
      ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
      ("\u{8}", [.control("h")]), ("\u{1}\u{1A}", [.control("a"), .control("z")]),
      ("\u{0}", [.control("@")]), ("\u{1C}\u{1F}", [.control("\\"), .control("_")]),
      ("\u{3}", [.control("c")]), ("\u{1B}", [.escape]), ("\u{1B}b", [.alt("b")]),
      ("\u{1B}é", [.alt("é")]), ("\u{1B}\u{7F}", [.alt("\u{7F}")]), ("\u{1B}[", [.alt("[")]),
      ("\u{1B}O", [.alt("O")]), ("\u{1B}\u{1B}", [.escape, .escape]),
      ("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.up, .down, .right, .left]),
      ("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD", [.up, .down, .right, .left]),
      ("\u{1B}[1;5C", [.right]), ("\u{1B}\u{1B}[A", [.up]), ("\u{1B}O5A", [.up]),
      ("\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~\u{1B}OH", [.home, .end, .home, .end, .home]),
      ("\u{1B}[5~\u{1B}[6~\u{1B}[3~", [.pageUp, .pageDown, .delete]), ("\u{1B}[Z", [.backTab]),
      (
        "\u{1B}OP\u{1B}[11~\u{1B}[15~\u{1B}[24~",
        [.function(1), .function(1), .function(5), .function(12)]
      ),
      ("\u{1B}[[A\u{1B}[[E", [.function(1), .function(5)]), ("\u{1B}[1;2P", [.function(1)]),
      ("\u{1B}OM\u{1B}Oq", [.enter, .character("1")]),
      ("\u{1B}[2~\u{1B}[I\u{1B}[?1;2c\u{1B}[99~x", [.character("x")]),
      ("\u{1B}[1;\rx", [.enter, .character("x")]),
    ] as [(Raw, [Key])])
  func known(_ raw: Raw, _ expected: [Key]) {
    #expect(keys(raw.text) == expected)
  }

  @Test("knows the same keys byte by byte as in one piece")
  func split() {
    let text = "a\u{1B}[1;5A漢\u{1B}OB\u{1B}x\u{1B}[200~p\u{1B}[A\u{1B}[201~\u{1B}[24~é\u{1B}[[Az"
    var decoder = KeyDecoder()
    var found: [Key] = []
    for byte in text.utf8 {
      decoder.feed([byte])
      while let key = decoder.next(atRest: false) { found.append(key) }
    }
    #expect(found == keys(text))
    #expect(found.count == 10)
    #expect(!decoder.isWaiting)
  }

  @Test(
    "keeps combining marks and emoji sequences together", arguments: ["e\u{301}", "👨‍👩‍👧", "🇩🇪", "ที่"])
  func graphemes(_ text: String) {
    #expect(keys(text).count == text.count)
    #expect(keys(text).first == text.first.map { .character($0) })
  }

  @Test(
    "shows bytes that are no UTF-8 as the replacement character and goes on",
    arguments: [
      ([0xFF, 0x61], ["\u{FFFD}", "a"]), ([0xC3], ["\u{FFFD}"]),
      ([0xC3, 0x61], ["\u{FFFD}", "a"]),
      ([0xE2, 0x82, 0x61], ["\u{FFFD}", "a"]), ([0xED, 0xA0, 0x80, 0x61], ["\u{FFFD}", "a"]),
      ([0xC0, 0x80, 0x61], ["\u{FFFD}", "\u{FFFD}", "a"]), ([0xC2, 0x9B, 0x61], ["a"]),
    ] as [([UInt8], [Character])])
  func malformed(_ bytes: [UInt8], _ expected: [Character]) {
    #expect(keys(bytes) == expected.map { .character($0) })
  }

  @Test(
    "takes a number that no key has for no key", arguments: ["99999999999999999999", "?2", "0"])
  func unknownNumber(_ number: Raw) {
    #expect(keys("\u{1B}[\(number.text)~x") == [.character("x")])
  }

  @Test("hands a paste out whole, with nothing in it a command and line ends as newlines")
  func paste() {
    let pasted = "a\rb\r\nc\nd\u{1B}[A\u{3}\u{1B}x 漢"
    #expect(
      keys("x\u{1B}[200~\(pasted)\u{1B}[201~y") == [
        .character("x"), .paste("a\nb\nc\nd\u{1B}[A\u{3}\u{1B}x 漢"), .character("y"),
      ])
  }

  @Test("hands a paste of 100 KB out whole, however it is split")
  func longPaste() {
    let text = String(repeating: "line of text\n", count: 8000)
    let bytes = Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)
    for size in [4095, 4096, 16_384] {
      var decoder = KeyDecoder()
      var found: [Key] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        decoder.feed(bytes[start..<min(start + size, bytes.count)])
        while let key = decoder.next(atRest: false) { found.append(key) }
      }
      #expect(found == [.paste(text)])
    }
  }

  @Test("hands an endless paste out in parts")
  func endlessPaste() {
    var decoder = KeyDecoder()
    decoder.feed(Array("\u{1B}[200~".utf8))
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
    var parts: [Int] = []
    for _ in 0..<11 {
      decoder.feed(piece)
      while let key = decoder.next(atRest: false) {
        if case .paste(let text) = key { parts.append(text.utf8.count) }
      }
    }
    #expect(parts == [KeyDecoder.longestPaste])
  }

  @Test("ends a paste whose end got lost at a lone Escape")
  func lostEnd() {
    #expect(keys("\u{1B}[200~abc\u{1B}") == [.paste("abc")])
  }

  @Test("drops a sequence that never ends, without holding it for ever")
  func endlessSequence() {
    #expect(keys("\u{1B}[" + String(repeating: "1;", count: 1000)).count < 2000)
    var decoder = KeyDecoder()
    decoder.feed(Array(("\u{1B}[" + String(repeating: "1", count: 200)).utf8))
    while decoder.next(atRest: false) != nil {}
    #expect(!decoder.isWaiting)
  }

  @Test("waits for the rest of what terminfo says a key sends")
  func terminfo() {
    let decoder = KeyDecoder(sequences: [
      Array("\u{1B}[xy~".utf8): .function(9), [0x1B, 0x41]: .up,
    ])
    #expect(keys("\u{1B}[xy~\u{1B}A", in: decoder) == [.function(9), .up])
    #expect(keys("\u{1B}Abcdef", in: decoder).count == 6)
    var waiting = decoder
    waiting.feed(Array("\u{1B}[x".utf8))
    #expect(waiting.next(atRest: false) == nil)
    #expect(waiting.isWaiting)
  }

  @Test("takes Control-H for backspace where the terminal does")
  func controlH() {
    #expect(keys("\u{8}\u{7F}", in: KeyDecoder(controlHErases: true)) == [.backspace, .backspace])
  }

  @Test("loses no key that follows one of terminfo's, whenever it comes")
  func afterShortSequence() {
    var decoder = KeyDecoder(sequences: [
      [0x1B, 0x41]: .up, Array("\u{1B}[15~".utf8): .function(5),
    ])
    decoder.feed([0x1B, 0x41])
    #expect(decoder.next(atRest: false) == .up)
    decoder.feed(Array("ab".utf8))
    #expect(decoder.next(atRest: false) == .character("a"))
    #expect(decoder.next(atRest: false) == .character("b"))
  }

  @Test("uses up any bytes at rest", arguments: 0..<200 as Range<UInt64>)
  func anything(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let alphabet = Array("\u{1B}\u{1B}[[O0123;~?ABMPq\r\u{7F}aé漢".utf8) + [0xFF, 0x80, 0x9B]
    let bytes = (0..<60).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return alphabet[Int(state % UInt64(alphabet.count))]
    }
    var decoder = KeyDecoder()
    decoder.feed(bytes)
    var steps = 0
    while decoder.next(atRest: true) != nil { steps += 1 }
    #expect(steps <= bytes.count, "seed \(seed)")
    #expect(!decoder.isWaiting, "seed \(seed)")
    // Nothing more was used up than there was.
    decoder.feed(Array((decoder.isPasting ? "\u{1B}[201~" : "").utf8) + [UInt8(ascii: "z")])
    var last: Key?
    while let key = decoder.next(atRest: true) { last = key }
    #expect(last == .character("z"), "seed \(seed)")
  }
}
