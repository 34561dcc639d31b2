import JSON
import Shadow
import Testing

@Suite("The checks of an update")
struct RequestCheckTests {
  func refusal(_ body: [UInt8], limits: ShadowLimits = ShadowLimits()) -> Refusal? {
    do {
      _ = try UpdateRequest(payload: body, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  /// Nothing is wrong with it but what a test puts in.
  static func nested(_ levels: Int) -> String {
    String(repeating: #"{"k":"#, count: levels) + "1" + String(repeating: "}", count: levels)
  }

  static let long = String(repeating: "x", count: 65)

  @Test(
    "go in the order of 3.4: each body has the fault of its step and all later ones",
    arguments: [
      (#"{"clientToken":"\#(long)","state":1,"version":"x""#, "Invalid JSON"),
      (#"[{"clientToken":5}]"#, "Invalid JSON"),
      (#"{"clientToken":"\#(long)","state":"on","version":"x"}"#, "Invalid clientToken"),
      (#"{"clientToken":5}"#, "Invalid clientToken"),
      (#"{"version":"x"}"#, "Missing required node: state"),
      (#"{"state":"on","version":"x"}"#, "State node must be an object"),
      (
        #"{"state":{"foo":1,"desired":1},"version":"x"}"#,
        "State contains an invalid node: 'foo'"
      ),
      (
        #"{"state":{"desired":1,"reported":[[null]]},"version":"x"}"#,
        "Desired node must be an object"
      ),
      (#"{"state":{"reported":1},"version":"x"}"#, "Reported node must be an object"),
      (#"{"state":{"reported":{"a":[null]}},"version":"x"}"#, "Invalid version"),
      (
        #"{"state":{"desired":{"a":[null]},"reported":\#(nested(7))},"version":9}"#,
        "JSON contains too many levels of nesting; maximum is 6"
      ),
      (#"{"state":{"reported":{"a":[null]}},"version":9}"#, "Invalid JSON"),
    ])
  func order(_ body: String, _ expected: String) {
    #expect(refusal(bytes(body))?.error == ShadowError(code: 400, message: expected))
  }

  @Test(
    "refuse a body that is not UTF-8 before anything else, with 415 (3.4, 9)",
    arguments: [
      [0xFF], bytes(#"{"state":"#) + [0xC3, 0x28], bytes("not json ") + [0xE9],
      bytes(#"{"clientToken":"t","state":{"reported":{"a":""#) + [0xED, 0xA0, 0x80]
        + bytes(#""}}}"#),
    ])
  func encoding(_ body: [UInt8]) {
    #expect(
      refusal(body)
        == Refusal(
          ShadowError(
            code: 415, message: "Unsupported documented encoding; supported encoding is UTF-8")))
  }

  @Test(
    "take for JSON what RFC 8259 does (9)",
    arguments: [
      "", " ", "{", "{'state':1}", "[]", "5", "null", #""state""#, #"{"state":{}} x"#,
      #"{"state":{},}"#, "{\"state\":{\"reported\":{\"a\":\"\n\"}}}",
      #"{"state":{"reported":{"a":"\ud800"}}}"#, #"{"state":{"reported":{"a":01}}}"#,
      "\u{FEFF}{\"state\":{}}",
    ])
  func notJSON(_ body: String) {
    #expect(refusal(bytes(body)) == Refusal(ShadowError(code: 400, message: "Invalid JSON")))
  }

  @Test(
    "echo the token of valid JSON with a valid one (4.7, 15)",
    arguments: [
      #"{"clientToken":"t"}"#, #"{"clientToken":"t","state":5}"#,
      #"{"clientToken":"t","state":{"delta":{}}}"#,
      #"{"clientToken":"t","state":{"desired":5}}"#,
      #"{"clientToken":"t","state":{},"version":null}"#,
      #"{"clientToken":"t","state":{"desired":{"a":[null]}}}"#,
    ])
  func token(_ body: String) throws {
    #expect(try #require(refusal(bytes(body))).clientToken == ClientToken("t"))
  }

  @Test(
    "refuse a token of more than 64 bytes or of another type, which is not echoed (9, 15)",
    arguments: [
      "\"\(long)\"", "\"" + String(repeating: "é", count: 33) + "\"", "5", "null", "{}", "[]",
      "true",
    ])
  func badToken(_ token: String) {
    #expect(
      refusal(bytes(#"{"state":{},"clientToken":\#(token)}"#))
        == Refusal(ShadowError(code: 400, message: "Invalid clientToken")))
  }

  @Test(
    "refuse a version that is no integer (6.2)",
    arguments: [#""1""#, "1.5", "null", "true", "{}", "[1]", "1e-1", "0.5e0", "-0.1"])
  func badVersion(_ version: String) {
    #expect(
      refusal(bytes(#"{"state":{},"version":\#(version)}"#))?.error
        == ShadowError(code: 400, message: "Invalid version"))
  }

  @Test(
    "take any integer for a version, however it is written (6.2)",
    arguments: [
      ("0", 0), ("7", 7), ("-1", -1), ("7.0", 7), ("70e-1", 7), ("1e3", 1000),
      ("-0", 0), ("9223372036854775807", .max), ("9223372036854775808", .max),
      ("99999999999999999999", .max), ("-99999999999999999999", .min), ("1e99999", .max),
    ])
  func version(_ text: String, _ expected: Int64) throws {
    let request = try UpdateRequest(
      payload: bytes(#"{"state":{},"version":\#(text)}"#), limits: ShadowLimits())
    #expect(request.version == expected)
  }

  @Test(
    "let six levels pass, the section being the first, and refuse seven (10.2)",
    arguments: [
      nested(6), #"{"a":[[[[[1]]]]]}"#, #"{"a":[{"b":[{"c":[]}]}]}"#,
      #"{"a":{"b":{"c":{"d":{"e":{"f":null}}}}}}"#,
    ])
  func depth(_ section: String) {
    for name in ["desired", "reported"] {
      #expect(refusal(bytes(#"{"state":{"\#(name)":\#(section)}}"#)) == nil)
      let deeper = #"{"state":{"\#(name)":{"outer":\#(section)}}}"#
      #expect(
        refusal(bytes(deeper))?.error
          == ShadowError(
            code: 400, message: "JSON contains too many levels of nesting; maximum is 6"))
      #expect(refusal(bytes(deeper), limits: ShadowLimits(depth: 7)) == nil)
    }
  }

  @Test("tell the depth that is set (10.2)")
  func settableDepth() {
    #expect(
      refusal(
        bytes(#"{"state":{"desired":\#(Self.nested(9))}}"#), limits: ShadowLimits(depth: 8))?.error
        == ShadowError(
          code: 400, message: "JSON contains too many levels of nesting; maximum is 8"))
  }

  @Test("survive a body that is nested without end", arguments: ["[", #"{"a":"#])
  func endless(_ opening: String) {
    #expect(
      refusal(bytes(String(repeating: opening, count: 100_000)))?.error
        == ShadowError(code: 400, message: "Invalid JSON"))
  }

  @Test(
    "refuse null in an array at any depth (3.1, 15)",
    arguments: [
      "[null]", "[1,null]", #"{"b":[null],"c":null}"#, "[[null]]", #"[{"a":null}]"#,
      #"{"b":[null]}"#,
      #"[{"b":[{"c":null}]}]"#,
    ])
  func nullInArray(_ value: String) {
    #expect(refusal(bytes(#"{"state":{"desired":{"a":\#(value)}}}"#))?.error.code == 400)
  }

  @Test(
    "let everything else pass (3.1)",
    arguments: [
      #"{"state":null}"#, #"{"state":{}}"#, #"{"state":{"desired":null,"reported":null}}"#,
      #"{"state":{"desired":{},"reported":{}}}"#, #"{"state":{"desired":{"a":null,"b":[]}}}"#,
      #"{"state":{"reported":{"state":1,"desired":2,"version":"x","metadata":[],"delta":{}}}}"#,
      #"{"state":{"reported":{"":1,"a/b":2,"é":3}},"timestamp":1700000000000}"#,
      #" {"state" : {} , "unknown":[null] } "#,
    ])
  func legal(_ body: String) {
    #expect(refusal(bytes(body)) == nil)
  }

  @Test("take the last of members with the same key, at every depth")
  func duplicates() throws {
    let body = """
      {"state":5,"version":"x","state":{"desired":{"b":1},
       "desired":{"a":{"x":[null],"x":[{"y":1,"y":2}]},"a2":1,"a2":null}},"version":3}
      """
    let request = try UpdateRequest(payload: bytes(body), limits: ShadowLimits())
    #expect(request.version == 3)
    #expect(
      request.state.compact == #"{"desired":{"a":{"x":[{"y":2}]},"a2":null}}"#)
  }
}
