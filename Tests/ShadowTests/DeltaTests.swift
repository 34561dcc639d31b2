import JSON
import Shadow
import Testing

@Suite("The delta")
struct DeltaTests {
  func delta(_ desired: String?, _ reported: String?) throws -> String? {
    let document = ShadowDocument(
      desired: try desired.map(object), reported: try reported.map(object), version: 1)
    return document.delta.map { JSONValue.object($0).compact }
  }

  @Test("does not exist without desired (8.1)")
  func withoutDesired() throws {
    #expect(try delta(nil, #"{"a":1}"#) == nil)
  }

  @Test("is desired without reported (8.1)")
  func withoutReported() throws {
    #expect(try delta(#"{"a":1,"b":{}}"#, nil) == #"{"a":1,"b":{}}"#)
  }

  @Test(
    "holds what differs, in desired's words (8.1)",
    arguments: [
      (#"{"a":1,"b":2}"#, #"{"a":1}"#, #"{"b":2}"#),
      (#"{"a":1}"#, #"{"a":2}"#, #"{"a":1}"#),
      (#"{"a":{"b":1,"c":2}}"#, #"{"a":{"b":1,"c":3}}"#, #"{"a":{"c":2}}"#),
      (#"{"a":{"b":{"c":1}}}"#, #"{"a":{"b":{}}}"#, #"{"a":{"b":{"c":1}}}"#),
      // Arrays are copied whole.
      (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#, #"{"a":[1,2]}"#),
      (#"{"a":[{"x":1},2]}"#, #"{"a":[{"x":1}]}"#, #"{"a":[{"x":1},2]}"#),
      // An empty object that reported lacks.
      (#"{"a":{}}"#, #"{"b":1}"#, #"{"a":{}}"#),
      (#"{"a":{}}"#, #"{"a":1}"#, #"{"a":{}}"#),
      // Values of different type.
      (#"{"a":1}"#, #"{"a":"1"}"#, #"{"a":1}"#),
      (#"{"a":1}"#, #"{"a":true}"#, #"{"a":1}"#),
      (#"{"a":0}"#, #"{"a":false}"#, #"{"a":0}"#),
      (#"{"a":{"b":1}}"#, #"{"a":5}"#, #"{"a":{"b":1}}"#),
      (#"{"a":5}"#, #"{"a":{"b":1}}"#, #"{"a":5}"#),
      (#"{"a":[1]}"#, #"{"a":{"0":1}}"#, #"{"a":[1]}"#),
      // Integers are not rounded, texts not normalised.
      (
        #"{"a":9007199254740993}"#, #"{"a":9007199254740992}"#, #"{"a":9007199254740993}"#
      ),
      ("{\"a\":\"\u{E9}\"}", "{\"a\":\"e\u{301}\"}", "{\"a\":\"\u{E9}\"}"),
      ("{\"\u{E9}\":1}", "{\"e\u{301}\":1}", "{\"\u{E9}\":1}"),
    ])
  func differences(_ desired: String, _ reported: String, _ expected: String) throws {
    let found = try #require(try delta(desired, reported))
    #expect(Array(found.utf8) == Array(expected.utf8))
  }

  @Test(
    "is absent, not empty, where nothing differs (8.1)",
    arguments: [
      (#"{"a":1}"#, #"{"a":1}"#), (#"{"a":1}"#, #"{"a":1.0}"#), (#"{"a":100}"#, #"{"a":1e2}"#),
      (#"{"a":1}"#, #"{"a":1,"b":2}"#), (#"{"a":{"b":1}}"#, #"{"a":{"b":1,"c":2}}"#),
      (#"{"a":{}}"#, #"{"a":{"b":1}}"#), (#"{"a":[1,{"x":1.0}]}"#, #"{"a":[1.0,{"x":1}]}"#),
      (#"{"a":{"x":1,"y":2}}"#, #"{"a":{"y":2,"x":1}}"#), ("{}", #"{"a":1}"#),
    ])
  func agreement(_ desired: String, _ reported: String) throws {
    #expect(try delta(desired, reported) == nil)
  }

  @Test("carries the matching part of desired's metadata, with its own times (4.3)")
  func metadata() throws {
    let document = ShadowDocument(
      desired: ["a": ["b": 1, "c": 2], "d": [1], "e": 5], reported: ["a": ["b": 1], "e": 5],
      desiredMetadata: [
        "a": ["b": ["timestamp": 1], "c": ["timestamp": 2]], "d": [["timestamp": 3]],
        "e": ["timestamp": 4],
      ],
      version: 1)
    let difference = try #require(document.difference)
    #expect(difference.state == ["a": ["c": 2], "d": [1]])
    #expect(difference.metadata == ["a": ["c": ["timestamp": 2]], "d": [["timestamp": 3]]])
  }

  @Test("does without metadata that is not there (14.9)")
  func withoutMetadata() throws {
    let document = ShadowDocument(desired: ["a": ["b": 1], "c": 2], version: 1)
    let difference = try #require(document.difference)
    #expect(difference.state == ["a": ["b": 1], "c": 2])
    #expect(difference.metadata.isEmpty)
  }
}
