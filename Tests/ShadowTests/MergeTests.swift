import JSON
import Shadow
import Testing

@Suite("A merge")
struct MergeTests {
  /// The document after requests at the seconds 1, 2, 3 and so on.
  func desired(after requests: [String]) throws -> ShadowDocument {
    var document = ShadowDocument(version: 0)
    for (index, text) in requests.enumerated() {
      let request = try UpdateRequest(
        payload: bytes(#"{"state":{"desired":\#(text)}}"#), limits: ShadowLimits())
      document.merge(request, at: Int64(index + 1))
    }
    return document
  }

  @Test(
    "writes, replaces and removes keys (5)",
    arguments: [
      ("adds a key", [#"{"a":1}"#, #"{"b":2}"#], #"{"a":1,"b":2}"#),
      ("replaces a value", [#"{"a":1}"#, #"{"a":"x"}"#], #"{"a":"x"}"#),
      ("merges objects", [#"{"o":{"x":1}}"#, #"{"o":{"y":2}}"#], #"{"o":{"x":1,"y":2}}"#),
      (
        "merges at every depth", [#"{"o":{"p":{"x":1},"q":1}}"#, #"{"o":{"p":{"y":2}}}"#],
        #"{"o":{"p":{"x":1,"y":2},"q":1}}"#
      ),
      ("changes nothing with an empty section", [#"{"a":1}"#, "{}"], #"{"a":1}"#),
      ("removes a key", [#"{"a":1,"b":2}"#, #"{"a":null}"#], #"{"b":2}"#),
      (
        "removes a key inside", [#"{"o":{"x":1,"y":2}}"#, #"{"o":{"x":null}}"#],
        #"{"o":{"y":2}}"#
      ),
      ("removes an object", [#"{"o":{"x":1},"b":2}"#, #"{"o":null}"#], #"{"b":2}"#),
      (
        "leaves {} of the last key inside", [#"{"o":{"x":1}}"#, #"{"o":{"x":null}}"#], #"{"o":{}}"#
      ),
      ("ignores null for a missing key", [#"{"a":1}"#, #"{"ghost":null}"#], #"{"a":1}"#),
      (
        "ignores null for a missing key inside", [#"{"o":{"x":1}}"#, #"{"o":{"ghost":null}}"#],
        #"{"o":{"x":1}}"#
      ),
      ("stores no null of a new object", [#"{"o":{"x":null,"y":1}}"#], #"{"o":{"y":1}}"#),
      (
        "stores no null deep in a new object", [#"{"o":{"p":{"x":null,"y":1}}}"#],
        #"{"o":{"p":{"y":1}}}"#
      ),
      ("stores {} of a new object of nulls", [#"{"o":{"x":null}}"#], #"{"o":{}}"#),
      (
        "stores no null of an object over a scalar", [#"{"o":1}"#, #"{"o":{"x":null,"y":2}}"#],
        #"{"o":{"y":2}}"#
      ),
      ("replaces arrays whole", [#"{"a":[1,2,3]}"#, #"{"a":[4]}"#], #"{"a":[4]}"#),
      (
        "never merges inside arrays", [#"{"a":[{"x":1}]}"#, #"{"a":[{"y":2}]}"#],
        #"{"a":[{"y":2}]}"#
      ),
      (
        "changes types", [#"{"a":1,"b":{"x":1},"c":[1]}"#, #"{"a":{"y":1},"b":[2],"c":{"z":0}}"#],
        #"{"a":{"y":1},"b":[2],"c":{"z":0}}"#
      ),
      (
        "stores what looks empty", [#"{"a":"","b":0,"c":false,"d":[],"e":{}}"#],
        #"{"a":"","b":0,"c":false,"d":[],"e":{}}"#
      ),
      ("stores {} over a scalar", [#"{"a":1}"#, #"{"a":{}}"#], #"{"a":{}}"#),
      (
        "changes nothing with {} over an object", [#"{"o":{"x":1}}"#, #"{"o":{}}"#],
        #"{"o":{"x":1}}"#
      ),
      (
        "removes a key named state and nothing more", [#"{"state":1,"b":2}"#, #"{"state":null}"#],
        #"{"b":2}"#
      ),
      (
        "rounds no number", [#"{"a":9223372036854775807,"b":12345678901234567890,"c":1.0}"#],
        #"{"a":9223372036854775807,"b":12345678901234567890,"c":1.0}"#
      ),
      (
        "takes the words of the last writer", [#"{"a":1}"#, #"{"a":1.00}"#], #"{"a":1.00}"#
      ),
      (
        "keeps keys apart that only look alike", ["{\"\u{E9}\":1}", "{\"e\u{301}\":2}"],
        "{\"\u{E9}\":1,\"e\u{301}\":2}"
      ),
    ])
  func rules(_ rule: String, _ requests: [String], _ expected: String) throws {
    let stored = try #require(try desired(after: requests).desired)
    #expect(Array(JSONValue.object(stored).compactBytes) == bytes(expected), "\(rule)")
  }

  @Test(
    "leaves no section without a key (5, rule 6)",
    arguments: [
      ["{}"], [#"{"a":null}"#], [#"{"a":1}"#, #"{"a":null}"#], [#"{"a":1}"#, "null"], ["null"],
    ])
  func emptySection(_ requests: [String]) throws {
    #expect(try desired(after: requests) == ShadowDocument(version: 0))
  }

  @Test("touches only the sections that the request mentions (5, rule 2)")
  func otherSection() throws {
    var document = ShadowDocument(version: 0)
    document.merge(UpdateRequest(desired: .merge(["a": 1]), reported: .merge(["b": 2])), at: 1)
    document.merge(UpdateRequest(desired: .remove), at: 2)
    #expect(
      document
        == ShadowDocument(
          reported: ["b": 2], reportedMetadata: ["b": ["timestamp": 1]], version: 0))
  }

  @Test("of state null removes both sections and all metadata (5, rule 1)")
  func stateNull() throws {
    var document = ShadowDocument(version: 4)
    document.merge(UpdateRequest(desired: .merge(["a": 1]), reported: .merge(["b": 2])), at: 1)
    let request = try UpdateRequest(payload: bytes(#"{"state":null}"#), limits: ShadowLimits())
    document.merge(request, at: 2)
    #expect(document == ShadowDocument(version: 4))
  }

  @Test(
    "stamps what it writes and nothing else (7)",
    arguments: [
      ("every leaf", [#"{"a":1,"b":{"c":"x","d":true}}"#], #"{"a":@1,"b":{"c":@1,"d":@1}}"#),
      ("arrays by element", [#"{"a":[1,[2],{"x":3}]}"#], #"{"a":[@1,[@1],{"x":@1}]}"#),
      ("empty ones as they are", [#"{"a":[],"b":{}}"#], #"{"a":[],"b":{}}"#),
      ("the same value again", [#"{"a":1,"b":1}"#, #"{"a":1}"#], #"{"a":@2,"b":@1}"#),
      (
        "an array throughout", [#"{"a":[1,2],"b":0}"#, #"{"a":[1,2,3]}"#],
        #"{"a":[@2,@2,@2],"b":@1}"#
      ),
      (
        "only the leaf inside", [#"{"o":{"x":1,"p":{"y":2}}}"#, #"{"o":{"p":{"z":3}}}"#],
        #"{"o":{"x":@1,"p":{"y":@1,"z":@2}}}"#
      ),
      (
        "nothing that is removed", [#"{"a":1,"b":{"c":1,"d":1}}"#, #"{"b":{"c":null}}"#],
        #"{"a":@1,"b":{"d":@1}}"#
      ),
      (
        "a change of type", [#"{"a":1,"b":{"x":1},"c":[1]}"#, #"{"a":{"y":1},"b":[2],"c":3}"#],
        #"{"a":{"y":@2},"b":[@2],"c":@2}"#
      ),
      ("no null of a new object", [#"{"o":{"x":null,"y":1}}"#], #"{"o":{"y":@1}}"#),
      ("nothing with {} over an object", [#"{"o":{"x":1}}"#, #"{"o":{}}"#], #"{"o":{"x":@1}}"#),
      (
        "a key named timestamp", [#"{"timestamp":5,"o":{"timestamp":{"timestamp":6}}}"#],
        #"{"timestamp":@1,"o":{"timestamp":{"timestamp":@1}}}"#
      ),
    ])
  func metadata(_ rule: String, _ requests: [String], _ expected: String) throws {
    // `@2` stands for a leaf written at the second 2.
    let expected = expected.replacing(#/@(\d)/#) { "{\"timestamp\":\($0.output.1)}" }
    let metadata = try #require(try desired(after: requests).desiredMetadata)
    #expect(JSONValue.object(metadata).compact == expected, "\(rule)")
  }

  @Test(
    "echoes null as a leaf, wherever it stands (4.2, 7.6)",
    arguments: [
      ("null", #"{"timestamp":9}"#), ("{}", "{}"),
      (#"{"desired":null}"#, #"{"desired":{"timestamp":9}}"#),
      (#"{"desired":{"a":null,"b":{}}}"#, #"{"desired":{"a":{"timestamp":9},"b":{}}}"#),
    ])
  func echo(_ state: String, _ expected: String) throws {
    #expect(ShadowMetadata.mirroring(try json(state), at: 9).compact == expected)
  }
}
