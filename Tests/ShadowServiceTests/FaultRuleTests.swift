import Shadow
import ShadowService
import Testing

@Suite("The rule language of faults")
struct FaultRuleTests {
  @Test(
    "reads every action and selector, and writes the rule again as it is written shortest",
    arguments: [
      "drop", "delay=200", "delay=0..1500", "duplicate", "reorder", "answer=429", "answer=500",
      #"answer=418 message="I'm a \"teapot\" \\""#, "answer=503 message=later", "timestamp",
      "no-timestamp", "disconnect", "drop kind=request", "drop kind=accepted,delta",
      "drop operation=get,delete thing=lamp* classic", "drop shadow=*", "drop rate=0.25",
      "drop topic=$aws/things/+/shadow/#", #"drop topic="a b/+""#, "drop every=3", "drop next=2",
      "disconnect kind=accepted thing=a*b after=4 every=2 rate=50% next=1",
    ])
  func roundTrip(text: String) throws {
    let rule = try FaultRule.parse(text)
    #expect(rule.description == text)
  }

  @Test("takes selectors in any order, apart by any number of spaces")
  func order() throws {
    let rule = try FaultRule.parse("  delay=100..100   next=2  operation=update,get kind=delta ")
    #expect(rule.description == "delay=100 kind=delta operation=get,update next=2")
    var selection = FaultRule.Selection()
    selection.kinds = [.delta]
    selection.operations = [.get, .update]
    var frequency = FaultRule.Frequency()
    frequency.next = 2
    #expect(rule == FaultRule(.delay(100...100), of: selection, frequency))
  }

  @Test(
    "points at what it cannot read",
    arguments: [
      ("", 0, "an action is missing"), ("dorp", 0, "no such action"),
      ("drop=1", 4, "drop takes no value"), ("delay", 5, "=MS is missing"),
      ("delay=", 6, "this should be milliseconds"), ("delay=1..", 6, "this should be milli"),
      ("delay=-1", 6, "this should be milliseconds"), ("delay=600001", 6, "up to 600000"),
      ("delay=5..1", 6, "ends before it starts"), ("answer=42", 7, "a code from 400 to 599"),
      ("answer=99999999999999999999", 7, "a code from 400"), ("drop kind=acepted", 10, "one or"),
      ("drop kind=accepted,,delta", 19, "one or more of request, accepted"),
      ("drop thing=a/b", 11, "should be a name"), ("drop thing", 10, "is missing"),
      ("drop classic=yes", 12, "takes no value"), ("drop classic shadow=a", 13, "not both"),
      ("drop rate=1.5", 10, "a probability"), ("drop rate=nan", 10, "a probability"),
      ("drop rate=1e-1", 10, "a probability"), ("drop rate=", 10, "is missing"),
      ("drop every=0", 11, "a number from 1"), ("drop next=+1", 10, "a number from 1"),
      ("drop topic=a/#/b", 11, "no topic filter"), ("drop topic=a+", 11, "no topic filter"),
      ("drop next=1 next=2", 12, "next is there already"), ("drop drop", 5, "there already"),
      ("drop sometimes", 5, "no such selector"), ("drop %", 5, "a word is expected"),
      ("drop,kind=delta", 4, "'=' or a space is expected"), ("drop message=x", 5, "only answer"),
      (#"answer=500 message="a"#, 19, "not closed"), (#"answer=500 message="a"b"#, 22, "a space"),
      (#"answer=500 message="\n""#, 20, "a backslash"), (#"answer=500 message=a"b"#, 20, "a quote"),
      ("answer=500 kind=accepted", 11, "leave the kind out"),
      ("timestamp kind=accepted", 10, "only rejections"),
      ("drop kind=request,delta", 5, "either about requests or about answers"),
      ("delay=1 kind=request", 8, "about answers, not requests"),
      ("drop thing=é kind=x", 11, "should be a name"),
    ])
  func faults(text: String, offset: Int, reason: String) {
    let error = #expect(throws: FaultRuleError.self) { try FaultRule.parse(text) }
    #expect(error?.offset == offset)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test("shows the fault with a caret, and nothing that a terminal would act on")
  func caret() {
    let error = #expect(throws: FaultRuleError.self) {
      try FaultRule.parse("answer=500 message=\u{1b}[2J\u{202e} ratte=1")
    }
    #expect(
      error?.description == """
        answer=500 message=?[2J? ratte=1
                                 ^ no such selector; they are kind, operation, thing, shadow, \
        classic, topic, after, every, rate and next
        """)
  }

  @Test(
    "a name fits a pattern as a whole, stars standing for anything or nothing",
    arguments: [
      ("lamp1", "lamp1", true), ("lamp1", "lamp10", false), ("lamp*", "lamp", true),
      ("lamp*", "lamp12", true), ("*1", "lamp1", true), ("*1", "lamp12", false), ("*", "a", true),
      ("l*p", "lamp", true), ("l*p", "lp", true), ("l*p", "l", false), ("a*a", "a", false),
      ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c", false), ("*a**b*", "xaxbx", true),
      ("*ab*ba*", "aba", false), ("$x", "$x", true),
    ])
  func names(pattern: String, name: String, fits: Bool) throws {
    #expect(try #require(NamePattern(pattern)).matches(name) == fits)
  }

  @Test(
    "a topic fits a filter as MQTT has it",
    arguments: [
      ("a/b", "a/b", true), ("a/+", "a/b", true), ("a/+", "a/b/c", false), ("a/#", "a", true),
      ("a/#", "a/b/c", true), ("+/b", "a/b", true), ("#", "$aws/x", false),
      ("+/x", "$aws/x", false),
      ("$aws/#", "$aws/x", true), ("a/b/", "a/b", false), ("é", "e\u{301}", false),
    ])
  func topics(filter: String, topic: String, fits: Bool) throws {
    #expect(try #require(TopicFilter(filter)).matches(topic) == fits)
  }
}
