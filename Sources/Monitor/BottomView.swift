import Canvas
import Shadow

/// The role of a size that counts against the shadow's limit.
func meterRole(_ bytes: Int) -> Role {
  let limit = ShadowLimits().size
  if bytes > limit { return .meterFull }
  return bytes * 10 >= limit * 8 ? .meterWarn : .meterOk
}

/// Draws the bottom line: a question, or the size of the shadow and the keys that work here.
///
/// On a screen without panes it is the edit line while that is open.
func drawBottomLine(_ model: Model, _ layout: Layout, on frame: inout Frame, at now: Int64) {
  let row = frame.size.rows - 1
  let width = frame.size.columns - 2
  if let question = model.question {
    let keys = Command.allCases.compactMap { hint($0, model) }
      .map { $0.map(\.text).joined() }.joined(separator: "  ")
    var tail = keys
    if model.isAnswerUnclear {
      tail = Command.alternative.isAvailable(in: model) ? "y, c or n?" : "y or n?"
    }
    // The whole line, since it holds everything else up.
    frame.fill(rows: row..<row + 1, columns: 0..<frame.size.columns, role: .question)
    frame.draw(
      [Span("\(words(question, model, width: width - tail.count - 2))  \(tail)", .question)],
      row: row,
      column: 1, width: width)
    return
  }
  if model.reader != nil {
    let entryIsHere = model.entry != nil && ReaderLayout(model, in: frame.size).entry.isEmpty
    if entryIsHere || (model.entry == nil && model.reply?.isPassing == true) {
      drawBareLine(model, row: row, width: width, on: &frame, at: now)
      return
    }
  }
  guard layout.kind == .full || model.overlay != nil else {
    drawBareLine(model, row: row, width: width, on: &frame, at: now)
    return
  }
  // What is looked at in the past has no limit to keep, and its keys need the room.
  let meter = model.travel != nil && frame.size.columns < 60 ? [] : meterSpans(model)
  let used = meter.isEmpty ? -1 : frame.draw(meter, row: row, column: 1, width: width)
  drawHints(model, row: row, columns: 1 + used..<frame.size.columns - 1, on: &frame)
}

private func drawBareLine(
  _ model: Model, row: Int, width: Int, on frame: inout Frame, at now: Int64
) {
  if let entry = model.entry {
    let view = EntryView(model, entry, width: width)
    let meaning =
      entry.completion.map { EntryView.candidates($0, width: width) }
      ?? entry.warning.map { [Span($0, .editError)] } ?? view.lines[2]
    // What is read keeps its frame.
    let line = model.reader == nil ? row - 1 : row
    frame.draw(view.lines[1], row: line, column: 1, width: width)
    if line < row { frame.draw(meaning, row: row, column: 1, width: width) }
    frame.cursor = Position(row: line, column: 1 + view.cursorColumn)
  } else if let first = model.reply?.sentences.first {
    frame.draw([first], row: row, column: 1, width: width)
  } else if model.table.narrowed != nil {
    frame.draw(tableNote(model, width: width, at: now), row: row, column: 1, width: width)
  }
}

/// `1.9/8 KB`, and with staged edits what it would become.
private func meterSpans(_ model: Model) -> [Span] {
  guard model.shadow.document != nil || model.preview != nil else { return [] }
  let limit = ShadowLimits().size / 1024
  let held = model.shadow.size
  var spans = [Span(tenths(held, of: 1024), meterRole(held))]
  if let next = model.preview?.documentBytes, tenths(next, of: 1024) != tenths(held, of: 1024) {
    spans += [Span("→", .textDim), Span(tenths(next, of: 1024), meterRole(next))]
  }
  return spans + [Span("/\(limit) KB", .textDim), Span(" ▎", .paneBorder)]
}

/// The keys that work now, whole ones only; publishing, help and the way out keep their room.
private func drawHints(_ model: Model, row: Int, columns: Range<Int>, on frame: inout Frame) {
  let hints = Command.allCases.compactMap { command in
    hint(command, model).map { (command, $0) }
  }
  var kept: Set<Command> = [
    .publish, .help, .quit, .stage, .abandon, .closeReader, .choose, .closePicker,
  ]
  if model.table.filter != nil { kept.insert(.dismiss) }
  if !refusalLines(model).isEmpty {
    // Publishing as it is would be refused again.
    kept.remove(.publish)
    kept.insert(.rebase)
  }
  if model.isWorthChecking, model.reader == nil { kept.insert(.checks) }
  if model.searchesSide { kept.formUnion([.nextDifference, .dismiss]) }
  if model.isAtMICPanel { kept.insert(.copy) }
  if model.connection.isTakenOver { kept.formUnion([.anotherClient, .lookOn]) }
  if model.travel != nil { kept.formUnion([.earlier, .later]) }
  if model.replay != nil { kept.insert(.replayPause) }
  func room(_ hint: [Span]) -> Int { TextWidth.columns(hint) + 2 }
  var left = columns.count + 1 - hints.filter { kept.contains($0.0) }.reduce(0) { $0 + room($1.1) }
  var column = columns.lowerBound + 1
  for (command, hint) in hints {
    if !kept.contains(command) {
      guard room(hint) <= left else { continue }
      left -= room(hint)
    }
    guard column < columns.upperBound else { return }
    column += frame.draw(hint, row: row, column: column, width: columns.upperBound - column) + 2
  }
}

private func hint(_ command: Command, _ model: Model) -> [Span]? {
  guard let words = command.hint(in: model), let key = model.keys[command].first else { return nil }
  return [Span(key.label, .keyHint), Span(" \(words)", .textDim)]
}
