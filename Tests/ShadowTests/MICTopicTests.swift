import Shadow
import Testing

@Suite("MIC's own topics")
struct MICTopicTests {
  @Test("are the four of mic-thing-api 0")
  func four() {
    #expect(
      MICTopic.allCases.map { $0.topic(of: "lamp1") } == [
        "tcxn/things/lamp1/shadow/update", "tcxn/things/lamp1/shadow/backdate",
        "tcxn/things/lamp1/fn/invoke", "tcxn/things/lamp1/fn/invoke/response",
      ])
  }

  @Test("are read back as what they were made from, also of a networked thing")
  func roundTrip() throws {
    for topic in MICTopic.allCases {
      let read = try #require(MICTopic.parse(topic: topic.topic(of: "lamp1__pump")))
      #expect(read.thing == "lamp1__pump")
      #expect(read.topic == topic)
    }
  }

  @Test(
    "are nothing else",
    arguments: [
      "tcxn/things/lamp1/shadow/get", "tcxn/things/lamp1/shadow/update/accepted",
      "tcxn/things/lamp1/fn/invoke/", "tcxn/thing/lamp1/fn/invoke", "$aws/things/lamp1/fn/invoke",
      "tcxn/things/lamp1", "",
    ])
  func strangers(topic: String) {
    #expect(MICTopic.parse(topic: topic) == nil)
  }
}
