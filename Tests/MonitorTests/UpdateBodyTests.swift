import JSON
import Monitor
import Shadow
import Testing

@Suite("A JSON text that is to be an update")
struct UpdateBodyTests {
  private func body(_ text: String) throws -> UpdateBody { try UpdateBody(Array(text.utf8)) }

  @Test(
    "is the members of a section unless it holds a state of objects",
    arguments: [
      #"{"a":1,"b":{"c":null}}"#, #"{"version":"1.2","timestamp":3}"#, #"{"state":"on"}"#,
      #"{"state":3,"x":1}"#, #"{"state":[{"desired":1}]}"#, "{}",
    ])
  func section(_ text: String) throws {
    #expect(try body(text) == .section(try #require(try JSONParser.parse(text).object)))
  }

  @Test("is a whole request with a state of desired and reported and nothing strange beside it")
  func request() throws {
    let text =
      #"{"clientToken":"mine","state":{"reported":{"n":1.0},"desired":null},"version":7,"timestamp":5}"#
    guard case .request(let request) = try body(text) else {
      Issue.record("no request")
      return
    }
    #expect(
      request.json.compact
        == #"{"state":{"reported":{"n":1.0},"desired":null},"version":7,"timestamp":5,"#
        + #""clientToken":"mine"}"#)
  }

  @Test(
    "that could be meant in two ways is refused",
    arguments: [
      #"{"state":null}"#, #"{"state":{}}"#, #"{"state":{"on":true}}"#,
      #"{"state":{"reported":{}},"temperature":1}"#, #"{"state":{"desired":{},"on":1}}"#,
    ])
  func ambiguous(_ text: String) {
    let fault = #expect(throws: UpdateBody.Fault.self) { try body(text) }
    guard case .ambiguous = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test(
    "that no service takes is refused with the reason",
    arguments: [
      ("[1]", "is an array, no object"), (#""x""#, "is a text, no object"),
      (#"{"a":{"b":1,"b":2}}"#, "has the key “b” twice in one object"),
      (#"{"a":[null]}"#, "has an array that holds null"),
      (#"{"state":{"desired":1}}"#, "has in “desired” no object but a number"),
      (#"{"state":{"desired":{}},"version":1.5}"#, "has a “version” that is no whole number"),
      (#"{"state":{"desired":{}},"timestamp":"x"}"#, "has a “timestamp” that is no whole number"),
      (
        #"{"state":{"desired":{}},"clientToken":7}"#,
        "has a “clientToken” that is no text of at most 64 bytes"
      ),
    ])
  func refused(_ text: String, _ reason: String) {
    #expect(throws: UpdateBody.Fault.refused(reason)) { try body(text) }
  }

  @Test("that is malformed tells the place")
  func malformed() {
    let fault = #expect(throws: UpdateBody.Fault.self) { try body("{\"a\":\n}") }
    guard case .malformed(let error, _) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect((error.line, error.column) == (2, 1))
  }
}
