import JSON
import Shadow
import Simulation
import Testing

@Suite("What a simulated device does about wishes")
struct WishTests {
  @Test("obeys after its delay, under any name and in one update")
  func obedience() {
    var device = Device(Rules(), now: 100)
    device.want(["mode": "manual", "né/w": ["a": [1, 2], "b": ["c": true]]])
    let steps = device.run(until: 5000)
    #expect(steps.map(\.time) == [1100])
    #expect(
      steps.first?.step.changes == ["mode": "manual", "né/w": ["a": [1, 2], "b": ["c": true]]])
    #expect(
      steps.first?.step.deeds.first
        == .obeyed(JSONPath(keys: ["mode"]), wanted: "manual", given: "manual"))
  }

  @Test("does only what the newest delta asks for, and is not put off by it")
  func cumulative() {
    var device = Device(Rules())
    device.want(["mode": "manual", "interval": 5], version: 1)
    _ = device.run(until: 500)
    device.want(["mode": "off"], version: 2)
    #expect(device.run(until: 5000).map(\.step.changes) == [["mode": "off"]])
    #expect(device.simulator.reported == ["mode": "off"])
  }

  @Test("lets older messages tell nothing")
  func stale() {
    var device = Device(Rules())
    device.want(["mode": "new"], version: 8)
    device.want(["mode": "old"], version: 7)
    device.see(desired: ["mode": "older"], version: 6)
    #expect(device.run(until: 5000).map(\.step.changes) == [["mode": "new"]])
  }

  @Test("draws its delay from a range, the same for the same seed")
  func delay() {
    let times = ([1, 1, 2, 3] as [UInt64]).map { seed in
      var device = Device(Rules("a") { $0.delay = TimeRange(500...3000) }, seed: seed)
      device.want(["a": 1])
      return device.run(until: 10_000).first?.time ?? 0
    }
    #expect(times[0] == times[1])
    #expect(Set(times).count == 3)
    #expect(times.allSatisfy { (500...3000).contains($0) })
  }

  @Test("obeys what was asked for while it was off line, once it is told of it")
  func atStart() {
    var device = Device(Rules())
    _ = device.simulator.connected(now: 0)
    device.simulator.receive(
      ShadowMessage(
        address: ShadowAddress(thing: "lamp"), topic: .accepted(.get),
        content: .document(ShadowDocument(desired: ["mode": "eco"], version: 40))), now: 0)
    #expect(device.run(until: 5000).map(\.step.changes) == [["mode": "eco"]])
  }

  @Test(
    "takes the nearest value that it can, says what it took, and does not do it again",
    arguments: [("500", "100"), ("-3", "0"), ("50", "50"), ("1e300", "100")])
  func clamp(_ wanted: String, _ given: String) throws {
    var device = Device(
      Rules("flow") {
        $0.range = WishRule.Range(least: JSONNumber(0), greatest: JSONNumber(100), clamps: true)
      })
    let wish = JSONValue.number(try number(wanted))
    for version in 1...5 as ClosedRange<Int64> {
      device.want(["flow": wish], version: version)
      let steps = device.run(until: device.now + 2000)
      guard version == 1 else {
        #expect(steps.isEmpty)
        continue
      }
      let value = JSONValue.number(try number(given))
      #expect(steps.map(\.step.changes) == [["flow": value]])
      #expect(
        steps.first?.step.deeds
          == [.obeyed(JSONPath(keys: ["flow"]), wanted: wish, given: value)])
    }
  }

  @Test(
    "refuses what it does not take, once, and it stays in the delta",
    arguments: [
      (
        WishRule.Range(least: JSONNumber(0), greatest: nil, clamps: false),
        JSONValue.number(JSONNumber(-1)), "it takes 0 or more"
      ),
      (
        WishRule.Range(least: JSONNumber(0), greatest: JSONNumber(9), clamps: true), "much",
        "it takes a number, 0 to 9"
      ),
    ])
  func outOfRange(_ range: WishRule.Range, _ wanted: JSONValue, _ reason: String) {
    var device = Device(Rules("flow") { $0.range = range })
    device.want(["flow": wanted], version: 1)
    let steps = device.run(until: 5000)
    #expect(
      steps.map(\.step.deeds)
        == [[.refused(JSONPath(keys: ["flow"]), wanted: wanted, reason: reason)]])
    #expect(steps.allSatisfy { $0.step.changes.isEmpty })
    device.want(["flow": wanted], version: 2)
    #expect(device.run(until: 10_000).isEmpty)
  }

  @Test("refuses values that are not on its list, and reports why until the wish is gone")
  func errorReport() {
    var device = Device(
      Rules("mode") {
        $0.only = ["auto", "off"]
        $0.errorReport = WishRule.ErrorReport(path: JSONPath(keys: ["errors", "mode"]), value: nil)
      })
    device.want(["mode": "turbo"], version: 1)
    #expect(
      device.run(until: 2000).map(\.step.changes)
        == [["errors": ["mode": #"it takes only "auto", "off""#]]])
    device.want(["mode": "off"], version: 2)
    #expect(
      device.run(until: 9000).map(\.step.changes)
        == [["errors": ["mode": nil]], ["mode": "off"]])
    #expect(device.simulator.reported == ["errors": [:], "mode": "off"])
  }

  @Test("takes a reported refusal back when desired lets go of the wish")
  func errorGone() {
    var device = Device(
      Rules("mode") {
        $0.refusal = WishRule.Refusal(reason: "locked")
        $0.errorReport = WishRule.ErrorReport(path: JSONPath(keys: ["error"]), value: 17)
      })
    device.want(["mode": 1], version: 1)
    #expect(device.run(until: 2000).map(\.step.changes) == [["error": 17]])
    device.see(desired: [:], version: 2)
    #expect(device.run(until: 3000).map(\.step.changes) == [["error": nil]])
    #expect(device.simulator.reported.isEmpty)
  }

  @Test("refuses so many of its wishes by chance")
  func chance() {
    var device = Device(
      Rules("mode") { $0.refusal = WishRule.Refusal(reason: "busy", chance: 0.3) }, seed: 4)
    var refused = 0
    for version in 1...1000 as ClosedRange<Int64> {
      device.want(["mode": .number(JSONNumber(version))], version: version)
      for step in device.run(until: device.now + 1500) where step.step.changes.isEmpty {
        refused += step.step.deeds.count
      }
    }
    #expect((240...360).contains(refused), "\(refused) of 1000, seed 4")
  }

  @Test("has other words than the cloud for a value, and obeys those that it has none for")
  func mapping() {
    var device = Device(
      Rules("mode") {
        $0.mappings = [
          WishRule.Mapping(wanted: "eco", given: 1), WishRule.Mapping(wanted: "7", given: "seven"),
        ]
      })
    let wishes: [JSONValue] = ["eco", 7, "other"]
    let given = wishes.enumerated().flatMap { version, wish in
      device.want(["mode": wish], version: Int64(version) + 1)
      return device.values(of: JSONPath(keys: ["mode"]), until: device.now + 1500)
    }
    #expect(given == [1, "seven", "other"])
  }

  @Test("goes to a number in steps, and ends at the very number that was asked for")
  func steps() throws {
    var rules = Rules("flow") {
      $0.range = WishRule.Range(least: JSONNumber(0), greatest: JSONNumber(100), clamps: true)
    }
    rules.wishRules[0].approach = WishRule.Approach(step: try number("0.5"), every: TimeRange(1000))
    rules.reported = ["flow": .number(try number("2.0"))]
    var device = Device(rules)
    device.want(["flow": .number(try number("4.00"))])
    let flows = device.run(until: 60_000).map { ($0.time, $0.step.changes["flow"]?.compact) }
    #expect(flows.map(\.0) == [2000, 3000, 4000, 5000])
    #expect(flows.map(\.1) == ["2.5", "3.0", "3.5", "4.00"])
  }

  @Test("turns to another number on its way, and rests when desired lets go")
  func turning() throws {
    var rules = Rules("flow") { $0.delay = TimeRange(0) }
    rules.wishRules[0].approach = WishRule.Approach(step: JSONNumber(1), every: TimeRange(1000))
    rules.reported = ["flow": 5]
    var device = Device(rules)
    device.want(["flow": 9], version: 1)
    #expect(device.values(of: JSONPath(keys: ["flow"]), until: 2000) == [6, 7])
    device.want(["flow": 1], version: 2)
    #expect(device.values(of: JSONPath(keys: ["flow"]), until: 4500) == [6, 5])
    device.see(desired: [:], reported: ["flow": 5], version: 3)
    #expect(device.run(until: 20_000).isEmpty)
  }

  @Test("goes by the first rule that covers a wish")
  func firstRule() {
    var rules = Rules("pump1") { $0.refusal = WishRule.Refusal(reason: "locked") }
    let flow = PathPattern(text: "/pump*/flow", path: JSONPath(keys: ["pump*", "flow"]))
    rules.wishRules.insert(WishRule(pattern: flow, delay: TimeRange(200)), at: 0)
    var device = Device(rules)
    device.want(["pump1": ["flow": 3, "on": true], "lamp": 1])
    let steps = device.run(until: 3000)
    #expect(steps.map(\.time) == [200, 1000])
    #expect(steps.first?.step.changes == ["pump1": ["flow": 3]])
    #expect(steps.last?.step.changes == ["lamp": 1])
    #expect(
      steps.last?.step.deeds.first
        == .refused(JSONPath(keys: ["pump1", "on"]), wanted: true, reason: "locked"))
  }

  @Test(
    "covers paths that fit, and what is below them",
    arguments: [
      (["pump*"], ["pump1", "flow"], true), (["*"], ["a", "b"], true), (["p*1"], ["pump12"], false),
      (["p*m*1"], ["pump1"], true), (["pump1", "*"], ["pump1"], false),
      (["pump1", "fl*"], ["pump1", "flow", "x"], true), (["é"], ["e\u{301}"], false),
      (["a**b"], ["ab"], true), (["ab*b"], ["ab"], false), ([""], [""], true),
    ])
  func patterns(_ pattern: [String], _ path: [String], covers: Bool) {
    let pattern = PathPattern(text: "", path: JSONPath(keys: pattern))
    #expect(pattern.covers(JSONPath(keys: path)) == covers)
  }

  @Test("holds a reading still that desired names, until desired lets go of it")
  func hold() {
    var device = Device(Rules(.cycle([1, 2, 3]), at: "t", every: 700))
    device.want(["t": 30], version: 1)
    let path = JSONPath(keys: ["t"])
    #expect(device.values(of: path, until: 20_000) == [2, 30])
    device.see(desired: ["t": 30], reported: ["t": 30], version: 2)
    #expect(device.values(of: path, until: 30_000) == [])
    device.see(desired: [:], reported: ["t": 30], version: 3)
    #expect(!device.values(of: path, until: 40_000).isEmpty)
  }

  @Test("lets a reading go on where the rules say so, and then obeys again")
  func noHold() {
    var rules = Rules(.cycle([1, 2]), at: "t", every: 3000)
    rules.reporters[0].yieldsToWishes = false
    var device = Device(rules)
    device.want(["t": 30], version: 1)
    #expect(device.values(of: JSONPath(keys: ["t"]), until: 3500) == [30, 2])
    device.see(desired: ["t": 30], reported: ["t": 30], version: 2)
    device.see(desired: ["t": 30], reported: ["t": 2], version: 3)
    #expect(device.values(of: JSONPath(keys: ["t"]), until: 5000) == [30])
  }

  @Test("forgets versions with the shadow, and obeys in a new one")
  func deletion() {
    var device = Device(Rules())
    device.want(["a": 1], version: 90)
    _ = device.run(until: 2000)
    device.simulator.receive(
      ShadowMessage(
        address: ShadowAddress(thing: "lamp"), topic: .accepted(.delete),
        content: .deleteAccepted(version: 91)), now: 2000)
    device.want(["a": 2], version: 1)
    #expect(device.run(until: 9000).map(\.step.changes) == [["a": 2]])
  }
}
