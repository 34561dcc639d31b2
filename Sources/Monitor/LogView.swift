import Canvas
import Shadow

/// What the pane's frame says at the left: its name, and what it is narrowed to.
func logTitle(_ model: Model) -> [Span] {
  let title = [Span("log", model.focus == .log ? .paneTitleFocused : .paneTitle)]
  guard !model.log.filter.isEmpty else { return title }
  return title + [Span(" · ", .paneBorder), Span(model.log.filter.text, .match)]
}

/// What the pane's frame says: `live · 312`, or how many came since it was scrolled back.
func logNote(_ model: Model) -> [Span] {
  let log = model.log
  var note =
    log.newer > 0
    ? [Span("\(log.newer) newer", .meterWarn)]
    : model.replay != nil
      ? [Span("replay", .meterWarn)]
      : model.connection.isLive
        ? [Span("live", .stateConnected)]
        : [Span(model.connection.isUp ? "silent" : "offline", .stale)]
  note.append(Span(" · ", .paneBorder))
  if !log.filter.isEmpty {
    note.append(Span(log.isFiltering ? "\(log.shownCount)… of " : "\(log.shownCount) of ", .match))
  }
  note.append(Span("\(log.total)", .paneTitle))
  if log.dropped > 0 {
    note += [Span(" · ", .paneBorder), Span("\(log.dropped) dropped", .stale)]
  }
  return note
}

/// Draws the messages, the newest at the top.
func drawLog(_ model: Model, _ layout: Layout, on frame: inout Frame) {
  guard !layout.log.isEmpty else { return }
  let log = model.log
  if log.shownCount == 0, !log.filter.isEmpty {
    let words =
      log.isFiltering ? "Looking through the log …" : "No message in the log is such a one."
    frame.draw(
      [Span(words, .textDim)], row: layout.log.lowerBound, column: layout.inner.lowerBound,
      width: layout.inner.count)
  }
  let selected = model.focus == .log ? log.selected?.number : nil
  for (row, entry) in zip(layout.log, log.shown(height: layout.log.count)) {
    draw(entry, model, layout, row: row, on: &frame)
    guard entry.number == selected else { continue }
    let first = layout.inner.lowerBound - 1
    frame.draw([Span("▌", .selection)], row: row, column: first, width: 1)
    frame.select(rows: row..<row + 1, columns: first..<layout.inner.upperBound)
  }
}

private func draw(
  _ entry: LogEntry, _ model: Model, _ layout: Layout, row: Int, on frame: inout Frame
) {
  let isWide = layout.hasWideLog
  let inner = layout.inner
  let isWidest = inner.count >= 100
  let time = timeOfDay(entry.time, utcOffsetSeconds: model.utcOffsetSeconds)
  var column = inner.lowerBound
  func put(_ spans: [Span], width: Int, gap: Int = 1) {
    guard column < inner.upperBound else { return }
    frame.draw(spans, row: row, column: column, width: min(width, inner.upperBound - column))
    column += width + gap
  }
  func put(number: String, width: Int, gap: Int = 1) {
    put(
      [Span(TextWidth.fitted(number, width: width, trailing: true), .textDim)], width: width,
      gap: gap)
  }
  put([Span(isWide ? time : String(time.prefix(8)), .textDim)], width: isWide ? 12 : 8)
  put([entry.sign], width: 1)
  if model.shadows.count > 1 {
    let name = entry.address.map(model.shortName) ?? ""
    put([Span(name, .path)], width: isWidest ? 14 : isWide ? 9 : 5)
  }
  // Where room is short, what has no operation before it is about an update.
  let topic = isWide ? entry.topic : entry.topic.withoutPrefix("update/")
  put([Span(topic, entry.role)], width: isWide ? 16 : 12)
  if isWide {
    let version = entry.version.map { "v\($0)" } ?? "—"
    put([Span(version, .textDim)], width: max(5, version.count))
    put(number: entry.payload.map { byteText($0.count) } ?? "", width: 7, gap: 2)
  }
  if isWidest { put(number: entry.roundTrip.map { "\($0) ms" } ?? "", width: 8, gap: 2) }
  let words = entry.words(withRoundTrip: !isWidest)
  put(model.log.filter.marked(words), width: max(0, inner.upperBound - column))
}

extension LogEntry {
  /// An arrow in the direction in which it went.
  var sign: Span {
    switch direction {
    case .incoming: Span("←", .logIn)
    case .outgoing: Span("→", .logOut)
    case .remark: Span("·", .textDim)
    }
  }

  /// How its topic looks.
  var role: Role { topic.hasSuffix("/rejected") ? .logRejected : sign.role }
}

extension Model {
  /// What tells a shadow from the others that are open.
  func shortName(_ address: ShadowAddress) -> String {
    if let shadow = address.shadow { return shadow }
    let prefix = thing + "__"
    return address.thing.hasPrefix(prefix)
      ? String(address.thing.dropFirst(prefix.count)) : "classic"
  }
}

extension String {
  fileprivate func withoutPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
