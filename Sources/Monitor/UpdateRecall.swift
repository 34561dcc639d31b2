import Canvas
import JSON
import Shadow

extension Model {
  /// How long ago what is shown was known, while that was kept by an earlier run and nothing has been
  /// heard since; nil otherwise.
  func recalledAge(at now: Int64) -> Age? {
    shadow.isRecalled ? Age(milliseconds: now - shadow.arrival) : nil
  }

  /// Takes in what earlier runs have kept of a shadow.
  mutating func recall(_ recollection: Recollection, of address: ShadowAddress, at now: Int64) {
    guard let place = place(of: address) else { return }
    notices += recollection.remarks
    with(place) { model in
      if let kept = recollection.document {
        model.shadow.recall(kept.document, arrival: kept.arrival)
      }
      // Also where nothing is staged: it shows the document.
      model.recall(recollection.edits, at: now)
    }
  }

  /// Stages anew what earlier runs had staged; of edits that clash the newer one stays.
  private mutating func recall(_ runs: [KeptEdits], at now: Int64) {
    let runs = isReadOnly ? [] : runs.sorted { $0.changedAt > $1.changedAt }
    var displaced = 0
    for run in runs {
      let earlier = Draft(restoring: run.edits)
      for edit in earlier.edits(displacedBy: draft.edits) {
        displaced += 1
        let words = edit.value.map(ValueText.line) ?? "removed"
        log.append(
          LogEntry(
            time: now, direction: .remark, topic: "kept", address: address,
            summary: [
              Span("\(edit.section.rawValue) \(edit.path.display) \(words)", .editStaged),
              Span(" of another monitor gave way to a newer edit of it"),
            ]))
      }
      if !run.edits.isEmpty {
        if draft.isEmpty { choice = run.choice }
        draft.restore(earlier)
      }
      let sent = run.sent.map { delivery in
        var delivery = delivery
        delivery.loseAnswer(after: requests.count)
        return delivery
      }
      furtherDeliveries.insert(contentsOf: sent, at: 0)
    }
    promoteDelivery()
    draftChanged()
    guard let newest = runs.first else { return }
    var words: [String] = []
    if !draft.isEmpty {
      let count = draft.edits.count
      let when = day(newest.changedAt, at: now)
      words.append("\(counted(count, "staged edit")) of \(when) \(count == 1 ? "is" : "are") back")
    }
    if displaced > 0 {
      let edits = counted(displaced, "older edit")
      words.append("\(edits) of the same gave way, and \(displaced == 1 ? "is" : "are") in the log")
    }
    if let delivery {
      let when = day(delivery.sentAt, at: now)
      words.append(
        delivery.state == .undecided
          ? "An observation sent \(when) has no answer, and nothing tells: P decides"
          : "An update sent \(when) has no answer yet: the next get tells")
    }
    guard !words.isEmpty else { return }
    reply = Reply(words.map { Span($0, .editStaged) })
    for text in words {
      log.append(
        LogEntry(
          time: now, direction: .remark, topic: "kept", address: address,
          summary: [Span(text, .editStaged)]))
    }
  }

  /// For instance `today 14:03`, `yesterday 14:03` or `2026-11-20 14:03`.
  private func day(_ moment: Int64, at now: Int64) -> String {
    func time(_ moment: Int64) -> CalendarTime {
      CalendarTime(moment, utcOffsetSeconds: utcOffsetSeconds)
    }
    let then = time(moment)
    let day =
      switch then.date {
      case time(now).date: "today"
      case time(now - 86_400_000).date: "yesterday"
      default: then.date
      }
    return "\(day) \(then.clock.prefix(5))"
  }

  /// Takes in whether what is staged is kept; the person is told of a change.
  mutating func follow(_ keeping: Keeping) {
    self.keeping = keeping
    guard keeping == .kept, let told = toldUnkept else { return tellIfUnkept() }
    notices.removeAll { $0.hasSameScalars(as: told) }
    notices.append("Staged edits are kept on disk again.")
    toldUnkept = nil
  }

  /// Tells once that what is staged cannot be kept, as soon as something is.
  mutating func tellIfUnkept() {
    guard case .failing(let reason) = keeping, toldUnkept == nil,
      stagedCount > 0 || isAwaitingAnswer
    else { return }
    let words = "Staged edits are not kept on disk now, only here: \(reason)"
    notices.append(words)
    toldUnkept = words
  }
}
