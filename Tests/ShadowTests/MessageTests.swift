import JSON
import Shadow
import Testing

@Suite("A message")
struct MessageTests {
  func message(_ suffix: String, _ payload: String) throws -> ShadowMessage {
    try #require(
      ShadowMessage(topic: "$aws/things/lamp1/shadow/" + suffix, payload: bytes(payload)))
  }

  @Test("on no shadow topic is nothing (2.5)")
  func stranger() {
    #expect(ShadowMessage(topic: "$aws/things/lamp1/shadow/other", payload: []) == nil)
  }

  @Test("of get/accepted is the whole document, without its delta (4.5)")
  func document() throws {
    let message = try message(
      "get/accepted",
      """
      {"state":{"desired":{"a":1},"reported":{"a":2},"delta":{"a":1}},
       "metadata":{"desired":{"a":{"timestamp":5}},"reported":{"a":{"timestamp":6}},
                   "delta":{"a":{"timestamp":5}}},
       "version":7,"timestamp":8,"clientToken":"t","new":"member"}
      """)
    #expect(message.address == ShadowAddress(thing: "lamp1"))
    #expect(message.topic == .accepted(.get))
    #expect(message.clientToken == "t")
    #expect(message.timestamp == 8)
    guard case .document(let document) = message.content else {
      Issue.record("\(message.content)")
      return
    }
    #expect(
      document
        == ShadowDocument(
          desired: ["a": 1], reported: ["a": 2], desiredMetadata: ["a": ["timestamp": 5]],
          reportedMetadata: ["a": ["timestamp": 6]], version: 7, timestamp: 8))
  }

  @Test(
    "of an emptied shadow has neither section, however that is told (4.5, 14.10)",
    arguments: ["{}", "null", #"{"desired":null}"#, #"{"desired":null,"reported":null}"#])
  func emptied(_ state: String) throws {
    guard
      case .document(let document) = try message(
        "get/accepted", #"{"state":\#(state),"metadata":{},"version":2}"#
      ).content
    else {
      Issue.record("not a document")
      return
    }
    #expect(document == ShadowDocument(version: 2))
  }

  @Test("of update/accepted keeps the nulls of the request (4.2)")
  func accepted() throws {
    let message = try message(
      "update/accepted", #"{"state":{"desired":null},"metadata":{},"version":3,"timestamp":4}"#)
    guard case .updateAccepted(let state, let version) = message.content else {
      Issue.record("\(message.content)")
      return
    }
    #expect(state == ["desired": nil])
    #expect(version == 3)
    #expect(message.clientToken == nil)
  }

  @Test("of update/delta has the difference and its metadata (4.3)")
  func delta() throws {
    let content = try message(
      "update/delta", #"{"state":{"a":1},"metadata":{"a":{"timestamp":2}},"version":3}"#
    ).content
    guard case .delta(let state, let metadata, let version) = content else {
      Issue.record("\(content)")
      return
    }
    #expect(state == ["a": 1])
    #expect(metadata == ["a": ["timestamp": 2]])
    #expect(version == 3)
  }

  @Test("of update/documents has both documents, at the message's time (4.4)")
  func documents() throws {
    let content = try message(
      "update/documents",
      """
      {"previous":{"state":{"desired":{"a":1}},"metadata":{},"version":1},
       "current":{"state":{"desired":{"a":2}},"metadata":{},"version":2},"timestamp":9}
      """
    ).content
    guard case .documents(let previous, let current) = content else {
      Issue.record("\(content)")
      return
    }
    #expect(previous == ShadowDocument(desired: ["a": 1], version: 1, timestamp: 9))
    #expect(current == ShadowDocument(desired: ["a": 2], version: 2, timestamp: 9))
  }

  @Test(
    "of update/documents counts without what was before (4.4, 14.10)",
    arguments: [#""previous":null,"#, "", #""previous":{},"#])
  func documentsAlone(_ previous: String) throws {
    let content = try message(
      "update/documents", "{\(previous)" + #""current":{"state":{},"version":1}}"#
    ).content
    guard case .documents(nil, let current) = content else {
      Issue.record("\(content)")
      return
    }
    #expect(current == ShadowDocument(version: 1))
  }

  @Test("of delete/accepted has the version of what is gone (4.6)")
  func deleted() throws {
    let content = try message("delete/accepted", #"{"version":4,"timestamp":5}"#).content
    guard case .deleteAccepted(4) = content else {
      Issue.record("\(content)")
      return
    }
  }

  @Test(
    "of any rejection has code and text, with or without time (4.7, 14.10)",
    arguments: [
      ("get", #"{"code":404,"message":"No shadow"}"#, ShadowError(code: 404, message: "No shadow")),
      ("update", #"{"code":409,"message":"","timestamp":1}"#, ShadowError(code: 409, message: "")),
      ("delete", #"{"code":500}"#, ShadowError(code: 500, message: "")),
    ])
  func rejected(_ operation: String, _ payload: String, _ expected: ShadowError) throws {
    let content = try message(operation + "/rejected", payload).content
    guard case .rejected(let error) = content else {
      Issue.record("\(content)")
      return
    }
    #expect(error == expected)
  }

  @Test("of a client is shown as it is, MIC's milliseconds not taken for seconds (2.2)")
  func request() throws {
    let message = try message(
      "update", #"{"state":{"reported":{"a":1}},"timestamp":1700000000000,"clientToken":"x"}"#)
    guard case .request(let body?) = message.content else {
      Issue.record("\(message.content)")
      return
    }
    #expect(body.object?["timestamp"] == 1_700_000_000_000)
    #expect(message.clientToken == "x")
    #expect(message.timestamp == nil)
  }

  @Test("with an empty body is a request without one (3.2)", arguments: ["get", "delete"])
  func emptyRequest(_ suffix: String) throws {
    guard case .request(nil) = try message(suffix, "").content else {
      Issue.record("has a body")
      return
    }
  }

  @Test(
    "that is not JSON says where and why",
    arguments: ["get/accepted", "update", "update/delta", "update/rejected"])
  func notJSON(_ suffix: String) throws {
    let message = try message(suffix, #"{"a" 1}"#)
    guard case .unreadable(let reason, let position?) = message.content else {
      Issue.record("\(message.content)")
      return
    }
    #expect(reason == "line 1, column 6: expected ':', found '1'")
    #expect(position.offset == 5)
  }

  @Test(
    "that lacks what its topic is about says what",
    arguments: [
      ("get/accepted", "", "the payload is empty"),
      ("get/accepted", "[]", "the message is not an object"),
      ("get/accepted", #"{"state":{}}"#, "'version' is missing or not an integer"),
      ("get/accepted", #"{"version":1}"#, "'state' is missing"),
      ("get/accepted", #"{"state":{"desired":1},"version":1}"#, "'state.desired' is not an object"),
      ("update/accepted", #"{"version":1}"#, "'state' is missing"),
      ("update/accepted", #"{"state":{},"version":"1"}"#, "'version' is missing or not an integer"),
      ("update/delta", #"{"state":[],"version":1}"#, "'state' is not an object"),
      ("update/documents", "{}", "'current' is missing"),
      ("delete/accepted", "{}", "'version' is missing or not an integer"),
      ("get/rejected", #"{"message":"x"}"#, "'code' is missing or not an integer"),
    ])
  func shape(_ suffix: String, _ payload: String, _ expected: String) throws {
    guard case .unreadable(let reason, nil) = try message(suffix, payload).content else {
      Issue.record("was read")
      return
    }
    #expect(reason == expected)
  }
}

@Suite("A document")
struct DocumentTests {
  @Test(
    "is read back as what it was written from (4.4)",
    arguments: [
      ShadowDocument(version: 1),
      ShadowDocument(
        desired: ["a": 1], desiredMetadata: ["a": ["timestamp": 3]], version: 2, timestamp: 4),
      ShadowDocument(
        desired: ["a": [1, "x"]], reported: ["b": [:]],
        desiredMetadata: ["a": [["timestamp": 3], ["timestamp": 3]]], reportedMetadata: ["b": [:]],
        version: 9_007_199_254_740_993),
    ])
  func roundTrip(_ document: ShadowDocument) throws {
    #expect(try ShadowDocument(json: json(document.json.compact)) == document)
  }

  @Test(
    "may lack metadata or have any there (14.9)",
    arguments: ["", #","metadata":null"#, #","metadata":5"#, #","metadata":{"desired":[1]}"#])
  func metadata(_ metadata: String) throws {
    let document = try ShadowDocument(
      json: json(#"{"state":{"desired":{"a":1}},"version":1\#(metadata)}"#))
    #expect(document == ShadowDocument(desired: ["a": 1], version: 1))
  }

  @Test("keeps the lexemes of its numbers (5)")
  func lexemes() throws {
    let text =
      #"{"state":{"reported":{"a":1.0,"b":1e3,"c":12345678901234567890}},"metadata":{},"version":1}"#
    #expect(try ShadowDocument(json: json(text)).json.compact == text)
  }

  @Test("measures the compact desired and reported, and nothing else (10.1)")
  func size() throws {
    let document = ShadowDocument(
      desired: try object(#"{ "k" : "é" }"#), reported: ["a": [1, 2]],
      desiredMetadata: ["k": ["timestamp": 1_700_000_000]], version: 1, timestamp: 2)
    #expect(document.size == #"{"k":"é"}"#.utf8.count + #"{"a":[1,2]}"#.utf8.count)
    #expect(ShadowDocument(version: 1).size == 0)
  }
}
