import JSON
import Testing

@Suite("The changes between two documents")
struct DiffTests {
  private func changes(_ old: String, _ new: String) throws -> [String] {
    try JSONValue.changes(from: JSONParser.parse(old), to: JSONParser.parse(new)).map { change in
      let sign =
        switch change.kind {
        case .added(let new): "+ \(new.compact)"
        case .removed(let old): "- \(old.compact)"
        case .changed(let old, let new): "\(old.compact) > \(new.compact)"
        }
      return "\(change.path.pointer) \(sign)"
    }
  }

  @Test("name what was added, removed and changed, at any depth")
  func kinds() throws {
    #expect(
      try changes(
        #"{"keep":1,"gone":2,"in":{"x":1,"y":{"z":1},"old":null}}"#,
        #"{"new":[1],"keep":1,"in":{"y":{"z":2},"x":1,"more":{}}}"#)
        == ["/new + [1]", "/in/y/z 1 > 2", "/in/more + {}", "/in/old - null", "/gone - 2"])
  }

  @Test(
    "are none between equal documents",
    arguments: [
      ("{}", "{}"), (#"{"a":1,"b":[1,2]}"#, #"{"b":[1.0,2],"a":1e0}"#), ("[]", "[]"), ("1", "1.0"),
      (#"{"a":1,"a":2}"#, #"{"a":2}"#),
    ])
  func none(_ old: String, _ new: String) throws { #expect(try changes(old, new).isEmpty) }

  @Test("take an array as one value")
  func arrays() throws {
    #expect(
      try changes(#"{"a":[1,{"b":2}]}"#, #"{"a":[1,{"b":3}]}"#)
        == [#"/a [1,{"b":2}] > [1,{"b":3}]"#])
  }

  @Test("take a value whose type changed as one, also between object and scalar")
  func types() throws {
    #expect(
      try changes(#"{"a":{"b":1},"c":1}"#, #"{"a":1,"c":{"d":1}}"#)
        == [#"/a {"b":1} > 1"#, #"/c 1 > {"d":1}"#])
    #expect(try changes(#"{"a":1}"#, #"{"a":"1"}"#) == [#"/a 1 > "1""#])
    #expect(try changes(#"{"a":null}"#, "{}") == ["/a - null"])
  }

  @Test("concern the whole document where it is no object")
  func whole() throws {
    #expect(try changes("1", "2") == [" 1 > 2"])
    #expect(try changes("{}", "[]") == [" {} > []"])
  }

  @Test("tell the composed from the decomposed é")
  func codePoints() throws {
    #expect(try changes("{\"\u{E9}\":1}", "{\"e\u{301}\":1}").count == 2)
  }

  @Test("know the value before and after")
  func sides() {
    let path = JSONPath(keys: ["a"])
    let added = JSONChange(path: path, kind: .added(1))
    let removed = JSONChange(path: path, kind: .removed(1))
    let changed = JSONChange(path: path, kind: .changed(old: 1, new: 2))
    #expect([added.old, removed.old, changed.old] == [nil, 1, 1])
    #expect([added.new, removed.new, changed.new] == [1, nil, 2])
  }

  @Test("turn the old document into the new one when applied", arguments: UInt64(1)...300)
  func applying(_ seed: UInt64) {
    var documents = RandomDocument(seed: seed)
    let old = JSONValue.object(documents.object(depth: 4))
    let new = seed % 10 == 0 ? documents.value() : documents.variation(of: old)
    let changes = JSONValue.changes(from: old, to: new)
    #expect(old.applying(changes) == new, "seed \(seed)")
    #expect(changes.isEmpty == (old == new), "seed \(seed)")
    #expect(JSONValue.changes(from: new, to: new).isEmpty, "seed \(seed)")
  }

  @Test("are found among 100,000 members", .timeLimit(.minutes(1)))
  func large() {
    let members = (0..<100_000).map { JSONMember(key: "k\($0)", value: .number(JSONNumber($0))) }
    let old = JSONValue.object(JSONObject(members: members))
    let new = JSONValue.object(
      JSONObject(
        members: members.dropFirst().reversed() + [
          JSONMember(key: "new", value: true)
        ]))
    #expect(
      JSONValue.changes(from: old, to: new) == [
        JSONChange(path: JSONPath(keys: ["new"]), kind: .added(true)),
        JSONChange(path: JSONPath(keys: ["k0"]), kind: .removed(0)),
      ])
  }
}
