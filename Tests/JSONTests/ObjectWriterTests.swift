import JSON
import Testing

@Suite("An object written member by member")
struct ObjectWriterTests {
  private func text(_ write: (inout JSONObjectWriter) -> Void) -> String {
    var object = JSONObjectWriter()
    write(&object)
    return String(decoding: object.finish(), as: UTF8.self)
  }

  @Test("may be empty")
  func empty() {
    #expect(text { _ in } == "{}")
  }

  @Test("takes values and what is JSON already, in the order in which they come")
  func members() {
    #expect(
      text {
        $0.append(key: "a\"b", value: [1, nil, ["c": "d"]])
        $0.append(key: "", written: Array(#"{"x":[]}"#.utf8))
        $0.append(key: "e", value: 1)
      } == #"{"a\"b":[1,null,{"c":"d"}],"":{"x":[]},"e":1}"#)
  }

  @Test("takes the shape of a value, every scalar as the same leaf")
  func shape() {
    let value: JSONValue = [
      "a": 1, "b": nil, "c": ["x", [true, [:]], []], "d": ["e": ["f": 15]], "g": [:],
    ]
    #expect(
      text {
        $0.append(key: "m", shapeOf: value, leaf: Array("7".utf8))
        $0.append(key: "n", value: value)
        $0.append(key: "o", shapeOf: "s", leaf: Array("null".utf8))
      }
        == #"{"m":{"a":7,"b":7,"c":[7,[7,{}],[]],"d":{"e":{"f":7}},"g":{}},"n":"#
        + value.compact + #","o":null}"#)
  }
}
