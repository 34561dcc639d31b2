import Foundation
import JSON
import Synchronization
import Testing

@Suite("The JSON parser")
struct ParserTests {
  @Test(
    "reads every escape, and characters of one to four bytes",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
      (#""\ud83d\udca1""#, "💡"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\u0000""#, "\u{0}"),
      (#""aé€💡""#, "aé€💡"), (#""é\né""#, "é\né"), ("\"\u{7F}\"", "\u{7F}"),
      (
        #""a text that is longer than fifteen bytes \u2028""#,
        "a text that is longer than fifteen bytes \u{2028}"
      ),
    ])
  func texts(_ text: String, _ expected: String) throws {
    let value = try JSONParser.parse(text)
    #expect(value == .string(expected))
    #expect(value.string?.unicodeScalars.elementsEqual(expected.unicodeScalars) == true)
  }

  @Test(
    "finds what needs care at every place of a text",
    arguments: ["\"", "\\", "\u{0}", "\u{1F}", "\n", "\u{7F}", "é", "日", "💡"])
  func places(_ special: String) throws {
    for length in 0...20 {
      for place in 0...length {
        var text = String(repeating: " ~", count: length)
        text.insert(contentsOf: special, at: text.index(text.startIndex, offsetBy: place))
        let written = JSONValue.string(text).compact
        #expect(try JSONParser.parse(written) == .string(text))
        let raw = "\"" + text + "\""
        if ["\u{7F}", "é", "日", "💡"].contains(special) {
          #expect(written == raw)
        } else {
          #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(raw) }
        }
      }
    }
  }

  @Test("keeps the composed and the decomposed spelling of a text as they came")
  func normalisation() throws {
    for text in ["\"\u{E9}\"", "\"e\u{301}\"", "\"\u{1E9B}\u{323}\"", "\"\u{AC00}\""] {
      #expect(try JSONParser.parse(text).compactBytes == Array(text.utf8))
    }
  }

  @Test("skips the four white-space characters of RFC 8259 between tokens and no others")
  func space() throws {
    #expect(
      try JSONParser.parse(" \t\r\n{ \t\r\n\"a\" : [ 1 , 2 ] \n}\r\n").compact == #"{"a":[1,2]}"#)
    for space in ["\u{A0}", "\u{B}", "\u{C}", "\u{2003}", "\u{FEFF}", "\u{85}"] {
      #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("[1,\(space)2]") }
    }
  }

  @Test("reads bytes that lie in one piece and bytes that do not")
  func sequences() throws {
    let text = #"{"a":[1,"é"]}"#
    let bytes = Array(text.utf8)
    #expect(try JSONParser.parse(bytes).compact == text)
    #expect(try JSONParser.parse(bytes[...]).compact == text)
    #expect(try JSONParser.parse(text.utf8.lazy.map { $0 }).compact == text)
    #expect(try JSONParser.parse(Substring(" \(text) ").dropFirst().utf8).compact == text)
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([UInt8]()) }
  }

