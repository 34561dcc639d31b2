import JSON
import Shadow
import Testing

@Suite("JSON equality")
struct EqualityTests {
  @Test(
    "goes by value: number lexemes and member order do not matter",
    arguments: [
      ("1", "1.0"), ("[1,[2.50]]", "[1e0, [ 25e-1 ]]"), (#"{"a":1,"b":2}"#, #"{"b":2.0,"a":1}"#),
      (#""\u0041""#, #""A""#), (#"{"a":{},"b":[]}"#, #"{"b":[],"a":{}}"#), ("null", " null "),
      (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#"{"a":1,"b":0,"a":2}"#, #"{"a":2,"b":0,"b":0}"#),
    ])
  func equal(_ left: String, _ right: String) throws {
    #expect(try JSONParser.parse(left) == JSONParser.parse(right))
    #expect(try JSONParser.parse(right) == JSONParser.parse(left))
  }

  @Test(
    "tells types, order of elements, keys and code points apart",
    arguments: [
      ("1", "\"1\""), ("1", "true"), ("0", "false"), ("0", "null"), ("null", "\"null\""),
      ("[]", "{}"), ("[1,2]", "[2,1]"), ("[1]", "[1,1]"), ("[[]]", "[[[]]]"), ("[1]", "1"),
      (#"{"a":1}"#, #"{"a":1,"b":1}"#), (#"{"a":1}"#, #"{"A":1}"#),
      (#"{"a":1,"a":2}"#, #"{"a":1}"#),
      (#"{"a":{"b":1}}"#, #"{"a":{"b":2}}"#), (#"{"a":null}"#, "{}"),
      ("\"\u{E9}\"", "\"e\u{301}\""), ("{\"\u{E9}\":1}", "{\"e\u{301}\":1}"),
    ])
  func different(_ left: String, _ right: String) throws {
    #expect(try JSONParser.parse(left) != JSONParser.parse(right))
    #expect(try JSONParser.parse(right) != JSONParser.parse(left))
  }

  @Test("holds for large objects in any order", arguments: [UInt64(11), 12, 13])
  func large(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let members = (0..<500).map { JSONMember(key: "k\($0)", value: .number(JSONNumber($0))) }
    let object = JSONObject(members: members)
    #expect(object == JSONObject(members: members.shuffled(using: &random)), "seed \(seed)")
    var other = object
    other["k250"] = "250"
    #expect(object != other)
  }
}
