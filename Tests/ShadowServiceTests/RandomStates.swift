import JSON
import Shadow

/// Random sections from few keys and values, so that they meet often.
struct RandomStates {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Members of a section, nulls among them if they are wanted, at most four levels deep.
  mutating func section(nulls: Bool) -> JSONObject { object(levels: 3, nulls: nulls) }

  /// The state of a request that is accepted.
  mutating func state() -> JSONValue {
    if chance(of: 20) { return nil }
    var state = JSONObject()
    for name in ["desired", "reported"] where !chance(of: 3) {
      state[name] = chance(of: 10) ? nil : .object(section(nulls: true))
      if state[name] == nil { state.append(key: name, value: .null) }
    }
    return .object(state)
  }

  private mutating func object(levels: Int, nulls: Bool) -> JSONObject {
    var object = JSONObject()
    for key in ["a", "b", "timestamp", "\u{E9}"] where chance(of: 2) {
      object.append(key: key, value: value(levels: levels, nulls: nulls))
    }
    return object
  }

  private mutating func value(levels: Int, nulls: Bool) -> JSONValue {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...1: nulls ? .null : 0
    case 2: 1
    case 3: JSONNumber(lexeme: "1.0").map(JSONValue.number) ?? 1
    case 4: true
    case 5: "1"
    case 6: .array(levels > 0 ? [value(levels: levels - 1, nulls: false), 1] : [])
    default: levels > 0 ? .object(object(levels: levels - 1, nulls: nulls)) : [:]
    }
  }

  private mutating func chance(of sides: Int) -> Bool {
    Int.random(in: 0..<sides, using: &generator) == 0
  }
}
