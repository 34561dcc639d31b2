/// MIC's own topics of a thing, below `tcxn/things/THING/` (mic-thing-api 0).
package enum MICTopic: String, CaseIterable, Hashable, Sendable {
  /// A shadow document that goes on to the shadow; the place for a last will (1.6).
  case update = "shadow/update"
  /// A shadow document that is stored as an observation and changes no shadow (1.6).
  case backdate = "shadow/backdate"
  /// A call of the invoke service (1.7).
  case invoke = "fn/invoke"
  /// What the invoke service answers; only the service publishes here.
  case invokeResponse = "fn/invoke/response"

  /// Whether a thing publishes here.
  package var isRequest: Bool { self != .invokeResponse }

  /// The full topic of a thing; `+` in place of its name gives the filter for all.
  package func topic(of thing: String) -> String { "tcxn/things/\(thing)/\(rawValue)" }

  /// Reads a full topic; nil for any other than these four.
  package static func parse(topic: String) -> (thing: String, topic: MICTopic)? {
    let levels = topic.split(
      separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    // `==` is enough for these words: no other text is canonically equivalent to them.
    guard levels.count == 4, levels[0] == "tcxn", levels[1] == "things",
      let topic = MICTopic(rawValue: String(levels[3]))
    else { return nil }
    return (String(levels[2]), topic)
  }
}
