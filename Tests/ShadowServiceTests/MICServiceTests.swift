import Shadow
import ShadowService
import Testing

@Suite("What MIC adds to the service (mic-thing-api 1.6)")
struct MICServiceTests {
  private var service = MICService(invoke: InvokeService { _ in "https://secret" })

  private mutating func take(
    _ payload: String, on topic: MICTopic, of thing: String = "lamp1", retained: Bool = false
  ) -> MICService.Reaction? {
    service.handle(
      topic.topic(of: thing), payload: Array(payload.utf8), retained: retained,
      now: 1_700_000_000_500)
  }

  @Test("hands a document on to the shadow byte for byte", arguments: ["lamp1", "lamp1__pump"])
  mutating func update(thing: String) throws {
    let reaction = try #require(take("{ not even JSON", on: .update, of: thing))
    #expect(
      reaction.publication
        == Publication(
          topic: "$aws/things/\(thing)/shadow/update", payload: Array("{ not even JSON".utf8)))
    #expect(reaction.outcome == .handedOn)
  }

  @Test("keeps a backdated document as an observation and answers nothing")
  mutating func backdate() throws {
    let document = #"{"state":{"reported":{"a":1}},"timestamp":1600000000000}"#
    let reaction = try #require(take(document, on: .backdate))
    #expect(reaction.publication == nil)
    #expect(reaction.outcome == .stored(number: 1, observedAt: 1_600_000_000_000))
    #expect(service.observations.kept.map(\.payload) == [Array(document.utf8)])
    #expect(service.observations.kept.map(\.thing) == ["lamp1"])
  }

  @Test("takes the time of arrival where the document tells none")
  mutating func withoutTimestamp() throws {
    let reaction = try #require(take(#"{"state":{"reported":{"a":1}}}"#, on: .backdate))
    #expect(reaction.outcome == .stored(number: 1, observedAt: 1_700_000_000_500))
  }

  @Test(
    "keeps nothing that is no observation",
    arguments: [
      ("", "Invalid JSON"), (#"{"timestamp":1}"#, "Missing required node: state"),
      (#"{"state":{},"timestamp":"now"}"#, "Invalid timestamp"),
      (#"{"state":{},"timestamp":null}"#, "Invalid timestamp"),
    ])
  mutating func noObservation(document: String, words: String) throws {
    let reaction = try #require(take(document, on: .backdate))
    #expect(reaction.publication == nil)
    #expect(reaction.outcome == .notStored(ShadowError(code: 400, message: words)))
    #expect(service.observations.kept.isEmpty)
  }

  @Test("keeps the latest thousand observations")
  mutating func bounded() {
    for number in 0..<1010 {
      _ = take(#"{"state":{},"timestamp":\#(number)}"#, on: .backdate)
    }
    #expect(service.observations.count == 1010)
    #expect(service.observations.kept.map(\.observedAt) == Array(10..<1010))
  }

  @Test("keeps no more than four mebibytes of them")
  mutating func boundedBytes() {
    let text = String(repeating: "x", count: 100_000)
    for _ in 0..<50 { _ = take(#"{"state":{"reported":{"a":"\#(text)"}}}"#, on: .backdate) }
    #expect(service.observations.count == 50)
    #expect(service.observations.kept.count == 41)
  }

  @Test("answers a call on the thing's own response topic")
  mutating func invoke() throws {
    let reaction = try #require(
      take(#"{"FunctionName":"GetCurrentTimeEpoch"}"#, on: .invoke))
    #expect(
      reaction.publication
        == Publication(
          topic: "tcxn/things/lamp1/fn/invoke/response", payload: Array("1700000000500".utf8)))
    #expect(reaction.outcome == .invoked(.answered(.currentTime)))
  }

  @Test(
    "ignores what comes out of the broker's store",
    arguments: [MICTopic.update, .backdate, .invoke])
  mutating func retained(topic: MICTopic) throws {
    let reaction = try #require(take(#"{"state":{}}"#, on: topic, retained: true))
    #expect(reaction.publication == nil)
    #expect(reaction.outcome == .ignored)
    #expect(service.observations.count == 0)
  }

  @Test("takes its own answers for no call, and leaves shadow topics to the shadow service")
  mutating func strangers() {
    #expect(take("", on: .invokeResponse) == nil)
    #expect(
      service.handle("$aws/things/lamp1/shadow/get", payload: [], retained: false, now: 0) == nil)
  }
}
