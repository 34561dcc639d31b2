import Conditions
import JSON
import Shadow
import Testing

@Suite("Whether a condition is true")
struct WatchTests {
  private static let document = """
    {"state":{
      "reported":{"firmware":"2.1","mode":"eco","on":true,"off":false,"n":12345678901234567890,
        "half":0.5,"list":[1,{"x":2}],"a.b":1,"0":"zero","pump":{"flow":11}},
      "desired":{"mode":"eco","pump":{"flow":12}}},
    "metadata":{
      "reported":{"firmware":{"timestamp":1000},"on":{"timestamp":1060},
        "list":[{"timestamp":1010},{"x":{"timestamp":1020}}],"pump":{"flow":{"timestamp":1050}}},
      "desired":{"mode":{"timestamp":1030},"pump":{"flow":{"timestamp":1040}}}},
    "version":41,"timestamp":1060}
    """

  @Test(
    "goes by the document",
    arguments: [
      (#"reported.firmware == "2.1" && desired.mode == reported.mode"#, true),
      (#"reported.firmware == "2.10""#, false),
      (#"reported.firmware > "2.0" && reported.firmware < "2.10""#, true),
      ("reported.on", true), ("reported.off", false), ("!reported.off", true),
      ("reported.mode", false), ("not reported.missing", true),
      // Exact, where floating point would round.
      ("reported.n == 12345678901234567890.0", true),
      ("reported.n > 12345678901234567889", true),
      ("reported.n < 12345678901234567891", true),
      ("reported.n < 12345678901234567890", false),
      ("reported.half == 5e-1 && reported.half >= 0.50 && reported.half <= 0.5", true),
      // What is not there is neither equal nor unequal to anything.
      ("reported.missing == 1", false), ("reported.missing != 1", false),
      ("reported.missing < 1 || reported.missing >= 1", false),
      ("reported.missing == desired.missing", false), ("!exists(reported.missing)", true),
      // Other kinds are unequal and have no order.
      (#"reported.n != "12345678901234567890""#, true),
      (#"reported.n < "2" || reported.n >= "2""#, false),
      ("reported.on < 2 || reported.on >= 0", false), ("reported.on != null", true),
      ("reported.list[0] == 1 && reported.list[1].x == 2", true),
      ("reported.list.0 == 1 && reported.list.1.x == 2", true),
      (#"reported.0 == "zero" && reported["0"] == "zero""#, true),
      ("exists(reported[0]) || exists(reported.list[2]) || exists(reported.list.x)", false),
      (#"reported."a.b" == 1 && reported["a.b"] == 1 && /reported/a.b == 1"#, true),
      (#"reported.list == [1, {"x": 2.0}]"#, true), (#"desired.pump == {"flow":12}"#, true),
      ("exists(delta) && delta.pump.flow == 12 && !exists(delta.mode)", true),
      ("version == 41 && version > 40", true),
      ("metadata.reported.pump.flow.timestamp == 1050", true),
      ("(reported.on && reported.off) == false", true),
      ("reported.off or reported.on and reported.off or reported.on", true),
      // 1100 s is now.
      ("age(reported.firmware) == 100 && age(reported.on) == 40", true),
      ("age(reported) == 40 && age(reported.list) == 80 && age(reported.list[0]) == 90", true),
      ("age(delta.pump.flow) == 60 && age(desired.pump) == 60", true),
      ("age(reported.firmware) > age(reported.on)", true),
      ("age(reported.mode) > 0 || age(reported.mode) <= 0", false),
      ("changed(reported.on)", false),
    ])
  func truth(_ text: String, _ expected: Bool) throws {
    var watch = ConditionWatch(try Condition(parsing: text))
    watch.take(try message("get/accepted", Self.document), at: 1_060_000, asked: nil)
    #expect(watch.isTrue(at: 1_100_000) == expected)
  }

  @Test("is not true while nothing is known, or there is no shadow, whatever it says")
  func missing() throws {
    for text in ["true", "!exists(reported.a)", "not reported.a == 1"] {
      var watch = ConditionWatch(try Condition(parsing: text))
      #expect(!watch.isTrue(at: 0))
      watch.take(try message("get/rejected", #"{"code":404,"message":"none"}"#), at: 0, asked: nil)
      #expect(!watch.isTrue(at: 0))
      watch.take(try message("get/accepted", #"{"state":{},"version":1}"#), at: 0, asked: nil)
      #expect(watch.isTrue(at: 0))
    }
  }

  @Test("can wait for a shadow to go")
  func deletion() throws {
    var watch = ConditionWatch(try Condition(parsing: "!exists(version)"))
    watch.take(try message("get/accepted", #"{"state":{},"version":3}"#), at: 0, asked: nil)
    #expect(!watch.isTrue(at: 0))
    watch.take(try message("delete/accepted", #"{"version":3}"#), at: 0, asked: nil)
    #expect(watch.isTrue(at: 0))
  }

  @Test("follows updates, and no older document changes anything")
  func updates() throws {
    var watch = ConditionWatch(try Condition(parsing: "reported.a == 2"))
    watch.take(try message("get/accepted", Self.holding("1", version: 1)), at: 0, asked: nil)
    #expect(!watch.isTrue(at: 0))
    watch.take(try documents("1", "2", version: 2), at: 1, asked: nil)
    #expect(watch.isTrue(at: 1))
    watch.take(try message("get/accepted", Self.holding("1", version: 1)), at: 2, asked: nil)
    #expect(watch.isTrue(at: 2))
  }

  @Test("a change counts from the beginning, also when it was taken back")
  func changed() throws {
    var watch = ConditionWatch(try Condition(parsing: "changed(reported.a)"))
    watch.take(try message("get/accepted", Self.holding("1", version: 1)), at: 0, asked: nil)
    watch.take(try documents("1", "1.0", version: 2), at: 1, asked: nil)
    #expect(!watch.isTrue(at: 1))
    watch.take(try documents("1.0", "2", version: 3), at: 2, asked: nil)
    #expect(watch.isTrue(at: 2))
    watch.take(try documents("2", "1", version: 4), at: 3, asked: nil)
    #expect(watch.isTrue(at: 3))
  }

  @Test("an update that is heard before the answer to the get is a change already")
  func changedEarly() throws {
    var watch = ConditionWatch(try Condition(parsing: "changed(reported.a)"))
    watch.take(try documents("1", "2", version: 2), at: 0, asked: nil)
    #expect(watch.isTrue(at: 0))
  }

  @Test("the first shadow of a thing that had none is a change")
  func changedFromNothing() throws {
    var watch = ConditionWatch(try Condition(parsing: "changed(reported.a)"))
    watch.take(try message("get/rejected", #"{"code":404,"message":"none"}"#), at: 0, asked: nil)
    watch.take(try message("get/accepted", Self.holding("1", version: 1)), at: 1, asked: nil)
    #expect(watch.isTrue(at: 1))
  }

  @Test("is not true while what is known may be old")
  func doubt() throws {
    var watch = ConditionWatch(try Condition(parsing: "age(reported) > 10"))
    watch.take(try message("get/accepted", Self.document), at: 1_060_000, asked: nil)
    #expect(watch.nextTurn(after: 1_060_000) == 1_071_000)
    watch.doubt()
    #expect(!watch.isTrue(at: 1_100_000))
    #expect(watch.nextTurn(after: 1_060_000) == nil)
    watch.take(try message("get/accepted", Self.document), at: 1_060_000, asked: 1_060_000)
    #expect(watch.isTrue(at: 1_071_000))
  }

  @Test(
    "says when time alone can turn it",
    arguments: [
      ("age(reported.on) > 30", 1_091_000), ("age(reported.on) >= 30", 1_090_000),
      ("age(reported.on) > 30.5", 1_091_000), ("30 < age(reported.on)", 1_091_000),
      ("age(reported.on) > 30 || age(reported.on) >= 25", 1_085_000),
      ("reported.on && !(age(reported.on) <= 40)", 1_101_000),
      ("age(reported.firmware) > version", nil), ("age(reported.on) > version", 1_102_000),
      ("age(reported.on) > age(reported.firmware)", nil), ("reported.on", nil),
      ("age(reported.mode) > 5", nil), ("age(reported.on) > 1e400", nil),
      ("age(reported.on) > 9223372036854775807", nil),
    ] as [(String, Int64?)])
  func turn(_ text: String, _ expected: Int64?) throws {
    var watch = ConditionWatch(try Condition(parsing: text))
    watch.take(try message("get/accepted", Self.document), at: 1_060_000, asked: nil)
    #expect(watch.nextTurn(after: 1_080_000) == expected)
  }

  @Test("ages go by the service's clock, where ours is another", arguments: [-3600, 0, 4, 90])
  func skew(_ ahead: Int64) throws {
    var watch = ConditionWatch(try Condition(parsing: "age(reported.on) > 30"))
    let arrival = 1_060_000 + ahead * 1000
    watch.take(try message("get/accepted", Self.document), at: arrival, asked: nil)
    // A few seconds are the rounding and the way of a message.
    let corrected = abs(ahead) >= 5 ? ahead : 0
    let turn = 1_091_000 + corrected * 1000
    #expect(watch.nextTurn(after: arrival) == turn)
    #expect(!watch.isTrue(at: turn - 1))
    #expect(watch.isTrue(at: turn))
  }

  @Test("tells what it looked at, and which of its parts are false")
  func parts() throws {
    var watch = ConditionWatch(
      try Condition(
        parsing: #"reported.on && (reported.mode == "boost" || exists(reported.x)) && "#
          + "age(reported.on) < 10 && reported.mode == desired.mode"))
    watch.take(try message("get/accepted", Self.document), at: 1_060_000, asked: nil)
    #expect(
      JSONValue.object(watch.values(at: 1_100_000)).compact
        == #"{"reported.on":true,"reported.mode":"eco","reported.x":null,"#
        + #""age(reported.on)":40,"desired.mode":"eco"}"#)
    let parts = watch.falseParts(at: 1_100_000)
    #expect(
      parts.map(\.text) == [
        #"reported.mode == "boost" || exists(reported.x)"#, "age(reported.on) < 10",
      ])
    #expect(
      parts.map { JSONValue.object($0.values).compact } == [
        #"{"reported.mode":"eco","reported.x":null}"#, #"{"age(reported.on)":40}"#,
      ])
  }

  // MARK: -

  private static func holding(_ a: String, version: Int) -> String {
    #"{"state":{"reported":{"a":\#(a)}},"version":\#(version)}"#
  }

  private func documents(_ before: String, _ after: String, version: Int) throws -> ShadowMessage {
    try message(
      "update/documents",
      #"{"previous":\#(Self.holding(before, version: version - 1)),"#
        + #""current":\#(Self.holding(after, version: version))}"#)
  }

  private func message(_ topic: String, _ payload: String) throws -> ShadowMessage {
    try #require(
      ShadowMessage(topic: "$aws/things/lamp1/shadow/\(topic)", payload: Array(payload.utf8)))
  }
}
