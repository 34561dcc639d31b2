import Canvas
import JSON
import Shadow

/// What becomes of an update without an answer.
extension Model {
  var furtherDeliveries: [Delivery] {
    get { shadows[current].furtherDeliveries }
    _modify { yield &shadows[current].furtherDeliveries }
  }

  /// Takes in that no answer comes to the update that is on its way.
  mutating func loseAnswer(_ reason: String) -> [Effect] {
    let made = requests.count
    delivery?.loseAnswer(after: made)
    guard delivery?.state == .unknown else {
      reply = Reply(
        "\(reason): the broker may or may not have it, and nothing tells: P decides", .editError)
      return []
    }
    reply = Reply(
      "\(reason): it may or may not have been applied; the next get will tell", .editError)
    // Without a connection the session asks as soon as there is one.
    return connection.isUp ? askForDocument() : []
  }

  /// Whether the answer to a `get` tells everything that was applied to the shadow.
  ///
  /// One that was asked before the answer was given up may have left the service before.
  func isWhole(_ message: ShadowMessage) -> Bool {
    guard let asked = requests.number(of: message.clientToken), let delivery else {
      return message.clientToken == nil
    }
    return asked > delivery.requestsBefore
  }

  /// Sees whether a document tells what became of updates without an answer.
  mutating func settleDelivery(_ document: ShadowDocument?, token: String?, isWhole: Bool) {
    let version = document.map { "v\($0.version)" } ?? "the service"
    // Those of earlier runs follow one another.
    while let delivery {
      let count = counted(delivery.edits.count, "edit")
      switch delivery.verdict(document, token: token, isWhole: isWhole) {
      case .open: return
      case .applied:
        finishDelivery(restoring: false)
        reply = Reply("It was applied after all: \(version) shows it", .stateConnected)
        shadows[current].settled.append(
          Span("the update of \(count) without an answer was applied", .stateConnected))
      case .notApplied:
        finishDelivery(restoring: true)
        reply = Reply(
          "\(version) does not show the update: it is staged again, P publishes it", .editError)
        shadows[current].settled.append(
          Span("the update of \(count) without an answer was not applied", .logRejected))
      case .cannotTell:
        self.delivery?.leaveUndecided()
        shadows[current].draftRevision += 1
        reply = Reply([
          Span("\(version) does not tell whether the update was applied: P decides.", .editError),
          Span("The shadow is neither as it was before nor as the update asks."),
        ])
        shadows[current].settled.append(
          Span("whether the update of \(count) was applied cannot be told", .logRejected))
        return
      }
    }
  }

  /// Puts into the log what the last message has settled.
  mutating func logSettled(at now: Int64) {
    for span in shadows[current].settled {
      log.append(
        LogEntry(
          time: now, direction: .remark, topic: "update", address: address, summary: [span]))
    }
    shadows[current].settled.removeAll()
  }

  /// Does what the person decided of an update of which nobody can tell whether it was applied.
  mutating func decide(isStagingAgain: Bool) -> [Effect] {
    guard let delivery, delivery.state == .undecided else { return [] }
    let count = counted(delivery.edits.count, "edit")
    finishDelivery(restoring: isStagingAgain)
    reply = Reply(
      isStagingAgain
        ? "\(count) staged again: look once more, then P publishes" : "\(count) let go of")
    // The next one of an earlier run.
    return self.delivery?.state == .unknown && connection.isUp ? askForDocument() : []
  }

  mutating func finishDelivery(restoring: Bool) {
    if restoring, let delivery {
      if draft.isEmpty { choice.isBackdate = delivery.choice.isBackdate }
      draft.restore(delivery.draft)
      choice.observedAt = choice.observedAt ?? delivery.choice.observedAt
      // What is sent again must not come after the first, should that be late.
      let mayBeLate = delivery.state != .waiting || delivery.choice.lock == .once
      if mayBeLate, choice.lock == .off { choice.lock = .once }
    }
    delivery = nil
    promoteDelivery()
    draftChanged()
  }

  mutating func promoteDelivery() {
    guard delivery == nil, !furtherDeliveries.isEmpty else { return }
    delivery = furtherDeliveries.removeFirst()
  }
}
