import JSON
import Shadow

/// Documents made up from a seed, with what trips writers, readers and comparers.
struct RandomDocument {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let texts = [
    "", "a", "on", "state", "latlng", "a/b", "m~n", "é", "e\u{301}", "日本", "💡", "\u{0}\u{1F}",
    "\"\\/", "\u{7F}\u{9B}", "\u{202E}x", "\u{FFFF}", "line\nbreak\ttab", "a text beyond 15 bytes",
  ]
  private static let lexemes = [
    "0", "-0", "1", "1.0", "1e0", "10e-1", "-7", "3.14159", "1e400", "12345678901234567890",
    "123456789012345678901234567890", "0.000", "2E+5", "-1.5e-3", "1e99999999999999999999",
  ]

  mutating func value(depth: Int = 4) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
    case 0: .null
    case 1: .bool(.random(using: &random))
    case 2, 3: .number(number())
    case 4: .string(text())
    case 5, 6:
      .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1) })
    default: .object(object(depth: depth - 1))
    }
  }

  mutating func object(depth: Int) -> JSONObject {
    var object = JSONObject()
    for _ in 0..<Int.random(in: 0...(depth > 2 ? 14 : 5), using: &random) {
      let key = text()
      if Int.random(in: 0..<8, using: &random) == 0 {
        object.append(key: key, value: value(depth: depth))
      } else {
        object[key] = value(depth: depth)
      }
    }
    return object
  }

  /// The same document with some members changed, added, removed or moved.
  mutating func variation(of value: JSONValue) -> JSONValue {
    guard case .object(let object) = value else {
      return Int.random(in: 0..<3, using: &random) == 0 ? self.value(depth: 1) : value
    }
    var members = object.effectiveMembers.compactMap { member in
      Int.random(in: 0..<8, using: &random) == 0
        ? nil : JSONMember(key: member.key, value: variation(of: member.value))
    }
    if Bool.random(using: &random) { members.shuffle(using: &random) }
    var result = JSONObject(members: members)
    if Int.random(in: 0..<3, using: &random) == 0 { result[text()] = self.value(depth: 1) }
    return .object(result)
  }

  private mutating func number() -> JSONNumber {
    let lexeme = Self.lexemes.randomElement(using: &random) ?? "0"
    return JSONNumber(lexeme: lexeme) ?? JSONNumber(0)
  }

  private mutating func text() -> String {
    let text = Self.texts.randomElement(using: &random) ?? ""
    return Bool.random(using: &random)
      ? text : text + (Self.texts.randomElement(using: &random) ?? "")
  }
}
