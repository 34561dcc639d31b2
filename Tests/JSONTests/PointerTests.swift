import JSON
import Testing

@Suite("A JSON pointer")
struct PointerTests {
  /// The document of RFC 6901 section 5.
  static let document = #"""
    {
      "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6,
      " ": 7, "m~n": 8
    }
    """#

  @Test(
    "points to what RFC 6901 section 5 says, and is written again as it was",
    arguments: [
      ("/foo", #"["bar","baz"]"#), ("/foo/0", #""bar""#), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"),
      ("/e^f", "3"), ("/g|h", "4"), (#"/i\j"#, "5"), (#"/k"l"#, "6"), ("/ ", "7"), ("/m~0n", "8"),
    ])
  func section5(_ text: String, _ value: String) throws {
    let document = try JSONParser.parse(Self.document)
    let path = try #require(JSONPointer(text)?.path(in: document))
    #expect(document[path]?.compact == value)
    #expect(path.pointer == text)
  }

  @Test("points to the whole document when it is empty")
  func whole() throws {
    let document = try JSONParser.parse(Self.document)
    let path = try #require(JSONPointer("")?.path(in: document))
    #expect(path.isEmpty)
    #expect(document[path] == document)
    #expect(path.pointer == "")
  }

  @Test(
    "is not made of a text without a leading slash or with a stray tilde",
    arguments: ["foo", "#/foo", " /foo", "/~", "/~2", "/a~", "/~~0", "/a~b"])
  func malformed(_ text: String) { #expect(JSONPointer(text) == nil) }

  @Test("reads ~01 as ~1, not as /")
  func order() { #expect(JSONPointer("/~01")?.tokens == ["~1"]) }

  @Test(
    "points to nothing where the way ends",
    arguments: [
      "/nothing", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/-1", "/foo/0/x",
      "/foo/99999999999999999999", "/foo/", "//", "/m~0n/a", "/foo/1.0", "/foo/١",
    ])
  func missing(_ text: String) throws {
    let document = try JSONParser.parse(Self.document)
    let pointer = try #require(JSONPointer(text))
    #expect(pointer.path(in: document) == nil)
  }

  @Test("takes digits as a key beside an object and as an index beside an array")
  func digits() throws {
    let pointer = try #require(JSONPointer("/0"))
    #expect(pointer.path(in: ["0": true])?.steps == [.key("0")])
    #expect(pointer.path(in: [true])?.steps == [.index(0)])
  }

  @Test(
    "of a path escapes tilde before slash and finds the same place again",
    arguments: ["a/b", "m~n", "~1", "~01", "/", "~", "", "é", "e\u{301}", "/~/~"])
  func escaping(_ key: String) throws {
    let path = JSONPath(keys: ["x", key])
    let document = JSONValue.null.setting("here", at: path)
    #expect(JSONPointer(path.pointer)?.path(in: document) == path)
  }

  @Test("differs from another by code points")
  func codePoints() {
    #expect(JSONPointer("/\u{E9}") != JSONPointer("/e\u{301}"))
    #expect(JSONPath(keys: ["\u{E9}"]) != JSONPath(keys: ["e\u{301}"]))
    #expect(JSONStep.key("0") != JSONStep.index(0))
    #expect(Set([JSONPath(keys: ["\u{E9}"]), JSONPath(keys: ["e\u{301}"])]).count == 2)
  }

  @Test("knows its parent, its last step and what lies inside it")
  func relations() {
    let path = JSONPath(keys: ["a", "b"])
    #expect(path.parent == JSONPath(keys: ["a"]))
    #expect(JSONPath().parent == nil)
    #expect(path.last == .key("b"))
    #expect(path.isPrefix(of: path.appending(index: 3).appending(key: "c")))
    #expect(path.isPrefix(of: path))
    #expect(!path.isPrefix(of: JSONPath(keys: ["a"])))
    #expect(!path.isPrefix(of: JSONPath(keys: ["a", "bc"])))
    #expect(path.appending(index: 3).pointer == "/a/b/3")
  }
}
