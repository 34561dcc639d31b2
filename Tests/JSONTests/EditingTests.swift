import JSON
import Testing

@Suite("A JSON document edited at a path")
struct EditingTests {
  private func setting(_ value: JSONValue, at steps: [JSONStep], in text: String) throws -> String {
    try JSONParser.parse(text).setting(value, at: JSONPath(steps)).compact
  }

  @Test("replaces a member in its place and leaves every other lexeme and order alone")
  func replaces() throws {
    #expect(
      try setting(2, at: [.key("m"), .key("b")], in: #"{"z":1.0,"m":{"b":1,"a":1e3},"a":-0}"#)
        == #"{"z":1.0,"m":{"b":2,"a":1e3},"a":-0}"#)
  }

  @Test("creates objects on the way")
  func creates() throws {
    let steps: [JSONStep] = [.key("a"), .key("b"), .key("c")]
    #expect(try setting(1, at: steps, in: "{}") == #"{"a":{"b":{"c":1}}}"#)
    #expect(try setting(1, at: steps, in: "null") == #"{"a":{"b":{"c":1}}}"#)
    #expect(
      try setting(1, at: steps, in: #"{"x":0,"a":{"y":0}}"#) == #"{"x":0,"a":{"y":0,"b":{"c":1}}}"#)
  }

  @Test("makes an object of a value that stands in the way")
  func standsInTheWay() throws {
    #expect(try setting(1, at: [.key("a"), .key("b")], in: #"{"a":7}"#) == #"{"a":{"b":1}}"#)
    #expect(try setting(1, at: [.key("a"), .key("b")], in: #"{"a":[7]}"#) == #"{"a":{"b":1}}"#)
  }

  @Test("is the new value at the empty path")
  func root() throws {
    #expect(try setting([1], at: [], in: "{}") == "[1]")
  }

  @Test("sets null as a value")
  func null() throws {
    #expect(try setting(.null, at: [.key("a")], in: #"{"a":1}"#) == #"{"a":null}"#)
  }

  @Test("replaces an element by its index and appends one at the count")
  func elements() throws {
    #expect(try setting(9, at: [.key("a"), .index(0)], in: #"{"a":[1,2]}"#) == #"{"a":[9,2]}"#)
    #expect(try setting(9, at: [.key("a"), .index(2)], in: #"{"a":[1,2]}"#) == #"{"a":[1,2,9]}"#)
    #expect(
      try setting(9, at: [.index(1), .key("x"), .key("y")], in: "[0]") == #"[0,{"x":{"y":9}}]"#)
  }

  @Test(
    "stays as it was where an index leads nowhere",
    arguments: [
      [.key("a"), .index(3)], [.key("a"), .index(-1)], [.index(0)], [.key("new"), .index(0)],
      [.key("n"), .index(0)], [.key("a"), .index(5), .key("x")],
      [.key("new"), .key("x"), .index(0)],
    ] as [[JSONStep]])
  func leadsNowhere(_ steps: [JSONStep]) throws {
    let text = #"{"a":[1,2],"n":1}"#
    #expect(try setting(9, at: steps, in: text) == text)
  }

  @Test("sets the member of a duplicate key that counts and drops the others")
  func duplicates() throws {
    #expect(try setting(9, at: [.key("a")], in: #"{"a":1,"b":2,"a":3}"#) == #"{"b":2,"a":9}"#)
  }

  @Test(
    "loses a member or element that is removed, and nothing else",
    arguments: [
      ([.key("a")], #"{"b":[1,{"c":2}]}"#),
      ([.key("b"), .index(0)], #"{"a":{"x":1},"b":[{"c":2}]}"#),
      ([.key("a"), .key("x")], #"{"a":{},"b":[1,{"c":2}]}"#),
      ([.key("b"), .index(1), .key("c")], #"{"a":{"x":1},"b":[1,{}]}"#), ([], "null"),
    ] as [([JSONStep], String)])
  func removing(_ steps: [JSONStep], _ rest: String) throws {
    let document = try JSONParser.parse(#"{"a":{"x":1},"b":[1,{"c":2}]}"#)
    #expect(document.removing(at: JSONPath(steps)).compact == rest)
  }

  @Test(
    "stays as it was where there is nothing to remove",
    arguments: [
      [.key("z")], [.key("a"), .key("z")], [.key("a"), .key("x"), .key("y")],
      [.key("b"), .index(2)],
      [.key("z"), .key("y")], [.index(0)], [.key("b"), .key("0")],
    ] as [[JSONStep]])
  func removingNothing(_ steps: [JSONStep]) throws {
    let text = #"{"a":{"x":1},"b":[1,{"c":2}]}"#
    #expect(try JSONParser.parse(text).removing(at: JSONPath(steps)).compact == text)
  }

  @Test("holds what was set, at any path of keys", arguments: UInt64(1)...50)
  func property(_ seed: UInt64) {
    var documents = RandomDocument(seed: seed)
    let document = documents.value()
    let value = documents.value(depth: 1)
    let path = JSONPath(keys: ["a", "on", "é"].shuffled(using: &documents.random))
    #expect(document.setting(value, at: path)[path] == value, "seed \(seed)")
    #expect(document.setting(value, at: path).removing(at: path)[path] == nil, "seed \(seed)")
  }
}
