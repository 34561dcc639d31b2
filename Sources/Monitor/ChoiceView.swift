import Canvas
import JSON
import Shadow

/// What the edit pane's frame says of how edits are published; empty for the plain way.
func choiceNote(_ model: Model) -> [Span] {
  var note: [Span] = []
  if let moment = model.choice.observedAt {
    let time = CalendarTime(moment, utcOffsetSeconds: model.utcOffsetSeconds)
    note = [
      Span(" · ", .paneBorder),
      Span("\(time.date.dropFirst(5)) \(time.clock.prefix(5))", .paneTitle),
    ]
  }
  guard model.choice.isLocked, !model.choice.isBackdate else { return note }
  let held = model.shadow.version
  let base = model.draft.version ?? held
  let words = base == held ? "v\(base)" : "v\(base) of \(held)"
  return note + [
    Span(" · ", .paneBorder),
    Span(base > 0 ? words : "no version", base == held ? .paneTitle : .meterWarn),
  ]
}

/// What a refusal for the version is about, as far as it is known; empty when there is none.
func refusalLines(_ model: Model) -> [[Span]] {
  guard let version = model.draft.version, model.refusedVersion == version else { return [] }
  let held = model.shadow.version
  guard held != version else {
    return [
      [
        Span("rejected 409", .logRejected),
        Span(": staged upon v\(version), and the shadow has moved on: getting it…"),
      ]
    ]
  }
  let conflicts = model.draft.edits.count(where: model.isInConflict)
  let edits = model.draft.edits.count
  let touched =
    conflicts == 0
    ? "none of it where you edit"
    : edits == 1 ? "also where you edit" : "also at \(conflicts) of your \(edits) edits"
  return [
    [
      Span("rejected 409", .logRejected),
      Span(": staged upon v\(version), the shadow is at v\(held), "),
      Span("\(touched).", conflicts == 0 ? .text : .editError),
    ],
    [
      Span("R", .keyHint), Span(" rebases and keeps your edits, "), Span("x", .keyHint),
      Span(" discards them."),
    ],
  ]
}
