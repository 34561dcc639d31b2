import Canvas
import Shadow

/// Draws what is read in place of the panes.
func drawReader(_ model: Model, on frame: inout Frame) {
  guard let reader = model.reader else { return }
  let layout = ReaderLayout(model, in: frame.size)
  let size = layout.textSize
  let columns = 0..<frame.size.columns
  let note =
    reader.searchNote ?? (reader.lines.count > 1 ? reader.positionNote(in: size) : nil)
  let place = note.map { [Span($0, .paneTitle)] } ?? []
  if let message = model.openMessage {
    frame.drawBox(
      rows: layout.box, columns: columns, title: title(message, model, width: frame.size.columns),
      note: tabs(message))
    if !layout.header.isEmpty {
      for (row, line) in zip(
        layout.header, header(message.entry, model, height: layout.header.count))
      {
        frame.draw(line, row: row, column: layout.columns.lowerBound, width: layout.columns.count)
      }
      frame.drawDivider(row: layout.header.upperBound, columns: columns, note: place)
    }
  } else {
    var name = "help"
    if case .preview? = model.overlay { name = "what P sends" }
    if case .checks? = model.overlay { name = "checks of the connection" }
    if case .job? = model.overlay { name = "job" }
    frame.drawBox(
      rows: layout.box, columns: columns, title: [Span(name, .paneTitleFocused)], note: place)
  }
  for (row, line) in zip(layout.text, reader.rows(in: size)) {
    if line.isCurrent { frame.draw([Span("▌", .match)], row: row, column: 1, width: 1) }
    frame.draw(line.spans, row: row, column: layout.columns.lowerBound, width: layout.columns.count)
  }
  guard let entry = model.entry, !layout.entry.isEmpty else { return }
  let view = EntryView(model, entry, width: layout.columns.count)
  frame.drawDivider(
    row: layout.entry.lowerBound - 1, columns: columns, title: [Span("edit", .paneTitleFocused)])
  for (row, line) in zip(layout.entry, view.lines) {
    frame.draw(line, row: row, column: layout.columns.lowerBound, width: layout.columns.count)
  }
  frame.cursor = Position(
    row: layout.entry.lowerBound + 1, column: layout.columns.lowerBound + view.cursorColumn)
}

private func title(_ message: MessageReader, _ model: Model, width: Int) -> [Span] {
  let number = message.entry.number + 1
  let place = width < 60 ? "\(number)" : "message \(number) of \(model.log.total)"
  return [Span(place, .paneTitleFocused)]
}

private func tabs(_ message: MessageReader) -> [Span] {
  let tabs = MessageReader.Tab.allCases.enumerated().map { place, tab in
    [
      Span("\(place + 1) ", .keyHint),
      Span(tab.rawValue, tab == message.tab ? .tabActive : .textDim),
    ]
  }
  return Array(tabs.joined(separator: [Span("  ", .paneBorder)]))
}

/// What is said of a message above its text, the most important first.
private func header(_ entry: LogEntry, _ model: Model, height: Int) -> [[Span]] {
  var first = [entry.sign, Span(" \(entry.topic)", entry.role)]
  if let version = entry.version { first.append(Span("  v\(version)")) }
  if let payload = entry.payload { first.append(Span("  \(byteText(payload.count))", .textDim)) }
  first.append(
    Span("  \(timeOfDay(entry.time, utcOffsetSeconds: model.utcOffsetSeconds))", .textDim))
  guard height > 1 else { return [first] }
  var third: [Span] = []
  if let token = entry.token ?? entry.sender {
    third += [
      Span("client token ", .textDim), Span(token, entry.isOurs ? .logOut : .text),
      Span(entry.isOurs ? ", ours" : ", somebody else's", .textDim),
    ]
  } else if entry.direction != .remark {
    third.append(Span("no client token", .textDim))
  }
  if let quality = entry.qualityOfService { third.append(Span("   QoS \(quality)", .textDim)) }
  if let ending = entry.ending { third += [Span("   "), ending.words] }
  if let roundTrip = entry.roundTrip {
    third.append(Span(entry.direction == .outgoing ? ", " : "   ", .textDim))
    third.append(Span("\(roundTrip) ms after the request", .textDim))
  }
  if entry.isRetained { third.append(Span("   retained", .logRejected)) }
  return [first, [Span(entry.fullTopic ?? "a remark of the monitor", .textDim)], third]
}
