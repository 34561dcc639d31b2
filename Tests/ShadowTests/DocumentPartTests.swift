import JSON
import Shadow
import Testing

@Suite("A part of a document")
struct DocumentPartTests {
  private static let document = #"""
    {"state":{"reported":{"a":{"b":[1,{"c":null}]},"0":"zero","x/y":2,"":3},"desired":{"d":1}},
    "metadata":{"reported":{"a":{"b":[{"timestamp":1}]}}},"version":7}
    """#

  private func part(
    _ section: DocumentPart.Name?, metadata: Bool = false, _ keys: String...
  ) throws -> String {
    try DocumentPart(section: section, isMetadata: metadata, path: JSONPath(keys: keys))
      .value(in: json(Self.document)).compact
  }

  @Test("is all of it, a section, or what lies further in: keys and numbers of elements")
  func parts() throws {
    #expect(try part(nil) == json(Self.document).compact)
    #expect(try part(.desired) == #"{"d":1}"#)
    #expect(try part(nil, "version") == "7")
    #expect(try part(nil, "state", "desired", "d") == "1")
    #expect(try part(.reported, "a", "b", "0") == "1")
    #expect(try part(.reported, "a", "b", "1", "c") == "null")
    #expect(try part(.reported, "0") == #""zero""#)
    #expect(try part(.reported, "x/y") == "2")
    #expect(try part(.reported, "") == "3")
    #expect(try part(nil, metadata: true) == #"{"reported":{"a":{"b":[{"timestamp":1}]}}}"#)
    #expect(try part(.reported, metadata: true, "a", "b", "0", "timestamp") == "1")
  }

  @Test("that is not there says so: no such section, or where the path ends and what is there")
  func missing() throws {
    let section = DocumentPart.Missing.section
    #expect(throws: section) { try part(.delta) }
    #expect(throws: section) { try part(.desired, metadata: true) }
    #expect(
      throws: DocumentPart.Missing.path(
        end: JSONPath(keys: []), names: ["a", "0", "x/y", ""])
    ) { try part(.reported, "z") }
    #expect(throws: DocumentPart.Missing.path(end: JSONPath(keys: ["a"]), names: ["b"])) {
      try part(.reported, "a", "c", "d")
    }
    let array = JSONPath(keys: ["a", "b"])
    for index in ["2", "-", "01", "b"] {
      #expect(throws: DocumentPart.Missing.path(end: array, names: [])) {
        try part(.reported, "a", "b", index)
      }
    }
  }
}
