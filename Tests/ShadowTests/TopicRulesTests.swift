import Shadow
import Testing

@Suite("What the broker takes for a topic")
struct TopicRulesTests {
  @Test(
    "takes topics up to 256 bytes and seven slashes",
    arguments: [
      "a", "/", "plant/pump 1/ä", "1/2/3/4/5/6/7/8", String(repeating: "x", count: 256),
      "$aws/rules/name/1/2/3/4/5/6/7/8",
      "$aws/things/lamp1/shadow/name/night/update/documents",
    ])
  func good(_ topic: String) {
    #expect(TopicRules.fault(inTopic: topic) == nil)
    #expect(TopicRules.fault(inFilter: topic) == nil)
  }

  @Test(
    "refuses what ends a connection, and says why",
    arguments: [
      ("", "is empty"), ("a/\u{0}", "control character"), ("a\u{85}", "control character"),
      ("1/2/3/4/5/6/7/8/9", "8 slashes"), (String(repeating: "ä", count: 129), "258 bytes"),
    ])
  func bad(_ topic: String, _ words: String) {
    #expect(TopicRules.fault(inTopic: topic)?.contains(words) == true)
    #expect(TopicRules.fault(inFilter: topic)?.contains(words) == true)
  }

  @Test("takes wild cards in filters alone, and only as whole levels")
  func wildCards() {
    for filter in ["#", "+", "a/+/b/#", "+/+"] {
      #expect(TopicRules.fault(inFilter: filter) == nil)
      #expect(TopicRules.fault(inTopic: filter)?.contains("one topic") == true)
    }
    for filter in ["a#", "#/a", "a/#b", "a+", "+a/b"] {
      #expect(TopicRules.fault(inFilter: filter)?.contains("level by itself") == true)
    }
  }

  @Test(
    "advises on topics of AWS IoT, of the service, of a shadow, and on a lost $aws",
    arguments: [
      ("$aws/things/lamp1/shadow/update", "`shadowscope update`"),
      ("$aws/things/lamp1/shadow/get/accepted", "Only the service"),
      ("$aws/things/lamp2/shadow/update", "shadow of lamp2"),
      ("$aws/events/presence", "AWS IoT's own"), ("/things/lamp1/shadow/update", "single quotes"),
    ])
  func advice(_ topic: String, _ words: String) {
    #expect(TopicRules.advice(onTopic: topic, of: "lamp1")?.contains(words) == true)
  }

  @Test("has no advice on any other topic")
  func silent() {
    #expect(TopicRules.advice(onTopic: "plant/a", of: "lamp1") == nil)
    #expect(TopicRules.advice(onTopic: "$aws/rules/r/a", of: "lamp1") == nil)
    #expect(TopicRules.advice(onFilter: "$aws/things/+/shadow/#") == nil)
    #expect(TopicRules.advice(onFilter: "/things/#")?.contains("single quotes") == true)
  }
}
