import JSON
import Testing

@Suite("A JSON Merge Patch (RFC 7396)")
struct MergePatchTests {
  static let examples: [(String, String, String)] = [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, "{}"),
    (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
    (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
    (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
    (#"{"a":"foo"}"#, "null", "null"),
    (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
    ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    // Section 3.
    (
      #"{"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"#
        + #""tags":["example","sample"],"content":"This will be unchanged"}"#,
      #"{"title":"Hello!","phoneNumber":"+01-123-456-7890","#
        + #""author":{"familyName":null},"tags":["example"]}"#,
      #"{"title":"Hello!","author":{"givenName":"John"},"tags":["example"],"#
        + #""content":"This will be unchanged","phoneNumber":"+01-123-456-7890"}"#
    ),
  ]

  @Test("does what the examples of section 3 and appendix A say", arguments: examples)
  func asSpecified(_ document: String, _ patch: String, _ result: String) throws {
    let patch = JSONMergePatch(json: try JSONParser.parse(patch))
    #expect(try patch.applied(to: JSONParser.parse(document)) == JSONParser.parse(result))
  }

  @Test("is made of the differences, null for what is gone")
  func making() throws {
    let old = try JSONParser.parse(#"{"keep":1,"in":{"x":[1,2],"y":1},"gone":true}"#)
    let new = try JSONParser.parse(#"{"keep":1.0,"in":{"x":[1,null],"y":1e2},"new":{}}"#)
    #expect(
      try JSONMergePatch(from: old, to: new).json.compact
        == #"{"in":{"x":[1,null],"y":1e2},"new":{},"gone":null}"#)
  }

  @Test(
    "cannot make a member of an object null, and says which",
    arguments: [
      (#"{"a":1}"#, #"{"a":null}"#, "/a"), ("{}", #"{"a":{"b":{"c":null}}}"#, "/a/b/c"),
      ("1", #"{"a":null}"#, "/a"),
    ])
  func inexpressible(_ old: String, _ new: String, _ path: String) throws {
    let (old, new) = (try JSONParser.parse(old), try JSONParser.parse(new))
    let error = #expect(throws: JSONMergePatch.Inexpressible.self) {
      try JSONMergePatch(from: old, to: new)
    }
    #expect(error?.path.pointer == path)
  }

  @Test("leaves a null that was there", arguments: [#"{"a":null,"b":1}"#, #"{"a":[{"c":null}]}"#])
  func nullBefore(_ old: String) throws {
    let old = try JSONParser.parse(old)
    let new = old.setting(2, at: JSONPath(keys: ["b"]))
    #expect(try JSONMergePatch(from: old, to: new).applied(to: old) == new)
  }

  @Test(
    "turns the old document into the new one, or says that it cannot", arguments: UInt64(1)...300)
  func property(_ seed: UInt64) {
    var documents = RandomDocument(seed: seed)
    let old = seed % 11 == 0 ? documents.value() : JSONValue.object(documents.object(depth: 4))
    let new = seed % 10 == 0 ? documents.value() : documents.variation(of: old)
    do {
      let patch = try JSONMergePatch(from: old, to: new)
      #expect(patch.applied(to: old) == new, "seed \(seed)")
      if old == new { #expect(patch.applied(to: new) == new, "seed \(seed)") }
    } catch {
      #expect(new[error.path] == .null, "seed \(seed)")
    }
  }
}
