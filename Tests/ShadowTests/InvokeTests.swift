import JSON
import Shadow
import Testing

@Suite("Calls of MIC's invoke service")
struct InvokeTests {
  @Test(
    "have their arguments encoded twice",
    arguments: [
      (InvokeCall.time(id: nil), #"{"FunctionName":"GetCurrentTimeEpoch"}"#),
      (
        .time(id: "1"),
        #"{"FunctionName":"GetIdentifiedCurrentTimeEpoch","Payload":"{\"id\":\"1\"}"}"#
      ),
      (
        .url(for: .put, of: "a \"b\".bin", id: nil),
        #"{"FunctionName":"GetSignedUrl","Payload":"{\"Key\":\"a \\\"b\\\".bin\","#
          + #"\"Operation\":\"putObject\"}"}"#
      ),
      (
        .url(for: .get, of: "f", id: "x"),
        #"{"FunctionName":"GetIdentifiedSignedUrl","Payload":"{\"Key\":\"f\","#
          + #"\"Operation\":\"getObject\",\"id\":\"x\"}"}"#
      ),
      (InvokeCall(function: "Sing", arguments: [1]), #"{"FunctionName":"Sing","Payload":"[1]"}"#),
    ])
  func call(_ call: InvokeCall, _ payload: String) {
    let publication = call.publication(of: "lamp1")
    #expect(publication.topic == "tcxn/things/lamp1/fn/invoke")
    #expect(String(decoding: publication.payload, as: UTF8.self) == payload)
  }

  @Test(
    "are told from others by their ids, as far as there are any",
    arguments: [
      (#"{"timeEpoch":1,"id":"ab12"}"#, true), (#"{"timeEpoch":1,"id":"ab13"}"#, false),
      ("{timeEpoch: 1, id: ab12}", true), ("{timeEpoch: 1, id: ab13}", false),
      (#"{"errorMessage":"no"}"#, true), ("1600000000000", true), ("", true),
    ])
  func identity(_ payload: String, _ isOurs: Bool) {
    let answer = InvokeAnswer(Array(payload.utf8))
    #expect(answer.answers(.time(id: "ab12")) == isOurs)
    #expect(answer.answers(.time(id: nil)))
  }

  @Test("a number is an id too")
  func numberedIdentity() {
    let call = InvokeCall(function: "Sing", arguments: ["id": 7])
    #expect(InvokeAnswer(Array(#"{"id":7.0}"#.utf8)).answers(call))
    #expect(!InvokeAnswer(Array(#"{"id":8}"#.utf8)).answers(call))
  }

  @Test(
    "tell the time in whichever form",
    arguments: [
      ("1600000000123", 1_600_000_000_123), (" 1600000000123\n", 1_600_000_000_123),
      (#""1600000000123""#, 1_600_000_000_123),
      (#"{"timeEpoch":1600000000123,"id":"1"}"#, 1_600_000_000_123),
      (#""{\"timeEpoch\":1600000000123,\"id\":\"1\"}""#, 1_600_000_000_123),
      (#"{"timeEpoch":"1600000000123"}"#, 1_600_000_000_123),
      ("{timeEpoch: 1600000000123, id: 1}", 1_600_000_000_123),
      ("{timeEpoch: }", nil), ("soon", nil), ("{}", nil), ("", nil),
      ("99999999999999999999", nil), ("{timeEpoch: 99999999999999999999}", nil),
    ] as [(String, Int64?)])
  func time(_ payload: String, _ time: Int64?) {
    #expect(InvokeAnswer(Array(payload.utf8)).time == time)
  }

  private static let signed =
    "https://files.example/things/a/f.bin?X-Amz-Date=1&X-Amz-Signature=5ec2e7"

  @Test(
    "give a URL in whichever form, and show it masked",
    arguments: [
      signed, #"{"url":"\#(signed)","id":"1"}"#, #"{"signedUrl":"\#(signed)","id":"1"}"#,
      #""\#(signed)""#, "{url: \(signed), id: 1}", "{url: '\(signed)'}",
    ])
  func url(_ payload: String) {
    let answer = InvokeAnswer(Array(payload.utf8))
    #expect(answer.url == Self.signed)
    #expect(answer.shown(showsURL: true).compact.contains("5ec2e7"))
    let shown = answer.shown(showsURL: false).compact
    #expect(!shown.contains("5ec2e7") && shown.contains("files.example"))
    #expect(!InvokeAnswer.masked(Self.signed).contains("5ec2e7"))
  }

  @Test("hide all that may sign where nobody knows how that is written")
  func unknownSignature() {
    let url = "https://files.example/f.bin?seal=5ec2e7"
    #expect(InvokeAnswer.masked(url) == "https://files.example/f.bin?***")
    #expect(
      InvokeAnswer(Array(url.utf8)).shown(showsURL: false) == "https://files.example/f.bin?***")
    #expect(
      InvokeAnswer(Array(#"{"a":"\#(url)","b":1}"#.utf8)).shown(showsURL: false)
        == ["a": "https://files.example/f.bin?***", "b": 1])
  }

  @Test(
    "hide what signs each of several URLs",
    arguments: [
      #"{"a":"\#(signed)","b":"https://files.example/g?seal=5ec2e7&c=1"}"#,
      #"["ftp://files.example/g?seal=5ec2e7","\#(signed)"]"#,
      #"{"a":"\#(signed)","b":"https:\/\/files.example\/g\u003fc=1\u0026seal=5ec2e7"}"#,
      #"{"a":"\#(signed)","b":"{\"c\":\"https:\\/\\/files.example?d=\\u00e4&seal=5ec2e7\"}"}"#,
      "\(signed) https://files.example/g?seal=5ec2e7",
      "https://files.example/g?seal=5ec2e7#?5ec2e7 https://files.example/h?seal=5ec2e7",
    ])
  func severalURLs(_ payload: String) {
    let shown = InvokeAnswer(Array(payload.utf8)).shown(showsURL: false).compact
    #expect(!shown.contains("5ec2e7") && shown.contains("files.example"))
  }

  @Test(
    "are refused in the words of AWS Lambda",
    arguments: [
      (
        #"{"errorType":"UnknownFunction","errorMessage":"No such"}"#,
        "UnknownFunction: No such"
      ),
      (#"{"errorMessage":"No such"}"#, ": No such"),
      (#"{"timeEpoch":1}"#, nil), ("no", nil),
    ] as [(String, String?)])
  func refusal(_ payload: String, _ words: String?) {
    let refusal = InvokeAnswer(Array(payload.utf8)).refusal
    #expect(refusal.map { "\($0.type): \($0.message)" } == words)
  }
}
