import Canvas
import JSON

/// What is told of a connection on which not everything is as it should be.
extension Model {
  /// That another client has the id, and what can be done about it.
  func takeOverNotice(_ outage: Outage) -> Notice {
    let other = [
      Span(" "), Span(keys[.anotherClient].label, .keyHint),
      Span(" connects under another id, "),
    ]
    let back = [Span(keys[.get].label, .keyHint), Span(" takes this one back.")]
    guard !connection.isStandingAside else {
      let time = timeOfDay(outage.since, utcOffsetSeconds: utcOffsetSeconds).prefix(8)
      let head = Span("Looking on, nothing is sent: the other client keeps the id.", .stateOffline)
      return Notice(versions: [
        [head, Span(" What is shown is as of \(time).")] + other + back + keptEdits,
        [head] + other + back,
        [
          Span("Looking on.", .stateOffline), Span(" "),
          Span(keys[.anotherClient].label, .keyHint), Span(" another id, "),
          Span(keys[.get].label, .keyHint), Span(" takes this one back."),
        ],
      ])
    }
    let look = [Span(keys[.lookOn].label, .keyHint), Span(" looks on without connecting, ")]
    let head = Span(sentences(outage.what), .stateFight)
    return Notice(versions: [
      [head, Span(" " + sentences(outage.cause))] + other + look + back + keptEdits,
      [head] + other + look + back,
      [
        Span("Another client took the id.", .stateFight), Span(" "),
        Span(keys[.anotherClient].label, .keyHint), Span(" other id, "),
        Span(keys[.lookOn].label, .keyHint), Span(" look on, "),
        Span(keys[.get].label, .keyHint), Span(" takes it back."),
      ],
    ])
  }

  /// That nothing comes though the connection is not given up yet.
  func stillnessNotice(at now: Int64) -> Notice? {
    guard connection.isUp, let since = connection.silentSince else { return nil }
    let age = Age(milliseconds: now - since).clock
    let head = Span("Nothing has come from the broker for \(age)", .stateOffline)
    return Notice(versions: [
      [
        head,
        Span(
          ", not even the answer to a ping: this is what was known last. If it stays silent, the "
            + "connection is made anew."),
      ], [head, Span(": this is what was known last.")],
    ])
  }

  /// That the shadow is known by its messages alone.
  var getNotice: Notice? {
    guard connection.isUp, let denial = shadows[current].getDenial else { return nil }
    return Notice(versions: [
      [
        Span(sentences(denial), .meterWarn),
        Span(
          " The shadow is not asked for any more, and is known by the messages that come; a policy "
            + "must allow iot:Publish on …/get."),
      ],
      [Span("get is left out: connections ended over it.", .meterWarn)],
    ])
  }

  /// The filters that are not asked for any more.
  var leftOutNotice: Notice? {
    guard case .live(_, let filters) = shadows[current].link, connection.isUp, !filters.isEmpty
    else {
      return nil
    }
    let topics = filters.map { "…/" + suffix(of: $0) }.joined(separator: ", ")
    return Notice(versions: [
      [
        Span("Left out, since connections ended over it: \(topics). ", .meterWarn),
        Span("Not seen until a policy allows iot:Subscribe and iot:Receive; "),
        Span(keys[.get].label, .keyHint), Span(" asks again."),
      ],
      [Span("Left out, since connections ended over it: \(topics).", .meterWarn)],
    ])
  }
}

extension [Key] {
  /// The key that hints name, or the way to a command that has none.
  fileprivate var label: String { first?.label ?? ":" }
}
