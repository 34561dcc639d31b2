import JSON
import Shadow
import ShadowService
import Testing

@Suite("The size limit")
struct LimitTests {
  static let tooLarge = ShadowError(
    code: 413, message: "The payload exceeds the maximum size allowed")

  /// A section of so many bytes when it is compact; `padding` goes between its tokens.
  func section(bytes: Int, padding: String = "") -> String {
    let text = String(repeating: "x", count: bytes - #"{"k":""}"#.utf8.count)
    return "{\(padding)\"k\"\(padding):\(padding)\"\(text)\"\(padding)}"
  }

  @Test("lets 8192 bytes pass and refuses 8193 (10.1)")
  func border() throws {
    var lamp = Lamp()
    #expect(
      try lamp.update(#"{"state":{"reported":\#(section(bytes: 8193))}}"#).refusal()
        == Self.tooLarge)
    #expect(lamp.document == nil)
    _ = try lamp.update(#"{"state":{"reported":\#(section(bytes: 8192))}}"#)
    #expect(lamp.document?.size == 8192)
  }

  @Test("lets a request of 128 KB pass and refuses a longer one (10.4)")
  func payload() throws {
    var lamp = Lamp()
    let request = #"{"state":{"reported":{"a":1}},"clientToken":"t"}"#
    let padding = String(repeating: " ", count: 131_072 - request.utf8.count)
    #expect(try lamp.update(request + padding).refusal() == nil)
    let answers = try lamp.update(request + padding + " ")
    #expect(answers.refusal() == Self.tooLarge)
    #expect(answers[0]["clientToken"] == "t")
    #expect(lamp.document?.version == 1)
  }

  @Test("counts desired and reported together (10.1)")
  func together() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"desired":\#(section(bytes: 4096))}}"#)
    #expect(
      try lamp.update(#"{"state":{"reported":\#(section(bytes: 4097))}}"#).refusal()
        == Self.tooLarge)
    #expect(
      try lamp.update(#"{"state":{"reported":\#(section(bytes: 4096))}}"#).refusal() == nil)
  }

  @Test("measures what is stored, not the request's white space or its nulls (10.1)")
  func stored() throws {
    var lamp = Lamp()
    let spaced = section(bytes: 8192, padding: String(repeating: " ", count: 5000))
    #expect(try lamp.update(#"{"state":{"reported":\#(spaced)}}"#).refusal() == nil)
    let nulls = (0..<2000).map { #""ghost\#($0)":null"# }.joined(separator: ",")
    #expect(try lamp.update(#"{"state":{"reported":{\#(nulls)}}}"#).refusal() == nil)
  }

  @Test("counts bytes of UTF-8, escapes in their shortest form (10.1)")
  func bytes() throws {
    var lamp = Lamp(limits: ShadowLimits(size: 10))
    #expect(try lamp.update(#"{"state":{"desired":{"k":"é"}}}"#).refusal() == nil)
    #expect(try lamp.update(#"{"state":{"desired":{"k":"\u00e9"}}}"#).refusal() == nil)
    #expect(try lamp.update(#"{"state":{"desired":{"k":"éx"}}}"#).refusal() == Self.tooLarge)
  }

  @Test("judges the merged result, whatever the request adds (10.1)")
  func merged() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"reported":\#(section(bytes: 8192))}}"#)
    #expect(try lamp.update(#"{"state":{"reported":{"a":1}}}"#).refusal() == Self.tooLarge)
    #expect(try lamp.update(#"{"state":{"reported":{"a":1,"k":"x"}}}"#).refusal() == nil)
    #expect(
      try lamp.update(#"{"state":{"reported":\#(section(bytes: 8187))}}"#).refusal()
        == Self.tooLarge)
    #expect(
      try lamp.update(#"{"state":{"reported":\#(section(bytes: 8186))}}"#).refusal() == nil)
    #expect(lamp.document?.size == 8192)
  }

  @Test("comes after the version in the order of 3.4")
  func order() throws {
    var lamp = Lamp()
    let body = #"{"state":{"reported":\#(section(bytes: 9000))},"version":5}"#
    #expect(try lamp.update(body).refusal()?.code == 409)
  }

  @Test("can be set (10.1)")
  func settable() throws {
    var lamp = Lamp(limits: ShadowLimits(size: 30 * 1024))
    #expect(
      try lamp.update(#"{"state":{"reported":\#(section(bytes: 30 * 1024))}}"#).refusal() == nil)
  }
}
