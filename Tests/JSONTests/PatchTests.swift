import JSON
import Testing

@Suite("A JSON Patch (RFC 6902)")
struct PatchTests {
  private func applying(_ patch: String, to document: String) throws -> JSONValue {
    try JSONPatch(json: JSONParser.parse(patch)).applied(to: JSONParser.parse(document))
  }

  @Test(
    "does what the examples of appendix A say",
    arguments: [
      (
        "A.1", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#,
        #"{"baz":"qux","foo":"bar"}"#
      ),
      (
        "A.2", #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
        #"{"foo":["bar","qux","baz"]}"#
      ),
      (
        "A.3", #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#,
        #"{"foo":"bar"}"#
      ),
      (
        "A.4", #"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#,
        #"{"foo":["bar","baz"]}"#
      ),
      (
        "A.5", #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
        #"{"baz":"boo","foo":"bar"}"#
      ),
      (
        "A.6", #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
        #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
        #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
      ),
      (
        "A.7", #"{"foo":["all","grass","cows","eat"]}"#,
        #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
        #"{"foo":["all","cows","eat","grass"]}"#
      ),
      (
        "A.8", #"{"baz":"qux","foo":["a",2,"c"]}"#,
        #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
        #"{"baz":"qux","foo":["a",2,"c"]}"#
      ),
      (
        "A.10", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
        #"{"foo":"bar","child":{"grandchild":{}}}"#
      ),
      (
        "A.11", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#,
        #"{"foo":"bar","baz":"qux"}"#
      ),
      (
        "A.14", #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#,
        #"{"/":9,"~1":10}"#
      ),
      (
        "A.16", #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
        #"{"foo":["bar",["abc","def"]]}"#
      ),
      (
        "4.5", #"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/c"}]"#,
        #"{"a":{"b":1},"c":{"b":1}}"#
      ),
      ("4.1, the whole", #"{"a":1}"#, #"[{"op":"add","path":"","value":[2]}]"#, "[2]"),
      ("4.4, onto itself", #"{"a":1}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":1}"#),
    ])
  func examples(_ example: String, _ document: String, _ patch: String, _ result: String) throws {
    #expect(try applying(patch, to: document) == JSONParser.parse(result), "\(example)")
  }

  @Test(
    "is refused with the number of the step and why",
    arguments: [
      (
        #"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#, 0,
        "another value is at “/baz”"
      ),
      (
        #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, 0,
        "nothing is at “/baz”"
      ),
      (
        "{}", #"[{"op":"add","path":"/baz","value":"qux","op":"remove"}]"#, 0,
        "“op” stands twice in it"
      ),
      (
        #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":"10"}]"#, 0,
        "another value is at “/~01”"
      ),
      (
        #"{"a":1}"#, #"[{"op":"add","path":"/b","value":1},{"op":"remove","path":"/c"}]"#, 1,
        "nothing is at “/c”"
      ),
      (
        #"{"a":[1]}"#, #"[{"op":"add","path":"/a/2","value":1}]"#, 0,
        "no element can be put at “/a/2”"
      ),
      (
        #"{"a":[1]}"#, #"[{"op":"add","path":"/a/01","value":1}]"#, 0,
        "no element can be put at “/a/01”"
      ),
      (#"{"a":[1]}"#, #"[{"op":"replace","path":"/a/-","value":1}]"#, 0, "nothing is at “/a/-”"),
      (
        #"{"a":1}"#, #"[{"op":"add","path":"/a/b","value":1}]"#, 0,
        "what holds “/a/b” is no object or array"
      ),
      (
        #"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a/b"}]"#, 0,
        "/a cannot be moved into itself"
      ),
      ("{}", #"[{"op":"add","path":"b","value":1}]"#, 0, "“b” is no JSON Pointer"),
      ("{}", #"[{"op":"add","path":"/b"}]"#, 0, "“value” is missing"),
      ("{}", #"[{"op":"copy","path":"/b"}]"#, 0, "“from” is missing"),
      ("{}", #"[{"op":"put","path":"/b"}]"#, 0, "“put” is no operation"),
      ("{}", "[7]", 0, "an operation is an object"),
    ])
  func refused(_ document: String, _ patch: String, _ index: Int, _ reason: String) {
    let error = #expect(throws: JSONPatchFault.self) { try applying(patch, to: document) }
    #expect(error?.index == index)
    #expect(error?.reason == reason)
  }

  @Test("that is no array is none")
  func noArray() {
    #expect(throws: JSONPatchFault.self) { try applying("{}", to: "{}") }
  }

  @Test("is made of the differences, an array whole, numbers as they are written")
  func making() throws {
    let old = try JSONParser.parse(#"{"keep":1,"a/b":{"x":[1,2],"y":1},"gone":true,"same":1}"#)
    let new = try JSONParser.parse(#"{"keep":1.0,"a/b":{"x":[1,3],"y":1e2},"new":{},"same":1}"#)
    #expect(
      JSONPatch(from: old, to: new).json.compact
        == #"[{"op":"replace","path":"/a~1b/x","value":[1,3]},"#
        + #"{"op":"replace","path":"/a~1b/y","value":1e2},"#
        + #"{"op":"add","path":"/new","value":{}},{"op":"remove","path":"/gone"}]"#)
  }

  @Test("turns the old document into the new one, also read back", arguments: UInt64(1)...300)
  func property(_ seed: UInt64) throws {
    var documents = RandomDocument(seed: seed)
    let old = seed % 11 == 0 ? documents.value() : JSONValue.object(documents.object(depth: 4))
    let new = seed % 10 == 0 ? documents.value() : documents.variation(of: old)
    let patch = JSONPatch(from: old, to: new)
    #expect(patch.operations.isEmpty == (old == new), "seed \(seed)")
    #expect(try patch.applied(to: old) == new, "seed \(seed)")
    let read = try JSONPatch(json: JSONParser.parse(patch.json.compact))
    #expect(read == patch, "seed \(seed)")
  }
}
