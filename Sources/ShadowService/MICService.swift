package import Shadow

/// What MIC adds to the shadow service: the topics of its own (mic-thing-api 1.6, 1.7).
package struct MICService: Sendable {
  /// What becomes of a message.
  package struct Reaction: Sendable {
    package let thing: String
    package let topic: MICTopic
    /// What is published, QoS 1 and not retained.
    package let publication: Publication?
    package let outcome: Outcome
  }

  package enum Outcome: Hashable, Sendable {
    /// Out of the broker's store, or no request: ignored, as the shadow service ignores such.
    case ignored
    /// Given on to the thing's shadow, which answers it.
    case handedOn
    /// Kept as an observation, the how-manieth and of when in milliseconds since 1970; MIC answers
    /// nothing.
    case stored(number: Int, observedAt: Int64)
    /// Not kept, for this reason; MIC tells nobody.
    case notStored(ShadowError)
    case invoked(InvokeService.Outcome)
  }

  private let invoke: InvokeService
  package private(set) var observations = Observations()

  package init(invoke: InvokeService) { self.invoke = invoke }

  /// Takes one message.
  ///
  /// - Parameters:
  ///   - topic: the full topic that the message came on.
  ///   - payload: its body as it came.
  ///   - retained: whether it came from the broker's store.
  ///   - now: milliseconds since 1970.
  /// - Returns: what becomes of it; nil if it is none of MIC's requests.
  package mutating func handle(
    _ topic: String, payload: [UInt8], retained: Bool, now: Int64
  ) -> Reaction? {
    guard let (thing, topic) = MICTopic.parse(topic: topic), topic.isRequest else { return nil }
    let (publication, outcome) =
      retained ? (nil, .ignored) : react(to: payload, on: topic, of: thing, now: now)
    return Reaction(thing: thing, topic: topic, publication: publication, outcome: outcome)
  }

  private mutating func react(
    to payload: [UInt8], on topic: MICTopic, of thing: String, now: Int64
  ) -> (Publication?, Outcome) {
    switch topic {
    case .update:
      let update = ShadowAddress(thing: thing).topic(.request(.update))
      return (Publication(topic: update, payload: payload), .handedOn)
    case .backdate:
      do {
        let observation = try observations.store(payload, of: thing, now: now)
        return (
          nil, .stored(number: observations.count, observedAt: observation.observedAt)
        )
      } catch {
        return (nil, .notStored(error))
      }
    case .invoke:
      let answer = invoke.answer(payload, of: thing, now: now)
      let response = Publication(
        topic: MICTopic.invokeResponse.topic(of: thing), payload: answer.payload)
      return (response, .invoked(answer.outcome))
    case .invokeResponse: return (nil, .ignored)
    }
  }
}
