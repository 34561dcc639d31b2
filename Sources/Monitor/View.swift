package import Canvas
import Shadow

/// Draws the state.
///
/// - Parameters:
///   - model: the state.
///   - size: the screen's.
///   - now: ms since 1970, for ages and fading.
/// - Returns: a frame of that size.
package func view(_ model: Model, in size: Size, at now: Int64) -> Frame {
  var frame = Frame(size: size)
  let layout = Layout(model, in: size, at: now)
  guard layout.kind != .tiny else {
    let words = size.columns < 21 ? "too small" : "20x5 at least, please"
    frame.draw([Span(words, .stateOffline)], row: 0, column: 0, width: size.columns)
    return frame
  }
  drawStatus(model, on: &frame, at: now)
  if let overlay = model.overlay {
    switch overlay {
    case .help, .preview, .checks, .message, .job: drawReader(model, on: &frame)
    case .picker(let picker): drawPicker(picker, on: &frame)
    }
    drawBottomLine(model, layout, on: &frame, at: now)
    return frame
  }
  for (index, line) in layout.banner.enumerated() {
    frame.draw(line, row: 1 + index, column: 1, width: size.columns - 2)
  }
  // Made once: the detail of a large resource is a long text.
  let side =
    model.side != nil && !layout.side.isEmpty ? model.sideReader(layout, at: now) : nil
  if layout.kind == .full { drawFrames(model, layout, side, on: &frame, at: now) }
  drawTable(model, layout, on: &frame, at: now)
  drawLog(model, layout, on: &frame)
  if let side { drawSide(side, layout, on: &frame) }
  if layout.kind == .full { drawEdit(model, layout, on: &frame) }
  drawBottomLine(model, layout, on: &frame, at: now)
  return frame
}

/// The lines around the panes, with titles and counts.
private func drawFrames(
  _ model: Model, _ layout: Layout, _ side: TextReader?, on frame: inout Frame,
  at now: Int64
) {
  let columns = 0..<layout.size.columns
  let top = layout.resources.lowerBound
  let logHead = (logTitle(model), logNote(model))
  let sideTitle = (
    title(model.side?.title ?? "", .side, model),
    side.map { sideNote(model, layout, $0) } ?? []
  )
  func head(row: Int, columns: Range<Int>, _ words: (title: [Span], note: [Span])) {
    frame.drawDivider(row: row, columns: columns, title: words.title, note: words.note)
  }
  frame.drawBox(rows: top..<layout.size.rows - 1, columns: columns)
  if let column = layout.sideDivider {
    frame.drawLine(
      rows: top..<(layout.bottomDivider ?? layout.edit.lowerBound - 1) + 1, column: column)
    head(row: top, columns: column..<layout.size.columns, sideTitle)
  }
  if layout.logReplacesTable {
    head(row: top, columns: columns, logHead)
  } else if layout.sidePlace == .instead {
    head(row: top, columns: columns, sideTitle)
  } else {
    head(
      row: top, columns: layout.resourceColumns,
      (
        title("resources", .resources, model),
        tableNote(model, width: layout.resourceColumns.count, at: now)
      ))
  }
  if let row = layout.bottomDivider {
    head(row: row, columns: columns, layout.sidePlace == .below ? sideTitle : logHead)
  }
  head(
    row: layout.edit.lowerBound - 1, columns: columns,
    (title("edit", .edit, model), editNote(model)))
}

private func title(_ text: String, _ pane: Pane, _ model: Model) -> [Span] {
  [Span(text, model.focus == pane ? .paneTitleFocused : .paneTitle)]
}

/// When the screen must change by itself, in ms since 1970; nil while nothing moves.
package func nextDeadline(_ model: Model, after now: Int64) -> Int64? {
  let layout = Layout(model, in: model.size, at: now)
  var deadlines = model.shadows.compactMap(\.freshness.askAt)
  // At once: a screen of what is left to filter, then the keys.
  if model.log.isFiltering { deadlines.append(now + 1) }
  if let deadline = model.jobs.deadline { deadlines.append(deadline) }
  guard layout.kind != .tiny else { return deadlines.min() }
  if let outage = model.connection.outage, !outage.isStopped {
    deadlines.append(now + Age(milliseconds: now - outage.since).untilNextClock)
  }
  if let since = model.connection.silentSince {
    deadlines.append(now + Age(milliseconds: now - since).untilNextClock)
  }
  var awaited = [model.freshness.askAt]
  if case .offline(_, _, _, _, let retryAt)? = model.connection.status { awaited.append(retryAt) }
  for case let time? in awaited where time > now {
    // A count shows the seconds that are left, begun ones included.
    deadlines.append(now + (time - now - 1) % 1000 + 1)
  }
  if let age = model.recalledAge(at: now) { deadlines.append(now + age.untilNextText) }
  if let moment = model.travel?.moment {
    deadlines.append(now + Age(milliseconds: now - moment.time).untilNextText)
  }
  if model.overlay == nil {
    deadlines += detailDeadlines(model, layout, after: now)
    deadlines += micDeadlines(model, layout, after: now)
    if model.side == .wishes {
      deadlines += model.wishes.open.map { now + model.age(of: $0, at: now).untilNextText }
    }
    for case let row? in tableLines(model, layout) {
      let node = model.table.node(row: row)
      if let time = node.latestTime {
        deadlines.append(now + model.shadow.age(of: time, at: now).untilNextText)
      }
      guard model.travel == nil, let trace = model.traces[node.path] else { continue }
      deadlines += Section.allCases.compactMap {
        Glow.nextStep(changed: trace[change: $0], now: now)
      }
    }
  }
  return deadlines.min()
}
