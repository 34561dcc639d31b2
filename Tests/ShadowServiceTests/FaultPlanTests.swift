import JSON
import Shadow
import ShadowService
import Testing

/// A plan in the middle of its work; short words for what it is given and what it answers.
private struct Bench {
  var gate: RequestGate
  /// The clock, and 1/1000 of it the time of day.
  var now: Int64 = 1_700_000_000_000
  var notes: [String] = []

  init(_ rules: [String], seed: UInt64 = 1, strict: Bool = false) throws {
    let rules = try rules.map { (text) throws(FaultRuleError) in try FaultRule.parse(text) }
    gate = RequestGate(faults: FaultPlan(rules: rules, seed: seed), limitsRates: strict)
  }

  /// One request; its answers are the messages of these suffixes.
  ///
  /// - Returns: each delivery as its suffix, with `+MS` where it is delayed, or `cut THING`; or
  ///   what the gate said instead of asking the service.
  mutating func request(
    _ operation: String = "update", answers: [String] = ["update/accepted"],
    thing: String = "lamp1", shadow: String? = nil
  ) -> [String] {
    let address = ShadowAddress(thing: thing, shadow: shadow)
    let admission = gate.admit("\(address.prefix)/\(operation)", retained: false, now: now)
    notes += admission.notes.map { "\($0.id)" }
    let cut = admission.cut.map { ["cut \($0) now"] } ?? []
    let publications = answers.map { suffix in
      Publication(topic: "\(address.prefix)/\(suffix)", payload: Array(#"{"code":400}"#.utf8))
    }
    switch admission.verdict {
    case .lose:
      _ = gate.dispatch([], of: admission, time: now / 1000, now: now)
      return cut + ["lost"]
    case .refuse(let error):
      let (deliveries, _) = gate.dispatch(
        [Publication(topic: "\(address.prefix)/\(operation)/rejected", payload: [])],
        of: admission, time: now / 1000, now: now)
      return cut + ["\(error.code) \(error.message)"] + deliveries.dropFirst().map { "\($0)" }
    case .pass:
      let (deliveries, new) = gate.dispatch(
        publications, of: admission, time: now / 1000, now: now)
      notes += new.map { "\($0.id)" }
      return cut
        + deliveries.map { delivery in
          switch delivery {
          case .publish(let publication, let delay):
            publication.topic.dropFirst(address.prefix.count + 1) + (delay > 0 ? "+\(delay)" : "")
          case .cut(let thing, let delay): "cut \(thing)" + (delay > 0 ? "+\(delay)" : "")
          }
        }
    }
  }
}

private let update = ["update/accepted", "update/delta", "update/documents"]

@Suite("A plan of faults")
struct FaultPlanTests {
  @Test(
    "does to the answers what the rules say, one rule after another",
    arguments: [
      ([], update), (["drop"], []), (["drop kind=delta"], ["update/accepted", "update/documents"]),
      (["drop kind=accepted,documents"], ["update/delta"]),
      (["delay=250 kind=accepted"], ["update/accepted+250", "update/delta", "update/documents"]),
      (
        ["delay=250 kind=delta", "delay=50"],
        ["update/accepted+50", "update/delta+300", "update/documents+50"]
      ),
      (
        ["duplicate kind=accepted"],
        ["update/accepted", "update/accepted", "update/delta", "update/documents"]
      ),
      (
        ["disconnect kind=delta"],
        ["update/accepted", "update/delta", "cut lamp1", "update/documents"]
      ),
      (["drop", "disconnect"], []),
      (["disconnect kind=accepted", "drop"], ["cut lamp1"]),
      (
        ["delay=7 kind=accepted", "disconnect kind=accepted", "drop kind=delta,documents"],
        ["update/accepted+7", "cut lamp1+7"]
      ),
      (["drop operation=get"], update), (["drop operation=update"], []),
      (["drop thing=lamp2"], update), (["drop thing=lamp*"], []), (["drop shadow=*"], update),
      (["drop classic"], []),
      (["drop topic=$aws/things/+/shadow/update/delta/#"], [update[0], update[2]]),
      (["drop topic=$aws/things/lamp2/#"], update), (["drop kind=request"], ["lost"]),
      (["drop kind=request operation=get"], update),
      (["answer=500"], ["500 Internal service failure"]),
      (["answer=429"], ["429 Too many requests"]), (["answer=451 message=no"], ["451 no"]),
      (["answer=404"], ["404 No shadow exists with name: 'lamp1'"]),
      (["answer=599"], ["599 Fault on demand"]), (["answer=500 thing=x"], update),
      (["disconnect kind=request"], ["cut lamp1 now"] + update),
    ])
  func actions(rules: [String], expected: [String]) throws {
    var bench = try Bench(rules)
    #expect(bench.request(answers: update) == expected)
  }

  @Test("chooses named shadows by their names")
  func named() throws {
    var bench = try Bench(["drop shadow=night*"])
    #expect(bench.request(shadow: "night-1") == [])
    #expect(bench.request(shadow: "day") == ["update/accepted"])
    #expect(bench.request() == ["update/accepted"])
  }

  @Test(
    "counts what a rule chooses",
    arguments: [
      ("drop", "........"), ("drop next=2", "..xxxxxx"), ("drop every=3", "xx.xx.xx"),
      ("drop after=6", "xxxxxx.."), ("drop after=2 every=2 next=2", "xxx.x.xx"),
      ("drop rate=0", "xxxxxxxx"), ("drop rate=100%", "........"),
      ("drop rate=100% next=1", ".xxxxxxx"),
    ])
  func counting(rule: String, expected: String) throws {
    var bench = try Bench([rule])
    let seen = (0..<8).map { _ in bench.request().isEmpty ? "." : "x" }.joined()
    #expect(seen == expected)
  }

  @Test("draws a rate from the seed: the same again, another with another, about as often as said")
  func rate() throws {
    func draws(_ seed: UInt64, _ rules: [String]) throws -> String {
      var bench = try Bench(rules, seed: seed)
      return (0..<1000).map { _ in bench.request().isEmpty ? "." : "x" }.joined()
    }
    let first = try draws(1, ["drop rate=20%"])
    #expect(try first == draws(1, ["drop rate=20%"]))
    #expect(try first != draws(2, ["drop rate=20%"]))
    #expect((150...250).contains(first.filter { $0 == "." }.count))
    // Another rule's draws are its own.
    #expect(try first == draws(1, ["drop rate=20%", "duplicate rate=50%"]))
  }

  @Test("draws a delay from its range, and the whole range")
  func delays() throws {
    var bench = try Bench(["delay=10..12"])
    let seen = Set((0..<100).flatMap { _ in bench.request() })
    #expect(seen == ["update/accepted+10", "update/accepted+11", "update/accepted+12"])
  }

  @Test("reorders the messages of a request, always into another order, and loses none")
  func reordering() throws {
    var bench = try Bench(["reorder"])
    var seen: Set<[String]> = []
    for _ in 0..<100 {
      let order = bench.request(answers: update)
      #expect(order != update)
      #expect(order.sorted() == update.sorted())
      seen.insert(order)
    }
    #expect(seen.count == 5)
    #expect(bench.request() == ["update/accepted"])
  }

  @Test("reorders only what is chosen, among its own places")
  func reorderingSome() throws {
    var bench = try Bench(["reorder kind=accepted,documents"])
    #expect(bench.request(answers: update) == update.reversed())
  }

  @Test("gives a rejection its time, takes it away, and leaves other messages alone")
  func timestamps() throws {
    let address = ShadowAddress(thing: "lamp1")
    let rejection = Publication(
      topic: address.topic(.rejected(.update)),
      payload: Array(#"{"code":400,"message":"x","timestamp":5,"clientToken":"t"}"#.utf8))
    let accepted = Publication(
      topic: address.topic(.accepted(.update)), payload: Array(#"{"timestamp":5}"#.utf8))
    func payloads(_ rule: String) throws -> [String] {
      var plan = FaultPlan(rules: [try FaultRule.parse(rule)], seed: 1)
      var notes: [FaultPlan.Note] = []
      return plan.deliver([rejection, accepted], time: 9, notes: &notes).map { delivery in
        guard case .publish(let publication, _) = delivery else { return "cut" }
        return String(decoding: publication.payload, as: UTF8.self)
      }
    }
    #expect(
      try payloads("timestamp") == [
        #"{"code":400,"message":"x","timestamp":9,"clientToken":"t"}"#, #"{"timestamp":5}"#,
      ])
    #expect(
      try payloads("no-timestamp") == [
        #"{"code":400,"message":"x","clientToken":"t"}"#, #"{"timestamp":5}"#,
      ])
  }

  @Test("notes each time that a rule acts")
  func notes() throws {
    var bench = try Bench(["answer=500 every=2", "drop kind=delta", "duplicate kind=accepted"])
    _ = bench.request(answers: update)
    #expect(bench.notes == ["2", "3"])
    _ = bench.request(answers: update)
    #expect(bench.notes == ["2", "3", "1"])
  }

  @Test("leaves what is no request and no answer alone")
  func others() throws {
    var gate = RequestGate(
      faults: FaultPlan(rules: [try FaultRule.parse("drop"), try FaultRule.parse("answer=500")]),
      limitsRates: true)
    for (topic, retained) in [("tcxn/x", false), ("$aws/things/a/shadow/get", true)] {
      let admission = gate.admit(topic, retained: retained, now: 0)
      #expect(admission.verdict == .pass)
      #expect(admission.notes.isEmpty)
      let other = Publication(topic: "other", payload: [])
      let (deliveries, notes) = gate.dispatch([other], of: admission, time: 0, now: 0)
      #expect(deliveries == [.publish(other, delay: 0)])
      #expect(notes.isEmpty)
    }
  }
}

@Suite("AWS's limits on requests")
struct RequestLimiterTests {
  @Test("take 20 requests in any second of each thing, whatever they ask for (spec 10.3)")
  func rate() throws {
    var bench = try Bench([], strict: true)
    for _ in 0..<10 {
      #expect(bench.request("get", answers: ["get/accepted"]) == ["get/accepted"])
      bench.now += 50
      #expect(bench.request(shadow: "night") == ["update/accepted"])
    }
    let refused = ["429 Too many requests: at most 20 in a second"]
    #expect(bench.request("delete") == refused)
    #expect(bench.request(thing: "lamp2") == ["update/accepted"])
    // The first came 500 ms ago, and two at every step after it but one.
    bench.now += 499
    #expect(bench.request() == refused)
    bench.now += 1
    #expect(bench.request() == ["update/accepted"])
    #expect(bench.request() == refused)
  }

  @Test("do not count what they refuse")
  func refused() throws {
    var bench = try Bench([], strict: true)
    for _ in 0..<20 { _ = bench.request() }
    for _ in 0..<100 {
      bench.now += 5
      _ = bench.request()
    }
    bench.now += 500
    for _ in 0..<20 { #expect(bench.request() == ["update/accepted"]) }
  }

  @Test("allow ten requests whose answers are not out yet (spec 10.3)")
  func inFlight() throws {
    var bench = try Bench(["delay=5000 kind=accepted", "delay=9000 kind=delta"], strict: true)
    for _ in 0..<10 {
      #expect(bench.request(answers: ["update/accepted", "update/delta"]).count == 2)
      bench.now += 100
    }
    let refused = ["429 Too many requests: at most 10 in flight"]
    #expect(bench.request() == refused)
    #expect(bench.request(thing: "lamp2") == ["update/accepted+5000"])
    bench.now += 3999
    #expect(bench.request() == refused)
    bench.now += 1
    #expect(bench.request() == ["update/accepted+5000"])
    #expect(bench.request() == refused)
  }

  @Test("count a request from when it is taken, before anything is known of its answer")
  func open() {
    var limiter = RequestLimiter()
    for _ in 0..<10 { #expect(limiter.take("lamp1", now: 0) == nil) }
    #expect(limiter.take("lamp1", now: 0) == .inFlight)
    limiter.answer("lamp1", at: 0)
    #expect(limiter.take("lamp1", now: 0) == nil)
  }

  @Test("wait for no answer that was dropped or a request that was lost")
  func dropped() throws {
    for rule in ["drop", "drop kind=request", "answer=500"] {
      var bench = try Bench([rule], strict: true)
      for _ in 0..<40 {
        #expect(bench.request().first?.hasPrefix("429") != true, "\(rule)")
        bench.now += 60
      }
    }
  }

  @Test("count nothing when they are off")
  func off() throws {
    var bench = try Bench(["delay=1000"])
    for _ in 0..<50 { #expect(bench.request() == ["update/accepted+1000"]) }
  }

  @Test("forget things that have been quiet")
  func memory() {
    var limiter = RequestLimiter()
    for number in 0..<5000 {
      #expect(limiter.take("thing-\(number)", now: Int64(number) * 10) == nil)
      limiter.answer("thing-\(number)", at: Int64(number) * 10)
    }
    #expect(limiter.things < 1200)
  }
}
