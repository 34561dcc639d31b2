import JSON
import Shadow
import ShadowService
import Testing

@Suite("The invoke service (mic-thing-api 1.7)")
struct InvokeServiceTests {
  private let service = InvokeService { grant in
    "https://files/\(grant.thing)/\(grant.key)?\(grant.operation.method)-\(grant.issuedAt)"
  }

  private func answer(_ call: String) -> (text: String, outcome: InvokeService.Outcome) {
    let answer = service.answer(Array(call.utf8), of: "lamp1", now: 1_700_000_000_123)
    return (String(decoding: answer.payload, as: UTF8.self), answer.outcome)
  }

  /// A call as a thing makes it: the arguments are JSON inside a string.
  private func call(_ function: String, _ arguments: JSONValue) -> String {
    let call: JSONValue = [
      "FunctionName": .string(function), "Payload": .string(arguments.compact),
    ]
    return call.compact
  }

  @Test("tells the time as a bare number of milliseconds, whatever the arguments")
  func time() {
    #expect(answer(#"{"FunctionName":"GetCurrentTimeEpoch"}"#).text == "1700000000123")
    #expect(
      answer(#"{"FunctionName":"GetCurrentTimeEpoch","Payload":"no JSON"}"#).text
        == "1700000000123")
  }

  @Test("tells the time with the id of the call, as in the documented example")
  func identifiedTime() {
    let text = answer(
      #"{"FunctionName":"GetIdentifiedCurrentTimeEpoch","Payload":"{\"id\":\"1\"}"}"#
    ).text
    #expect(text == #"{"timeEpoch":1700000000123,"id":"1"}"#)
  }

  @Test("echoes an id as it was written", arguments: [#""ä\n""#, "17", "1.0"])
  func identifiers(id: String) throws {
    let arguments = try JSONParser.parse(#"{"id":\#(id)}"#)
    let text = answer(call("GetIdentifiedCurrentTimeEpoch", arguments)).text
    #expect(text == #"{"timeEpoch":1700000000123,"id":\#(id)}"#)
  }

  @Test(
    "answers a bare URL, for reading or for writing",
    arguments: [("getObject", "GET"), ("putObject", "PUT")])
  func url(operation: String, method: String) {
    let text = answer(
      call("GetSignedUrl", ["Key": "logs/a.txt", "Operation": .string(operation)])
    ).text
    #expect(text == "https://files/lamp1/logs/a.txt?\(method)-1700000000")
  }

  @Test("answers a URL with the id of the call")
  func identifiedURL() {
    let text = answer(
      call("GetIdentifiedSignedUrl", ["id": "7", "Key": "a", "Operation": "getObject"])
    ).text
    #expect(text == #"{"url":"https://files/lamp1/a?GET-1700000000","id":"7"}"#)
  }

  @Test(
    "tells what is wrong with a call",
    arguments: [
      ("", "InvalidRequest", "not a JSON object"),
      ("[]", "InvalidRequest", "not a JSON object"),
      (#"{"FunctionName":7}"#, "InvalidRequest", "FunctionName"),
      (#"{"FunctionName":"GetTime"}"#, "UnknownFunction", "GetCurrentTimeEpoch, "),
      (#"{"FunctionName":"getcurrenttimeepoch"}"#, "UnknownFunction", "No such function"),
      (#"{"FunctionName":"GetSignedUrl"}"#, "InvalidArgument", "Payload must be"),
      (
        #"{"FunctionName":"GetSignedUrl","Payload":{"Key":"a","Operation":"getObject"}}"#,
        "InvalidArgument", "in a string"
      ),
      (#"{"FunctionName":"GetSignedUrl","Payload":"{"}"#, "InvalidArgument", "not a JSON object"),
    ])
  func faultyCalls(call: String, kind: String, words: String) throws {
    let (text, outcome) = answer(call)
    let body = try #require(try JSONParser.parse(text).object)
    #expect(body.map(\.key) == ["errorType", "errorMessage"])
    #expect(body["errorType"] == .string(kind))
    #expect(body["errorMessage"]?.string?.contains(words) == true)
    guard case .refused(let fault) = outcome else {
      Issue.record("it counts as answered")
      return
    }
    #expect(fault.kind.rawValue == kind)
  }

  @Test(
    "refuses arguments that are missing or no good",
    arguments: [
      ("GetIdentifiedCurrentTimeEpoch", [:], "id is missing"),
      ("GetIdentifiedCurrentTimeEpoch", ["id": nil], "id is missing"),
      ("GetIdentifiedCurrentTimeEpoch", ["id": ["a"]], "neither text nor number"),
      (
        "GetIdentifiedCurrentTimeEpoch", ["id": .string(String(repeating: "x", count: 255))],
        "longer than 256 bytes"
      ),
      ("GetSignedUrl", ["Operation": "getObject"], "Key is missing"),
      ("GetSignedUrl", ["Key": "a"], "Operation must be"),
      ("GetSignedUrl", ["Key": "a", "Operation": "deleteObject"], "Operation must be"),
      ("GetSignedUrl", ["Key": "../lamp2/a", "Operation": "getObject"], "relative to the thing"),
      ("GetSignedUrl", ["Key": "/a", "Operation": "getObject"], "relative to the thing"),
      ("GetSignedUrl", ["Key": "a//b", "Operation": "getObject"], "relative to the thing"),
      ("GetSignedUrl", ["Key": "", "Operation": "getObject"], "relative to the thing"),
      (
        "GetSignedUrl",
        ["Key": .string(String(repeating: "k", count: 1025)), "Operation": "getObject"],
        "at most 1024 bytes"
      ),
    ] as [(String, JSONValue, String)])
  func faultyArguments(function: String, arguments: JSONValue, words: String) throws {
    let body = try #require(try JSONParser.parse(answer(call(function, arguments)).text).object)
    #expect(body["errorType"] == "InvalidArgument")
    #expect(body["errorMessage"]?.string?.contains(words) == true)
  }

  @Test("names the call in a refusal, if it is known")
  func refusalWithIdentifier() throws {
    let text = answer(call("GetIdentifiedSignedUrl", ["id": 3, "Key": "a"])).text
    #expect(try JSONParser.parse(text).object?["id"] == 3)
  }
}
