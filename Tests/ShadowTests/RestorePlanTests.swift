import JSON
import Shadow
import Testing

@Suite("The plan to put a state back")
struct RestorePlanTests {
  private func document(_ state: String, version: Int64 = 5) throws -> ShadowDocument {
    try ShadowDocument(json: JSONParser.parse(#"{"state":\#(state),"version":\#(version)}"#))
  }

  private func plan(_ wanted: String, from current: String) throws -> RestorePlan {
    RestorePlan(to: try document(wanted), from: try document(current, version: 9))
  }

  @Test(
    "writes only what differs, as the service merges it",
    arguments: [
      // Wanted, current, update.
      (#"{"reported":{"a":1,"b":2}}"#, #"{"reported":{"a":1.0,"b":3}}"#, #"{"reported":{"b":2}}"#),
      (#"{"reported":{"a":1}}"#, #"{"reported":{"a":1,"b":{"c":1}}}"#, #"{"reported":{"b":null}}"#),
      (
        #"{"reported":{"o":{"x":1}}}"#, #"{"reported":{"o":{"x":1,"y":2}}}"#,
        #"{"reported":{"o":{"y":null}}}"#
      ),
      (
        #"{"reported":{"o":{}}}"#, #"{"reported":{"o":{"y":2}}}"#, #"{"reported":{"o":{"y":null}}}"#
      ),
      (#"{"reported":{"o":{}}}"#, #"{"reported":{"o":1}}"#, #"{"reported":{"o":{}}}"#),
      (#"{"reported":{"o":1}}"#, #"{"reported":{"o":{"y":2}}}"#, #"{"reported":{"o":1}}"#),
      (#"{"reported":{"l":[1,2]}}"#, #"{"reported":{"l":[1]}}"#, #"{"reported":{"l":[1,2]}}"#),
      (#"{"reported":{"a":1}}"#, #"{"desired":{"m":1},"reported":{"a":1}}"#, #"{"desired":null}"#),
      ("{}", #"{"desired":{"m":1},"reported":{"a":1}}"#, #"{"desired":null,"reported":null}"#),
      (#"{"desired":{}}"#, #"{"desired":{"m":1}}"#, #"{"desired":null}"#),
      (#"{"desired":{"m":{"k":1}}}"#, "{}", #"{"desired":{"m":{"k":1}}}"#),
    ])
  func updates(_ wanted: String, _ current: String, _ update: String) throws {
    let plan = try plan(wanted, from: current)
    let expected = try JSONParser.parse(update)
    #expect(plan.request(clientToken: nil).state == expected)
    #expect(plan.request(clientToken: nil).version == 9)
    #expect(plan.shortfalls.isEmpty)
    #expect(StateDifference(from: plan.outcome, to: try document(wanted)).isEmpty)
  }

  @Test(
    "is empty where nothing differs",
    arguments: ["{}", #"{"desired":{"a":{}},"reported":{"b":[]}}"#])
  func nothing(_ state: String) throws {
    let plan = try plan(state, from: state)
    #expect(plan.isEmpty)
  }

  @Test("leaves a section alone that is not asked for")
  func sections() throws {
    let plan = RestorePlan(
      to: try document(#"{"desired":{"a":1},"reported":{"b":1}}"#),
      from: try document(#"{"desired":{"a":2},"reported":{"b":2}}"#), sections: [.desired])
    #expect(plan.request(clientToken: nil).state.compact == #"{"desired":{"a":1}}"#)
    #expect(plan.outcome.reported == ["b": 2])
  }

  @Test("names no version where there is no shadow")
  func missing() throws {
    let plan = RestorePlan(to: try document(#"{"reported":{"b":1}}"#), from: nil)
    #expect(plan.version == nil)
    #expect(plan.request(clientToken: nil).json.compact == #"{"state":{"reported":{"b":1}}}"#)
  }

  @Test("tells what no shadow can hold, and leaves an array with a null as it is")
  func shortfalls() throws {
    let plan = try plan(
      #"{"reported":{"n":null,"o":{"x":null,"y":1},"l":[1,[null]],"k":[{"z":null}],"a":1}}"#,
      from: #"{"reported":{"n":1,"l":[7]}}"#)
    #expect(
      plan.request(clientToken: nil).state.compact
        == #"{"reported":{"o":{"y":1},"a":1,"n":null}}"#)
    #expect(plan.shortfalls.map(\.path.pointer) == ["/n", "/o/x", "/l", "/k"])
    #expect(plan.shortfalls.map(\.reason) == [.null, .null, .nullInArray, .nullInArray])
    #expect(plan.outcome.reported == ["l": [7], "o": ["y": 1], "a": 1])
  }

  @Test("knows what the service would refuse")
  func refusal() throws {
    let deep = try plan(#"{"desired":{"a":{"b":{"c":{"d":{"e":{"f":{}}}}}}}}"#, from: "{}")
    #expect(deep.refusal() == .tooDeep(maximum: 6))
    #expect(deep.refusal(within: ShadowLimits(depth: 8)) == nil)
    let long = JSONValue.string(String(repeating: "x", count: 8180)).compact
    #expect(try plan(#"{"desired":{"a":\#(long)}}"#, from: "{}").refusal() == nil)
    #expect(
      try plan(#"{"desired":{"a":\#(long)}}"#, from: #"{"reported":{"b":1}}"#).refusal() == nil)
    let kept = RestorePlan(
      to: try document(#"{"desired":{"a":\#(long)}}"#),
      from: try document(#"{"reported":{"b":1}}"#),
      sections: [.desired])
    #expect(kept.refusal() == .tooLarge)
  }
}
