import JSON
import Shadow
import ShadowService
import Testing

@Suite("The version")
struct VersionTests {
  /// A lamp after some accepted updates.
  func lamp(updates: Int) throws -> Lamp {
    var lamp = Lamp()
    for _ in 0..<updates { _ = try lamp.update(#"{"state":{"reported":{"a":1}}}"#) }
    return lamp
  }

  @Test(
    "grows by exactly 1 with every accepted update (6.1)",
    arguments: [
      #"{"reported":{"a":1}}"#, #"{"reported":{"a":2}}"#, "{}", "null", #"{"desired":{}}"#,
      #"{"desired":{"ghost":null}}"#,
    ])
  func counting(_ state: String) throws {
    var lamp = try lamp(updates: 3)
    #expect(lamp.document?.version == 3)
    #expect(try lamp.update(#"{"state":\#(state)}"#)["update/accepted"]?["version"] == 4)
    #expect(lamp.document?.version == 4)
  }

  @Test("is not used up by reads and refusals (6.1, 3.4)")
  func unchanged() throws {
    var lamp = try lamp(updates: 1)
    _ = try lamp.send("get")
    _ = try lamp.update(#"{"state":5}"#)
    _ = try lamp.update(#"{"state":{},"version":7}"#)
    #expect(try lamp.update(#"{"state":{}}"#)["update/accepted"]?["version"] == 2)
  }

  @Test("must be met by an update that names one (6.2)")
  func match() throws {
    var lamp = try lamp(updates: 3)
    #expect(
      try lamp.update(#"{"state":{},"version":3}"#)["update/accepted"]?["version"] == 4)
  }

  @Test(
    "conflicts when it is lower, higher or zero, however large (6.2)",
    arguments: [
      "-1", "0", "2", "4", "-9223372036854775808", "9223372036854775807", "9223372036854775808",
      "1e400",
    ])
  func conflict(_ version: String) throws {
    var lamp = try lamp(updates: 3)
    #expect(
      try lamp.update(#"{"state":{},"version":\#(version)}"#).refusal()
        == ShadowError(code: 409, message: "Version conflict"))
  }

  @Test("of a missing shadow is 0 (6.3)")
  func missing() throws {
    var lamp = Lamp()
    #expect(try lamp.update(#"{"state":{},"version":1}"#).refusal()?.code == 409)
    #expect(try lamp.update(#"{"state":{},"version":0}"#)["update/accepted"]?["version"] == 1)
  }

  @Test("of a deleted shadow is 0 to the update that makes it again (6.3, 6.4)")
  func deleted() throws {
    var lamp = try lamp(updates: 2)
    _ = try lamp.send("delete")
    #expect(try lamp.update(#"{"state":{},"version":2}"#).refusal()?.code == 409)
    #expect(try lamp.update(#"{"state":{},"version":0}"#)["update/accepted"]?["version"] == 4)
  }

  @Test(
    "goes on after a deletion for 48 hours, then starts at 1 (6.4, 15)",
    arguments: [(0, 5), (172_800, 5), (172_801, 1), (1_000_000, 1)])
  func continuity(_ seconds: Int64, _ expected: Int64) throws {
    var lamp = try lamp(updates: 3)
    #expect(try lamp.send("delete")["delete/accepted"]?["version"] == 3)
    lamp.now += seconds
    let answers = try lamp.update(#"{"state":{"desired":{"b":1}}}"#)
    #expect(answers["update/accepted"]?["version"]?.integer == expected)
    #expect(answers["update/documents"]?["previous"] == .null)
  }

  @Test("goes on after each of several deletions (6.4)")
  func again() throws {
    var lamp = try lamp(updates: 1)
    _ = try lamp.send("delete")
    _ = try lamp.send("delete")
    _ = try lamp.update(#"{"state":{}}"#)
    #expect(try lamp.send("delete")["delete/accepted"]?["version"] == 3)
    #expect(try lamp.update(#"{"state":{}}"#)["update/accepted"]?["version"] == 5)
  }

  @Test("is remembered for 48 hours after a deletion, and takes up no memory later (6.4)")
  func forgotten() throws {
    var lamp = try lamp(updates: 1)
    for number in 0..<100 {
      let config = "name/config\(number)"
      _ = try lamp.send(config + "/update", #"{"state":{}}"#)
      _ = try lamp.send(config + "/delete")
      lamp.now += 60
    }
    lamp.now += 172_800 - 100 * 60
    _ = try lamp.send("get")
    #expect(lamp.service.count == 101)
    lamp.now += 60 * 60 + 1
    _ = try lamp.send("get")
    #expect(lamp.service.count == 1 + 100 - 61)
    lamp.now += 2 * 60 * 60
    _ = try lamp.send("get")
    #expect(lamp.service.count == 1)
    #expect(lamp.document?.version == 1)
  }

  @Test("is each shadow's own (2.1)")
  func separate() throws {
    var lamp = try lamp(updates: 2)
    #expect(
      try lamp.send("name/config/update", #"{"state":{}}"#)["name/config/update/accepted"]?[
        "version"]
        == 1)
    #expect(lamp.document?.version == 2)
  }
}
