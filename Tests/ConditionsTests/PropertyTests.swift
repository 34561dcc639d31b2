import Conditions
import JSON
import Shadow
import Testing

@Suite("Conditions made up from a seed")
struct PropertyTests {
  @Test("are read back as they were written", arguments: UInt64(1)...10)
  func roundTrip(_ seed: UInt64) throws {
    var source = RandomCondition(seed: seed)
    for _ in 0..<300 {
      let condition = source.condition(depth: 4)
      let text = condition.text
      let again = try #require(try? Condition(parsing: text), "seed \(seed): \(text)")
      try #require(again == condition, "seed \(seed): \(text)")
    }
  }

  @Test(
    "never crash the reader when damaged, and a fault lies in the text", arguments: UInt64(1)...10)
  func damaged(_ seed: UInt64) throws {
    var source = RandomCondition(seed: seed)
    var (taken, refused) = (0, 0)
    for _ in 0..<300 {
      let text = source.damage(source.condition(depth: 3).text)
      switch Result(catching: { () throws(JSONSyntaxError) in try Condition(parsing: text) }) {
      case .success(let condition):
        let again = try? Condition(parsing: condition.text)
        try #require(again == condition, "seed \(seed): \(text)")
        taken += 1
      case .failure(let error):
        try #require((0...text.utf8.count).contains(error.offset), "seed \(seed): \(text)")
        try #require(!error.excerpt(of: text).isEmpty, "seed \(seed): \(text)")
        refused += 1
      }
    }
    // A generator that damages nothing, or everything, would prove nothing.
    #expect(taken > 20 && refused > 100, "seed \(seed)")
  }

  @Test("turn by time only where they said that they might", arguments: UInt64(1)...10)
  func turns(_ seed: UInt64) throws {
    var source = RandomCondition(seed: seed)
    var turned = 0
    for _ in 0..<200 {
      var watch = ConditionWatch(source.condition(depth: 1))
      watch.take(try RandomCondition.message(), at: 100_000, asked: nil)
      var now: Int64 = 100_000
      var next = watch.nextTurn(after: now)
      var before = watch.isTrue(at: now)
      while now < 130_000 {
        now += 500
        let isTrue = watch.isTrue(at: now)
        if isTrue != before {
          turned += 1
          try #require(next == now, "seed \(seed): \(watch.condition.text) turned at \(now)")
        }
        if let due = next, due <= now { next = watch.nextTurn(after: now) }
        before = isTrue
      }
    }
    #expect(turned > 3, "seed \(seed)")
  }
}

/// Conditions made up from a seed.
struct RandomCondition {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// A shadow written at several times; 100 s since 1970 is now.
  static func message() throws -> ShadowMessage {
    try #require(
      ShadowMessage(
        topic: "$aws/things/lamp1/shadow/get/accepted",
        payload: Array(
          """
          {"state":{"reported":{"a":1,"on":true,"list":[1,{"x":"y"}],"é":"text"},"desired":{"a":2}},
          "metadata":{"reported":{"a":{"timestamp":90},"on":{"timestamp":95},"list":[{"timestamp":99},
          {"x":{"timestamp":98}}],"é":{"timestamp":97}},"desired":{"a":{"timestamp":100}}},
          "version":7,"timestamp":100}
          """.utf8)))
  }

  private static let names = [
    "a", "on", "list", "é", "a.b", "a/b", "", "0", "12", "007", "\"\\", "\u{202E}", "日本", "-",
    "and", "my-key", "e\u{301}",
  ]
  private static let values: [JSONValue] = [
    1, 2, -5, 0, 12, 20, true, false, nil, "y", "", "\"\n", [1, "]"], ["a": [true]],
  ]

  mutating func condition(depth: Int) -> Condition {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 4), using: &random) {
    case 0: return .value(path(in: [.reported, .desired, .delta, .metadata]))
    case 1: return .exists(path())
    case 2: return .changed(path())
    case 3:
      let comparison = Comparison.allCases.randomElement(using: &random) ?? .equal
      let age = path(in: [.reported, .desired, .delta])
      let limit = JSONValue.number(JSONNumber(Int.random(in: -2...25, using: &random)))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return .comparison(.age(age), comparison, .literal(limit))
      case 1: return .comparison(.literal(limit), comparison, .age(age))
      case 2: return .comparison(.age(age), comparison, .value(path()))
      default:
        let isOrder = ![Comparison.equal, .unequal].contains(comparison)
        let value = isOrder ? limit : Self.values.randomElement(using: &random) ?? nil
        return .comparison(.value(path()), comparison, .literal(value))
      }
    case 4: return .not(condition(depth: depth - 1))
    case 5: return .all(list(depth))
    case 6: return .any(list(depth))
    default: return .comparison(.not(condition(depth: depth - 1)), .equal, .literal(true))
    }
  }

  private mutating func list(_ depth: Int) -> [Condition] {
    (0..<Int.random(in: 2...3, using: &random)).map { _ in condition(depth: depth - 1) }
  }

  private mutating func path(in roots: [ConditionPath.Root] = []) -> ConditionPath {
    let roots = roots.isEmpty ? ConditionPath.Root.allCases : roots
    let root = roots.randomElement(using: &random) ?? .reported
    guard root != .version else { return ConditionPath(.version) }
    return ConditionPath(
      root,
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .exactly(.index(.random(in: 0...2, using: &random)))
        case 1: .number(.random(in: 0...12, using: &random))
        default: .exactly(.key(Self.names.randomElement(using: &random) ?? "a"))
        }
      })
  }

  /// Takes out, puts in or repeats a piece.
  mutating func damage(_ text: String) -> String {
    let pieces = [
      "(", ")", "!", "=", "==", "&&", "|", "\"", "[", "]", "{", ".", "/", " ", "and", "not ", "1e",
      "~", "\\", "\u{0}", "é", "age(", "reported", "-", ",",
    ]
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let place = Int.random(in: 0...scalars.count, using: &random)
      let end = min(scalars.count, place + Int.random(in: 0...5, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: scalars.removeSubrange(place..<end)
      case 1: scalars.insert(contentsOf: scalars[place..<end], at: place)
      case 2: scalars.removeSubrange(place...)
      default:
        let piece = pieces.randomElement(using: &random) ?? ""
        scalars.insert(contentsOf: piece.unicodeScalars, at: place)
      }
    }
    var damaged = String.UnicodeScalarView()
    damaged.append(contentsOf: scalars)
    return String(damaged)
  }
}
