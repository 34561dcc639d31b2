import JSON
import Shadow

/// Messages that a service may be sent by anyone, made up from a seed: requests that are right,
/// requests with something wrong in them, and noise.
struct RequestFuzzer {
  struct Message {
    let topic: String
    let payload: [UInt8]
    let retained: Bool
    /// Seconds that have passed since the message before.
    let wait: Int64
  }

  private var states: RandomStates

  init(seed: UInt64) { states = RandomStates(seed: seed) }

  mutating func message() -> Message {
    Message(
      topic: topic(), payload: payload(), retained: one(in: 50),
      wait: one(in: 200) ? number(in: 0...200_000) : number(in: 0...2))
  }

  // MARK: Topics

  private static let names = ["lamp1", "lamp2", "gw__pump", "a:b_c-D9"]
  private static let oddNames = [
    "", "a b", "a.b", "é", "e\u{301}", "$x", "+", "#", "\u{0}", "\u{202E}", "get", "shadow", "name",
    String(repeating: "t", count: 128), String(repeating: "t", count: 129),
    String(repeating: "s", count: 65), String(repeating: "x/", count: 200),
  ]

  private mutating func topic() -> String {
    if one(in: 40) { return String(decoding: noise(atMost: 60), as: UTF8.self) }
    let thing = one(in: 15) ? pick(Self.oddNames) : pick(Self.names)
    let shadow = one(in: 15) ? pick(Self.oddNames) : pick(["config", "$package"])
    let address = ShadowAddress(thing: thing, shadow: one(in: 2) ? shadow : nil)
    if one(in: 20) { return address.topic(pick(ShadowTopic.allCases)) }
    if one(in: 30) {
      return address.prefix + pick(["", "/", "/put", "/update/", "/Get", "/name", "/update/x/y"])
    }
    let operations: [ShadowOperation] = [.update, .update, .update, .update, .get, .delete]
    return address.topic(.request(pick(operations)))
  }

  // MARK: Payloads

  private mutating func payload() -> [UInt8] {
    switch number(in: 0...15) {
    case 0: return []
    case 1: return noise(atMost: 200)
    case 2: return damaged(update())
    case 3: return invalidUTF8(update())
    case 4: return deep()
    case 5: return one(in: 20) ? huge(atMost: 120_000) : huge(atMost: 9000)
    case 6: return withDuplicates(update())
    case 7: return oddUpdate()
    case 8: return Array(pick(["{}", "[]", "null", "5", #""state""#, "{", " ", "\u{FEFF}{}"]).utf8)
    default: return update()
    }
  }

  private mutating func update() -> [UInt8] { JSONValue.object(updateBody()).compactBytes }

  private mutating func updateBody() -> JSONObject {
    var body: JSONObject = ["state": states.state()]
    if one(in: 4) { body.append(key: "version", value: .number(JSONNumber(number(in: 0...12)))) }
    if one(in: 2) { body.append(key: "clientToken", value: .string("t\(number(in: 0...999))")) }
    if one(in: 8) { body.append(key: "timestamp", value: 1_700_000_000_000) }
    return body
  }

  /// Right but for a member that has a strange value.
  private mutating func oddUpdate() -> [UInt8] {
    var body = updateBody()
    let odd: [JSONValue] = [
      nil, true, -1, 0, "", "1", [], [nil], [:], ["desired": 5], ["reported": [1]], ["delta": [:]],
      ["desired": ["a": [["b": nil]]]], .string(String(repeating: "x", count: 64)),
      .string(String(repeating: "\u{E9}", count: number(in: 31...34))),
      JSONNumber(lexeme: pick(["1.0", "1.5", "1e0", "99999999999999999999", "-0", "1e400"]))
        .map(JSONValue.number) ?? nil,
    ]
    body[pick(["state", "version", "clientToken", "timestamp", "metadata"])] = .some(pick(odd))
    if one(in: 6) { body["state"] = nil }
    return JSONValue.object(body).compactBytes
  }

  private mutating func deep() -> [UInt8] {
    let levels = one(in: 10) ? number(in: 500...3000) : number(in: 1...10)
    let (opening, closing) = pick([(#"{"a":"#, "}"), ("[", "]"), (#"{"a":["#, "]}")])
    let inner = pick(["1", "null", "{}", "[]", #"{"b":null}"#])
    let nested =
      String(repeating: opening, count: levels) + inner + String(repeating: closing, count: levels)
    let section = pick(["desired", "reported"])
    return Array(
      pick([nested, #"{"state":{"\#(section)":{"k":\#(nested)}},"clientToken":"deep"}"#]).utf8)
  }

  private mutating func huge(atMost limit: Int) -> [UInt8] {
    let count = number(in: 1...limit)
    let section = pick(["desired", "reported"])
    let text = String(repeating: pick(["x", "é", #"\n"#, #"\u0001"#]), count: count / 2)
    let members = (0..<min(count / 12, 2000)).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
    let content = pick([#"{"big":"\#(text)"}"#, "{\(members)}", #"{"big":null}"#, "null"])
    return Array(#"{"state":{"\#(section)":\#(content)}}"#.utf8)
  }

  /// Doubles a piece of the text that begins and ends at commas, which often doubles members.
  private mutating func withDuplicates(_ body: [UInt8]) -> [UInt8] {
    guard let first = body.first, body.count > 2 else { return body }
    let inside = body.dropFirst().dropLast()
    return [first] + inside + Array(",".utf8) + Array(damagedMembers(Array(inside)))
      + body.suffix(1)
  }

  private mutating func damagedMembers(_ members: [UInt8]) -> [UInt8] {
    one(in: 2) ? members : Array(#""state":\#(states.state().compact)"#.utf8)
  }

  private mutating func invalidUTF8(_ body: [UInt8]) -> [UInt8] {
    var body = body
    let bad: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5]]
    body.insert(contentsOf: pick(bad), at: Int(number(in: 0...Int64(body.count))))
    return body
  }

  /// Flips, cuts, inserts or repeats bytes once to three times.
  private mutating func damaged(_ body: [UInt8]) -> [UInt8] {
    var body = body
    for _ in 0..<number(in: 1...3) {
      let place = Int(number(in: 0...Int64(body.count)))
      let end = min(body.count, place + Int(number(in: 0...8)))
      switch number(in: 0...4) {
      case 0: if place < body.count { body[place] ^= 1 << UInt8(number(in: 0...7)) }
      case 1: body.removeSubrange(place..<end)
      case 2: body.removeSubrange(place...)
      case 3: body.insert(pick(Array(#"[]{}:,"\0e-n"#.utf8)), at: place)
      default: body.insert(contentsOf: body[place..<end], at: place)
      }
    }
    return body
  }

  private mutating func noise(atMost count: Int64) -> [UInt8] {
    (0..<number(in: 0...count)).map { _ in UInt8(number(in: 0...255)) }
  }

  // MARK: Randomness

  private mutating func number<Value: FixedWidthInteger>(in range: ClosedRange<Value>) -> Value {
    Value.random(in: range, using: &states.generator)
  }

  private mutating func one(in sides: Int) -> Bool { number(in: 1...sides) == 1 }

  private mutating func pick<Item>(_ items: [Item]) -> Item {
    items[number(in: 0...items.count - 1)]
  }
}
