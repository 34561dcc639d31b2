import JSON
import Shadow
import ShadowService
import Testing

@Suite("The service takes for a request")
struct RequestHandlingTests {
  @Test(
    "nothing on a response topic (2.5)",
    arguments: ShadowTopic.allCases.filter { !$0.isRequest }.map(\.suffix))
  func responseTopics(_ suffix: String) throws {
    var lamp = Lamp()
    #expect(try lamp.send(suffix, #"{"state":{"desired":{"a":1}}}"#).isEmpty)
    #expect(lamp.document == nil)
  }

  @Test(
    "nothing below an unknown operation, nor with levels missing or too many (2.6)",
    arguments: [
      "put", "update/", "update/now", "get/accepted/more", "name/config", "name", "name/config/put",
      "name/config/update/more/levels", "config/update", "",
    ])
  func unknownTopics(_ suffix: String) throws {
    var lamp = Lamp()
    #expect(try lamp.send(suffix, #"{"state":{"desired":{"a":1}}}"#).isEmpty)
    #expect(lamp.document == nil)
  }

  @Test("nothing that comes from the broker's store (13)", arguments: ["get", "update", "delete"])
  func retained(_ suffix: String) throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"desired":{"a":1}}}"#)
    let before = lamp.document
    #expect(try lamp.send(suffix, #"{"state":{"desired":{"a":2}}}"#, retained: true).isEmpty)
    #expect(lamp.document == before)
  }

  @Test(
    "one with a bad name, and refuses it on its own topic (2.3)",
    arguments: [
      ("a b", nil, "Invalid thing name: it must be 1 to 128 of the characters a-z A-Z 0-9 : _ -"),
      ("", nil, "Invalid thing name: it must be 1 to 128 of the characters a-z A-Z 0-9 : _ -"),
      (
        "lamp1", "a.b",
        "Invalid shadow name: it must be 1 to 64 of the characters $ a-z A-Z 0-9 : _ -"
      ),
    ] as [(String, String?, String)])
  func badNames(_ thing: String, _ shadow: String?, _ rule: String) throws {
    var lamp = Lamp(thing: thing, shadow: shadow)
    for operation in ShadowOperation.allCases {
      let answers = try lamp.send(operation.rawValue, #"{"state":{},"clientToken":"t"}"#)
      #expect(answers.refusal(of: operation) == ShadowError(code: 400, message: rule))
      #expect(answers.first?["clientToken"] == "t")
      #expect(try lamp.send(operation.rawValue, "{").refusal(of: operation)?.code == 400)
    }
    #expect(lamp.document == nil)
  }

  @Test("one to a named shadow whose name holds a dollar sign (2.3, 15)")
  func dollar() throws {
    var lamp = Lamp(shadow: "$package")
    #expect(try lamp.update(#"{"state":{}}"#)["update/accepted"]?["version"] == 1)
  }

  @Test("one to a networked thing, as to any other (mic-thing-api 1.9)")
  func networked() throws {
    var lamp = Lamp(thing: "lamp1__bulb")
    let answers = try lamp.update(#"{"state":{"reported":{"a":1}}}"#)
    #expect(answers.suffixes == ["update/accepted", "update/documents"])
    #expect(lamp.service[ShadowAddress(thing: "lamp1")] == nil)
  }

  @Test(
    "a get or delete with any body, the token apart (3.2, 3.3)",
    arguments: ["", "{}", "not json", "5", "[]", "{\"a\":", #"{"version":9,"state":5}"#])
  func bodies(_ body: String) throws {
    for operation in [ShadowOperation.get, .delete] {
      var lamp = Lamp()
      _ = try lamp.update(#"{"state":{"reported":{"a":1}}}"#)
      let answers = try lamp.send(operation.rawValue, body)
      #expect(answers.suffixes == [operation.rawValue + "/accepted"])
      #expect(answers.first?["clientToken"] == nil)
    }
  }

  @Test("a get or delete whose body is not UTF-8 (3.2, 3.3)", arguments: ["get", "delete"])
  func notUTF8(_ suffix: String) throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"reported":{"a":1}}}"#)
    #expect(try lamp.send(suffix, [0xFF, 0xFE]).suffixes == [suffix + "/accepted"])
  }

  @Test("a get or delete with a token, and echoes it (3.2, 3.3)", arguments: ["get", "delete"])
  func tokens(_ suffix: String) throws {
    var lamp = Lamp()
    let missing = try lamp.send(suffix, #"{"clientToken":"t1"}"#)
    #expect(missing[suffix + "/rejected"]?["clientToken"] == "t1")
    _ = try lamp.update(#"{"state":{}}"#)
    let found = try lamp.send(suffix, #"{"clientToken":"t2"}"#)
    #expect(found[suffix + "/accepted"]?["clientToken"] == "t2")
  }

  @Test(
    "a get or delete with a bad token, and refuses it without doing it (9)",
    arguments: [ShadowOperation.get, .delete])
  func badTokens(_ operation: ShadowOperation) throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"reported":{"a":1}}}"#)
    let before = lamp.document
    let token = String(repeating: "x", count: 65)
    let answers = try lamp.send(operation.rawValue, #"{"clientToken":"\#(token)"}"#)
    #expect(
      answers.refusal(of: operation) == ShadowError(code: 400, message: "Invalid clientToken"))
    #expect(answers.first?["clientToken"] == nil)
    #expect(lamp.document == before)
  }
}
