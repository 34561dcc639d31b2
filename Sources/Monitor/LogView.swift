import Canvas

/// What the pane's frame says: `live · 312`, or how many came since it was scrolled back.
func logNote(_ model: Model) -> [Span] {
  let log = model.log
  var note =
    log.newer > 0
    ? [Span("\(log.newer) newer", .meterWarn)]
    : model.connection.isUp ? [Span("live", .stateConnected)] : [Span("offline", .stale)]
  note += [Span(" · ", .paneBorder), Span("\(log.total)", .paneTitle)]
  if log.dropped > 0 {
    note += [Span(" · ", .paneBorder), Span("\(log.dropped) dropped", .stale)]
  }
  return note
}

/// Draws the messages, the newest at the top.
func drawLog(_ model: Model, _ layout: Layout, on frame: inout Frame) {
  for (row, entry) in zip(layout.log, model.log.shown(height: layout.log.count)) {
    draw(entry, model, layout, row: row, on: &frame)
  }
}

private func draw(
  _ entry: LogEntry, _ model: Model, _ layout: Layout, row: Int, on frame: inout Frame
) {
  let isWide = layout.hasWideLog
  let inner = layout.inner
  let time = timeOfDay(entry.time, utcOffsetSeconds: model.utcOffsetSeconds)
  let (sign, role): (String, Role) =
    switch entry.direction {
    case .incoming: ("←", .logIn)
    case .outgoing: ("→", .logOut)
    case .remark: ("·", .textDim)
    }
  var column = inner.lowerBound
  func put(_ spans: [Span], width: Int, gap: Int = 1) {
    guard column < inner.upperBound else { return }
    frame.draw(spans, row: row, column: column, width: min(width, inner.upperBound - column))
    column += width + gap
  }
  put([Span(isWide ? time : String(time.prefix(8)), .textDim)], width: isWide ? 12 : 8)
  put([Span(sign, role)], width: 1)
  let isRejected = entry.topic.hasSuffix("/rejected")
  // Where room is short, what has no operation before it is about an update.
  let topic = isWide ? entry.topic : entry.topic.withoutPrefix("update/")
  put([Span(topic, isRejected ? .logRejected : role)], width: isWide ? 16 : 12)
  if isWide {
    let version = entry.version.map { "v\($0)" } ?? "—"
    put([Span(version, .textDim)], width: max(5, version.count))
    let size = entry.payload.map { byteText($0.count) } ?? ""
    put([Span(TextWidth.fitted(size, width: 7, trailing: true), .textDim)], width: 7, gap: 2)
  }
  put(entry.words, width: max(0, inner.upperBound - column))
}

extension String {
  fileprivate func withoutPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
