import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Differences between documents")
struct DocumentDiffTests {
  static func diff(_ old: String, _ new: String) throws -> String {
    let diff = DocumentDiff(from: try JSONParser.parse(old), to: try JSONParser.parse(new))
    return text(diff.lines)
  }

  static func text(_ lines: [[Span]]) -> String {
    lines.map { $0.map(\.text).joined() }.joined(separator: "\n")
  }

  @Test("shows what changed as a tree, and counts what stayed at each level")
  func tree() throws {
    let old = #"{"a":1,"pump1":{"flow":11,"type":"pump","x":0,"deep":{"k":1}},"b":2,"gone":true}"#
    let new =
      #"{"a":1.0,"pump1":{"flow":12,"type":"pump","x":0,"deep":{"k":2},"on":true},"b":"2"}"#
    #expect(
      try Self.diff(old, new) == """
          pump1
        ~   flow  11 → 12
            deep
        ~     k  1 → 2
        +   on  true
            … 2 unchanged
        ~ b  2 → "2"
        − gone  true
          … 1 unchanged
        """)
  }

  @Test("shows all of what came or went")
  func whole() throws {
    #expect(
      try Self.diff(#"{"a":{"x":{}}}"#, #"{"b":{"flow":11,"list":[1,{"k":null}],"":"t"}}"#) == """
        + b
        +   flow  11
        +   list  [1,{"k":null}]
        +   ""  t
        − a
        −   x  {}
        """)
  }

  @Test(
    "compares arrays element by element",
    arguments: [
      (#"{"a":[1,2,3]}"#, #"{"a":[1,9,3]}"#, "~ a  [1,2,3] → [1,9,3]"),
      (
        "[10001,10002,10003,10004,10005]", "[10002,10003,10004,10005,10006]",
        """
        − [0]  10001
        + [4]  10006
          … 4 unchanged
        """
      ),
      (
        "[1.25,2.25,3.25,4.25,5.25,6.25]", "[1.25,2.5,3.25,4.25,5.5,6.25]",
        """
        ~ [1]  2.25 → 2.5
        ~ [4]  5.25 → 5.5
          … 4 unchanged
        """
      ),
      (
        #"[{"name":"one","on":true},{"name":"two"}]"#,
        #"[{"name":"one","on":false},{"name":"two"}]"#,
        """
          [0]
        ~   on  true → false
            … 1 unchanged
          … 1 unchanged
        """
      ),
      ("[]", "[1]", "+ [0]  1"), (#"{"a":[1]}"#, #"{"a":{"k":1}}"#, #"~ a  [1] → {"k":1}"#),
      ("1", "2", "~ 1 → 2"), ("[1]", "[1.0]", "  … 1 unchanged"),
    ])
  func arrays(_ old: String, _ new: String, _ expected: String) throws {
    #expect(try Self.diff(old, new) == expected)
  }

  @Test("puts long texts below each other, from shortly before the first difference on")
  func longTexts() throws {
    let same = String(repeating: "same ", count: 300)
    #expect(
      try Self.diff(
        #"{"t":"\#(same)old one and some more, so that it is long indeed."}"#,
        #"{"t":"\#(same)new"}"#) == """
          − t  …e same same old one and some more, so that it is long indeed.
          + t  …e same same new
          """)
  }

  @Test("marks each line by the role of its sign, and counts")
  func roles() throws {
    let diff = DocumentDiff(
      from: ["a": 1, "b": 2, "d": 4], to: ["a": 2, "c": ["x": 1, "y": 2], "d": 5])
    #expect(
      diff.lines.map { $0[0] } == [
        Span("~", .differs), Span("+", .added), Span("+", .added), Span("+", .added),
        Span("~", .differs), Span("−", .removed),
      ])
    #expect(diff.lines[0].suffix(3).map(\.role) == [.removed, .textDim, .added])
    #expect(Self.text([diff.summary]) == "~2 +1 −1")
    #expect(!diff.isEmpty)
  }

  @Test("names the versions of two shadows and leaves metadata out")
  func shadows() {
    let old = ShadowDocument(
      desired: ["flow": 12], reported: ["flow": 11, "on": true],
      reportedMetadata: ["flow": ["timestamp": 1]], version: 41)
    var new = old
    new.version = 42
    #expect(
      Self.text(DocumentDiff(from: old, to: new).lines)
        == "  v41 → v42\n  The state is the same in both.")
    new.reported = ["flow": 12, "on": true]
    new.desired = nil
    new.reportedMetadata = nil
    #expect(
      Self.text(DocumentDiff(from: old, to: new).lines) == """
          v41 → v42
          reported
        ~   flow  11 → 12
            … 1 unchanged
        − desired
        −   flow  12
        """)
    #expect(
      Self.text(DocumentDiff(from: nil, to: new).lines).hasPrefix("  no shadow → v42\n+ reported"))
  }

  @Test("counts the lines for which there is no room")
  func limit() {
    let many = JSONObject(members: (0..<100).map { JSONMember(key: "\($0)", value: 1) })
    let diff = DocumentDiff(from: [:], to: .object(many), limit: 10)
    #expect(diff.lines.count == 11)
    #expect(Self.text([diff.lines[10]]) == "… 90 more lines")
    #expect(diff.added == 100)
  }

  @Test("takes arrays as deep as the parser does, and long ones")
  func extremes() throws {
    let open = String(repeating: "[7,", count: 500)
    let close = String(repeating: "]", count: 500)
    #expect(try Self.diff(open + "1" + close, open + "2" + close).contains("+"))
    let long = (0..<5000).map { JSONValue.number(JSONNumber($0)) }
    let diff = DocumentDiff(from: .array(long), to: .array(long.reversed()))
    #expect(diff.changed == 5000)
  }

  @Test("finds as many differences as there are, whatever the arrays", arguments: 0..<20 as Range)
  func random(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func array() -> [JSONValue] {
      (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        .string(String(repeating: "x", count: Int.random(in: 20...24, using: &generator)))
      }
    }
    let (old, new) = (array(), array())
    let diff = DocumentDiff(from: .array(old), to: .array(new))
    #expect(diff.isEmpty == (JSONValue.array(old) == .array(new)))
    #expect(new.count - old.count == diff.added - diff.removed || old.isEmpty || new.isEmpty)
  }
}
