import JSON
import Testing

@Suite("The JSON writer")
struct WriterTests {
  @Test(
    "escapes what RFC 8259 demands and nothing else",
    arguments: [
      ("\"\\/", #""\"\\/""#), ("\u{8}\u{9}\u{A}\u{C}\u{D}", #""\b\t\n\f\r""#),
      ("\u{0}\u{1}\u{B}\u{1B}\u{1F}", #""\u0000\u0001\u000b\u001b\u001f""#),
      ("\u{7F}\u{80}\u{2028}\u{FFFF}", "\"\u{7F}\u{80}\u{2028}\u{FFFF}\""), ("é💡日", "\"é💡日\""),
      ("", "\"\""),
      ("plain and longer than fifteen bytes", "\"plain and longer than fifteen bytes\""),
    ])
  func required(_ text: String, _ written: String) throws {
    #expect(JSONValue.string(text).compactBytes == Array(written.utf8))
    #expect(JSONValue.object([text: 1]).compact == "{\(written):1}")
    #expect(try JSONParser.parse(written) == .string(text))
  }

  @Test(
    "escapes also what is invisible or steers a terminal, when it is asked to",
    arguments: [
      ("\u{7F}\u{80}\u{9B}", #""\u007f\u0080\u009b""#), ("\u{202E}\u{2066}", #""\u202e\u2066""#),
      ("\u{200B}\u{FEFF}", #""\u200b\ufeff""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#),
      ("\u{E000}\u{FFFF}", #""\ue000\uffff""#), ("\u{E0001}", #""\udb40\udc01""#),
      ("é💡日e\u{301}", "\"é💡日e\u{301}\""), ("\u{1B}\"é", #""\u001b\"é""#),
    ])
  func invisible(_ text: String, _ written: String) throws {
    let value = JSONValue.string(text)
    #expect(value.compact(escaping: .invisible) == written)
    #expect(value.pretty(escaping: .invisible) == written)
    #expect(try JSONParser.parse(written) == value)
  }

  @Test("puts each member and element on a line of its own when it is to be read")
  func pretty() throws {
    let value = try JSONParser.parse(#"{"a":1.0,"b":[1,{"c":null},[]],"d":{},"a":"x"}"#)
    #expect(
      value.pretty() == """
        {
          "a": 1.0,
          "b": [
            1,
            {
              "c": null
            },
            []
          ],
          "d": {},
          "a": "x"
        }
        """)
    #expect(JSONValue.array([1]).pretty(indent: 4) == "[\n    1\n]")
    #expect(JSONValue.array([1]).pretty(indent: 0) == "[\n1\n]")
    #expect(JSONValue.array([1]).pretty(indent: -3) == "[\n1\n]")
  }

  @Test("writes literals as Swift has them")
  func literals() {
    let value: JSONValue = ["t": 21, "on": true, "none": nil, "list": [1, "a"], "in": ["x": -1]]
    #expect(value.compact == #"{"t":21,"on":true,"none":null,"list":[1,"a"],"in":{"x":-1}}"#)
  }

  @Test(
    "writes a text that reads back as the same value and is written alike again",
    arguments: UInt64(1)...300)
  func roundTrip(_ seed: UInt64) throws {
    var documents = RandomDocument(seed: seed)
    let value = documents.value(depth: 5)
    let compact = value.compact
    let again = try JSONParser.parse(compact)
    #expect(again == value, "seed \(seed)")
    #expect(again.compactBytes == Array(compact.utf8), "seed \(seed)")
    for text in [
      value.pretty(), value.pretty(escaping: .invisible), value.compact(escaping: .invisible),
    ] {
      let read = try JSONParser.parse(text)
      #expect(read == value, "seed \(seed)")
      #expect(read.compactBytes == Array(compact.utf8), "seed \(seed)")
    }
  }
}
