import JSON
import Shadow
import ShadowService
import Testing

/// What the planner promises is held against the service, never against the planner's own merge.
@Suite("A plan to put a state back, sent to the service,")
struct RestoreTests {
  /// A shadow that random updates have made; its service, and the state.
  private func shadow(_ states: inout RandomStates, updates: Int) throws -> Lamp {
    var lamp = Lamp()
    for _ in 0..<updates {
      lamp.now += 1
      _ = try lamp.update(JSONValue.object(["state": states.state()]).compact)
    }
    return lamp
  }

  private func send(_ plan: RestorePlan, to lamp: inout Lamp) throws -> [Answer] {
    lamp.now += 1
    return try lamp.send("update", plan.request(clientToken: nil).json.compactBytes)
  }

  @Test("gives exactly that state", arguments: UInt64(1)...200)
  func exact(_ seed: UInt64) throws {
    var states = RandomStates(seed: seed)
    let wanted = try #require(try shadow(&states, updates: 3).document)
    var lamp = try shadow(&states, updates: Int(seed % 4))
    let plan = RestorePlan(to: wanted, from: lamp.document)
    #expect(plan.shortfalls.isEmpty, "seed \(seed)")
    let answers = try send(plan, to: &lamp)
    #expect(answers.refusal() == nil, "seed \(seed)")
    #expect(lamp.document?.stateJSON == wanted.stateJSON, "seed \(seed)")
    #expect(plan.outcome.stateJSON == wanted.stateJSON, "seed \(seed)")
    #expect(RestorePlan(to: wanted, from: lamp.document).isEmpty, "seed \(seed)")
  }

  @Test("changes one section where one is asked for", arguments: UInt64(1)...60)
  func section(_ seed: UInt64) throws {
    var states = RandomStates(seed: seed)
    let wanted = try #require(try shadow(&states, updates: 3).document)
    var lamp = try shadow(&states, updates: 3)
    let before = try #require(lamp.document)
    let section: Section = seed % 2 == 0 ? .desired : .reported
    _ = try send(RestorePlan(to: wanted, from: before, sections: [section]), to: &lamp)
    #expect(lamp.document?[section] == wanted[section], "seed \(seed)")
    #expect(lamp.document?[section.other] == before[section.other], "seed \(seed)")
  }

  @Test("comes as near to any state as it says, nulls and all", arguments: UInt64(1)...100)
  func anyState(_ seed: UInt64) throws {
    var states = RandomStates(seed: seed)
    var wanted = ShadowDocument(version: 1)
    wanted.desired = states.section(nulls: true)
    wanted.reported = states.section(nulls: true)
    var lamp = try shadow(&states, updates: 3)
    let plan = RestorePlan(to: wanted, from: lamp.document)
    let answers = try send(plan, to: &lamp)
    #expect(answers.refusal() == nil, "seed \(seed)")
    #expect(lamp.document?.stateJSON == plan.outcome.stateJSON, "seed \(seed)")
    let left = StateDifference(from: plan.outcome, to: wanted).lines.map(\.change)
    // An object that differs only by its nulls differs as a whole where it is new.
    for change in left {
      #expect(
        plan.shortfalls.contains { change.path.isPrefix(of: $0.path) }, "seed \(seed): \(change)")
    }
    #expect(left.isEmpty == plan.shortfalls.isEmpty, "seed \(seed)")
  }

  @Test("writes nothing that need not be written", arguments: UInt64(1)...60)
  func smallest(_ seed: UInt64) throws {
    var states = RandomStates(seed: seed)
    let wanted = try #require(try shadow(&states, updates: 3).document)
    let lamp = try shadow(&states, updates: 3)
    let current = try #require(lamp.document)
    let plan = RestorePlan(to: wanted, from: current)
    let writes = JSONValue.changes(from: [:], to: plan.request(clientToken: nil).state)
      .flatMap { leaves(of: $0.new ?? .null, at: $0.path) }
    for path in writes {
      var other = lamp
      let state = plan.request(clientToken: nil).state.removing(at: path)
      _ = try other.update(JSONValue.object(["state": state]).compact)
      #expect(other.document?.stateJSON != wanted.stateJSON, "seed \(seed): \(path.pointer)")
    }
  }

  @Test("is refused with 409 when the shadow has changed meanwhile")
  func locked() throws {
    var lamp = Lamp()
    _ = try lamp.update(#"{"state":{"reported":{"a":1}}}"#)
    let plan = RestorePlan(to: ShadowDocument(reported: ["a": 2], version: 1), from: lamp.document)
    _ = try lamp.update(#"{"state":{"reported":{"b":1}}}"#)
    #expect(try send(plan, to: &lamp).refusal() == .versionConflict)
  }

  /// The places of a value that are no objects with members.
  private func leaves(of value: JSONValue, at path: JSONPath) -> [JSONPath] {
    guard let object = value.object, !object.isEmpty else { return [path] }
    return object.flatMap { leaves(of: $0.value, at: path.appending(key: $0.key)) }
  }
}
