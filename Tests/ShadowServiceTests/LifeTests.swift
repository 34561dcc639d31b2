import JSON
import Shadow
import ShadowService
import Testing

@Suite("A shadow")
struct LifeTests {
  @Test("is made by the first update to any name, and by nothing else (2.7, 6.1)")
  func making() throws {
    var lamp = Lamp(thing: "never-registered")
    #expect(try lamp.send("get").refusal(of: .get)?.code == 404)
    #expect(try lamp.send("delete").refusal(of: .delete)?.code == 404)
    #expect(try lamp.update("{}").refusal()?.code == 400)
    #expect(lamp.service.count == 0)
    #expect(try lamp.update(#"{"state":{}}"#)["update/accepted"]?["version"] == 1)
    #expect(lamp.document == ShadowDocument(version: 1))
  }

  @Test("that is emptied shows as empty objects and is not deleted (4.4, 4.5, 5.1, 6.4)")
  func emptied() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"desired":{"a":1},"reported":{"b":2}}}"#)
    let answers = try lamp.update(#"{"state":null}"#)
    #expect(
      answers["update/documents"]?["current"] == ["state": [:], "metadata": [:], "version": 2])
    let got = try #require(try lamp.send("get")["get/accepted"])
    #expect(got["state"] == [:])
    #expect(got["metadata"] == [:])
    #expect(try lamp.update(#"{"state":{"desired":{"a":1}}}"#)["update/accepted"]?["version"] == 3)
  }

  @Test("is classic or named, with a document, version and size of its own (2.1)")
  func separate() throws {
    var lamp = Lamp()
    let large = String(repeating: "x", count: 8000)
    let body = #"{"state":{"reported":{"k":"\#(large)"}}}"#
    for suffix in ["update", "name/a/update", "name/b/update", "update"] {
      #expect(try lamp.send(suffix, body)[suffix + "/accepted"] != nil)
    }
    #expect(lamp.document?.version == 2)
    _ = try lamp.send("name/a/delete")
    #expect(try lamp.send("name/a/get")["name/a/get/rejected"] != nil)
    #expect(try lamp.send("name/b/get")["name/b/get/accepted"]?["version"] == 1)
  }

  @Test("of a name in other case is another one (2.3)")
  func letterCase() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{}}"#)
    _ = try lamp.send("name/Config/update", #"{"state":{}}"#)
    #expect(lamp.service[ShadowAddress(thing: "Lamp1")] == nil)
    #expect(lamp.service[ShadowAddress(thing: "lamp1", shadow: "config")] == nil)
    #expect(lamp.service[ShadowAddress(thing: "lamp1", shadow: "Config")] != nil)
  }

  @Test("keeps times that an update does not write, also in delta and documents (4.3, 7.3)")
  func oldTimes() throws {
    var lamp = Lamp()
    let first = lamp.now
    _ = try lamp.update(#"{"state":{"desired":{"a":1,"l":[1,2]}}}"#)
    lamp.now += 5
    let answers = try lamp.update(#"{"state":{"desired":{"b":1},"reported":{"c":1}}}"#)
    let old: JSONValue = ["timestamp": .number(JSONNumber(first))]
    let new: JSONValue = ["timestamp": .number(JSONNumber(first + 5))]
    #expect(answers["update/delta"]?["metadata"] == ["a": old, "l": [old, old], "b": new])
    #expect(answers["update/delta"]?["timestamp"]?.integer == first + 5)
    #expect(
      answers["update/documents"]?["current"]?.object?["metadata"]
        == ["desired": ["a": old, "l": [old, old], "b": new], "reported": ["c": new]])
    #expect(
      answers["update/documents"]?["previous"]?.object?["metadata"]
        == ["desired": ["a": old, "l": [old, old]]])
  }

  @Test("may have members named like those of the protocol (3.1, 7.7)")
  func protocolWords() throws {
    var lamp = Lamp()
    let section =
      #"{"state":{"desired":1},"version":"x","metadata":[],"timestamp":{"timestamp":2},"#
      + #""delta":true,"clientToken":"c","desired":{"reported":0}}"#
    let answers = try lamp.update(#"{"state":{"desired":\#(section)}}"#)
    #expect(answers["update/delta"]?["state"]?.compact == section)
    #expect(
      answers["update/delta"]?["metadata"]?.object?["timestamp"]
        == ["timestamp": ["timestamp": .number(JSONNumber(lamp.now))]])
  }

  @Test("may be deleted whatever version the body names (3.3)")
  func deletion() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{}}"#)
    let answers = try lamp.send("delete", #"{"version":99,"clientToken":"t"}"#)
    #expect(
      answers["delete/accepted"]?.body
        == ["version": 1, "timestamp": .number(JSONNumber(lamp.now)), "clientToken": "t"])
  }

  @Test("counts no metadata, version or token against its size (7.8, 10.1)")
  func size() throws {
    let list = "[" + Array(repeating: "1", count: 4000).joined(separator: ",") + "]"
    var lamp = Lamp()
    let token = String(repeating: "t", count: 64)
    let body = #"{"state":{"desired":{"l":\#(list)}},"clientToken":"\#(token)"}"#
    #expect(try lamp.update(body)["update/accepted"] != nil)
    #expect(lamp.document?.size == 8007)
  }

  @Test("may be as large and as deep as AWS ever lets it (10.1, 10.2)")
  func greatest() throws {
    let limits = ShadowLimits(
      size: ShadowLimits.greatestSize, depth: ShadowLimits.greatestDepth)
    var lamp = Lamp(limits: limits)
    let text = String(repeating: "x", count: 30 * 1024 - 8)
    #expect(try lamp.update(#"{"state":{"reported":{"k":"\#(text)"}}}"#).refusal() == nil)
    #expect(
      try lamp.update(#"{"state":{"reported":{"k":"\#(text)x"}}}"#).refusal()?.code == 413)
    let deep = #"{"k":{"2":{"3":{"4":{"5":{"6":{"7":{"8":1}}}}}}}}"#
    #expect(try lamp.update(#"{"state":{"reported":\#(deep)}}"#).refusal() == nil)
    #expect(
      try lamp.update(#"{"state":{"reported":{"k":\#(deep)}}}"#).refusal()?.message
        == "JSON contains too many levels of nesting; maximum is 8")
  }

  @Test("tells a body that is much too deep so, and echoes its token (9, 10.2)")
  func muchTooDeep() throws {
    var lamp = Lamp()
    let nested =
      String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
    let answers = try lamp.update(
      #"{"state":{"desired":{"a":\#(nested)}},"clientToken":"t"}"#)
    #expect(
      answers.refusal()?.message == "JSON contains too many levels of nesting; maximum is 6")
    #expect(answers.first?["clientToken"] == "t")
  }
}