  /// Every sequence of up to four bytes from the borders of Unicode's table 3-7.
  @Test("accepts in texts exactly the byte sequences that Swift's own decoder accepts")
  func encodings() throws {
    let borders: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
      0xED,
      0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    let tails: [[UInt8]] = [
      [], [0x80], [0xBF], [0x41], [0xC2], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x41],
    ]
    var judged = 0
    for first in borders {
      for second in borders {
        for tail in tails {
          let text = [first, second] + tail
          let valid = String(validating: text, as: UTF8.self) != nil
          let parsed = try? JSONParser.parse([0x22] + text + [0x22])
          #expect((parsed != nil) == valid, "\(text)")
          judged += 1
        }
      }
    }
    #expect(judged == 24 * 24 * 8)
  }

  // MARK: Bounds

  @Test(
    "refuses a million unclosed containers at the first that is too deep",
    .timeLimit(.minutes(1)), arguments: ["[", #"{"a":"#, #"[{"a":"#])
  func depthBomb(_ opening: String) throws {
    let text = String(repeating: opening, count: 1_000_000)
    let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
    #expect(error?.expected == "at most 512 levels of nesting")
    #expect(try #require(error).offset <= 512 * opening.utf8.count)
  }

  private func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  @Test("allows 512 levels, or as many as it is told", arguments: [0, 1, 6, 512, 1024])
  func depth(_ maximum: Int) throws {
    let allowed = maximum == 0 ? "7" : nested(maximum)
    #expect(try JSONParser.parse(allowed, maximumDepth: maximum).compact == allowed)
    let error = #expect(throws: JSONSyntaxError.self) {
      try JSONParser.parse(nested(maximum + 1), maximumDepth: maximum)
    }
    #expect(error?.offset == maximum)
    if maximum == 512 {
      #expect(try JSONParser.parse(allowed).compact == allowed)
      #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(513)) }
    }
  }

  @Test("allows no container below a depth of zero", arguments: [-1, Int.min])
  func negativeDepth(_ maximum: Int) throws {
    #expect(try JSONParser.parse("7", maximumDepth: maximum) == 7)
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("[]", maximumDepth: maximum) }
  }

  @Test("allows no more levels than a small stack can release, whatever it is told")
  func depthCap() throws {
    let greatest = JSONParser.greatestMaximumDepth
    #expect(throws: JSONSyntaxError.self) {
      try JSONParser.parse(nested(greatest + 1), maximumDepth: .max)
    }
    for (opening, closing) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
      let levels = greatest / opening.filter { "[{".contains($0) }.count
      let text =
        String(repeating: opening, count: levels) + "1"
        + String(repeating: closing, count: levels)
      #expect(onSmallStack { Self.survives(text) }, "\(levels) × \(opening)")
    }
  }

  /// Does everything that can be done with a value to a deep one, its release included.
  private static func survives(_ text: String) -> Bool {
    guard let value = try? JSONParser.parse(text, maximumDepth: .max),
      let other = try? JSONParser.parse(text, maximumDepth: .max)
    else { return false }
    let path = JSONPath(Array(repeating: .key("a"), count: JSONParser.greatestMaximumDepth))
    return value == other && value.compact == text && !value.pretty().isEmpty
      && JSONValue.changes(from: value, to: other).isEmpty
      && value.setting(1, at: path)[path] == 1
  }

  private func onSmallStack(_ body: @escaping @Sendable () -> Bool) -> Bool {
    let outcome = Outcome()
    let thread = Thread { outcome.finish(body()) }
    thread.stackSize = 256 * 1024
    thread.start()
    return outcome.wait()
  }

  // MARK: Time

  @Test("takes a large text without copying it again and again", .timeLimit(.minutes(1)))
  func large() throws {
    let count = 200_000
    let elements = "[" + String(repeating: "1,", count: count) + "1]"
    #expect(try JSONParser.parse(elements).array?.count == count + 1)
    let members = "{" + (0..<count).map { "\"k\($0)\":{}" }.joined(separator: ",") + "}"
    #expect(try JSONParser.parse(members).object?.count == count)
    let escapes = "\"" + String(repeating: "\\n", count: count) + "\""
    #expect(try JSONParser.parse(escapes).string?.utf8.count == count)
  }

  @Test("finds the place of a fault at the end of a large text", .timeLimit(.minutes(1)))
  func largeFault() {
    let text = "[" + String(repeating: "1,\n", count: 200_000) + "é]"
    let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
    #expect(error?.line == 200_001)
    #expect(error?.column == 1)
  }
}

/// What a thread found out, once it has.
private final class Outcome: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let value = Mutex(false)

  func finish(_ result: Bool) {
    value.withLock { $0 = result }
    done.signal()
  }

  func wait() -> Bool {
    done.wait()
    return value.withLock { $0 }
  }
}
