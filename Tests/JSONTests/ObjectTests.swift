import JSON
import Testing

@Suite("A JSON object")
struct ObjectTests {
  /// Few members are found by a walk, many by an index: both must behave alike.
  static let sizes = [0, 3, 7, 8, 9, 40]

  private func object(_ size: Int, then members: [(String, JSONValue)] = []) -> JSONObject {
    JSONObject(
      members: (0..<size).map { JSONMember(key: "k\($0)", value: .number(JSONNumber($0))) }
        + members.map { JSONMember(key: $0.0, value: $0.1) })
  }

  private func keys(_ object: JSONObject) -> [String] { object.map(\.key) }

  @Test("keeps its members in the order of the text")
  func order() throws {
    let text = #"{"z":1,"a":2,"m":{"y":1,"b":2},"":3}"#
    #expect(try JSONParser.parse(text).compact == text)
  }

  @Test("keeps duplicate keys, names them, and lets the last count", arguments: sizes)
  func duplicates(_ size: Int) {
    let object = object(size, then: [("a", 1), ("b", 2), ("a", 3), ("b", 4), ("a", 5)])
    #expect(object.count == size + 5)
    #expect(object.hasDuplicates)
    #expect(object.duplicateKeys == ["a", "b"])
    #expect(object["a"] == 5)
    #expect(object.effectiveMembers.suffix(2).map(\.value) == [4, 5])
    #expect(object.effectiveMembers.count == size + 2)
    #expect(object == self.object(size, then: [("b", 4), ("a", 5)]))
  }

  @Test("names no duplicates where there are none", arguments: sizes)
  func noDuplicates(_ size: Int) {
    let object = object(size)
    #expect(!object.hasDuplicates)
    #expect(object.duplicateKeys.isEmpty)
    #expect(object.effectiveMembers == object.members)
  }

  @Test("takes the composed and the decomposed é as two keys", arguments: sizes)
  func canonicalEquivalence(_ size: Int) {
    var object = object(size, then: [("\u{E9}", 1), ("e\u{301}", 2)])
    #expect(!object.hasDuplicates)
    #expect(object["\u{E9}"] == 1)
    #expect(object["e\u{301}"] == 2)
    object["e\u{301}"] = nil
    #expect(object["\u{E9}"] == 1)
    #expect(object["e\u{301}"] == nil)
  }

  @Test("replaces a member in its place and drops its duplicates", arguments: sizes)
  func replacing(_ size: Int) {
    var object = object(size, then: [("a", 1), ("b", 2), ("a", 3), ("c", 4)])
    object["a"] = 9
    #expect(keys(object).suffix(3) == ["b", "a", "c"])
    #expect(object["a"] == 9)
    #expect(!object.hasDuplicates)
  }

  @Test("appends a member that is new", arguments: sizes)
  func appending(_ size: Int) {
    var object = object(size)
    object["new"] = true
    #expect(keys(object).last == "new")
    #expect(object["new"] == true)
    object.append(key: "new", value: false)
    #expect(object.duplicateKeys == ["new"])
    #expect(object["new"] == false)
  }

  @Test("removes all members of a key and finds the others still", arguments: sizes)
  func removing(_ size: Int) {
    var object = object(size, then: [("a", 1), ("b", 2), ("a", 3)])
    object["a"] = nil
    #expect(object["a"] == nil)
    #expect(object["b"] == 2)
    #expect(object.count == size + 1)
    for place in 0..<size { #expect(object["k\(place)"] == .number(JSONNumber(place))) }
    object["not there"] = nil
    #expect(object.count == size + 1)
  }

  @Test("finds each of 100,000 members by its key", .timeLimit(.minutes(1)))
  func large() {
    let object = object(100_000)
    let missed = (0..<100_000).filter { object["k\($0)"]?.integer != Int64($0) }
    #expect(missed.isEmpty)
    #expect(object["k100000"] == nil)
  }

  @Test("tells keys of any length apart, whichever code point differs", arguments: [0, 40])
  func lengths(_ size: Int) {
    var object = object(size)
    for length in 0...40 {
      object[String(repeating: "x", count: length)] = .number(JSONNumber(length))
    }
    for length in 0...40 {
      let key = String(repeating: "x", count: length)
      #expect(object[key]?.integer == Int64(length))
      for place in 0..<length {
        var other = Array(key.unicodeScalars)
        other[place] = "y"
        let text = String(String.UnicodeScalarView(other))
        #expect(object[text] == nil, "\(text)")
        #expect(!text.hasSameScalars(as: key))
      }
    }
  }
}
