import Shadow
import ShadowService
import Testing

@Suite("The control of faults")
struct FaultControlTests {
  private func answer(_ request: String, _ plan: inout FaultPlan) -> String {
    let answer = FaultControl.handle(Array(request.utf8), plan: &plan)
    #expect(answer.topic == "shadowscope/sandbox/status")
    return String(decoding: answer.payload, as: UTF8.self)
  }

  @Test("lists, adds and clears rules, and answers each time with those in force")
  func requests() throws {
    var plan = FaultPlan(
      rules: [try FaultRule.parse("drop  rate=10%")], seed: 18_446_744_073_709_551_615)
    let seed = #"{"seed":"18446744073709551615","rules":"#
    let drop = #"{"id":1,"rule":"drop rate=10%","matched":0,"fired":0}"#
    #expect(answer(#"{"list":true}"#, &plan) == "\(seed)[\(drop)]}")
    #expect(answer("{}", &plan) == "\(seed)[\(drop)]}")
    let others =
      #"{"id":2,"rule":"delay=5","matched":0,"fired":0},{"id":3,"rule":"reorder","matched":0,"fired":0}"#
    #expect(
      answer(#"{"add":["delay=5","reorder"],"clientToken":"t"}"#, &plan)
        == "\(seed)[\(drop),\(others)],\"clientToken\":\"t\"}")
    #expect(answer(#"{"clear":[1]}"#, &plan) == "\(seed)[\(others)]}")
    // First cleared, then added, whatever comes first.
    let duplicate = #"{"id":4,"rule":"duplicate","matched":0,"fired":0}"#
    #expect(answer(#"{"add":["duplicate"],"clear":true}"#, &plan) == "\(seed)[\(duplicate)]}")
    #expect(answer(#"{"clear":true}"#, &plan) == "\(seed)[]}")
  }

  @Test("tells how often a rule chose and acted")
  func counts() throws {
    var plan = FaultPlan(rules: [try FaultRule.parse("drop every=2")], seed: 0)
    var notes: [FaultPlan.Note] = []
    let message = Publication(topic: "$aws/things/a/shadow/get/accepted", payload: [])
    for _ in 0..<5 { _ = plan.deliver([message], time: 0, notes: &notes) }
    #expect(answer("{}", &plan).contains(#""matched":5,"fired":2"#))
  }

  @Test(
    "says what is wrong, and changes nothing then",
    arguments: [
      ("", "this is no JSON"), ("[]", "a request is an object"), (#"{"lst":1}"#, "no such member"),
      (#"{"list":1}"#, "list takes true"), (#"{"clear":false}"#, "clear takes true, or"),
      (#"{"clear":[1,7]}"#, "there is no rule 7"), (#"{"clear":[1.5]}"#, "there is no rule 1.5"),
      (#"{"clear":[1,1]}"#, "there is no rule 1"), (#"{"add":"drop"}"#, "add takes rules"),
      (#"{"add":[1]}"#, "a rule is a text"),
      (#"{"clear":true,"add":["drop","dorp"]}"#, #""rule":"dorp","column":1"#),
    ])
  func errors(request: String, words: String) throws {
    var plan = FaultPlan(rules: [try FaultRule.parse("drop")], seed: 0)
    let said = answer(request, &plan)
    #expect(said.hasPrefix(#"{"error":""#))
    #expect(said.contains(words))
    #expect(plan.entries.map(\.rule.description) == ["drop"])
  }

  @Test("takes no more rules than can be kept an eye on")
  func most() {
    var plan = FaultPlan()
    let hundred = Array(repeating: #""drop rate=0""#, count: 100).joined(separator: ",")
    #expect(answer("{\"add\":[\(hundred)]}", &plan).contains(#""id":100"#))
    #expect(answer(#"{"add":["drop"]}"#, &plan).contains("more than 100 rules"))
    #expect(plan.entries.count == 100)
  }
}
