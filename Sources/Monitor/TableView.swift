import Canvas
import JSON
import Shadow

/// What stands on each line of the table that a layout shows: a row, or nil for the line below what
/// is pinned.
func tableLines(_ model: Model, _ layout: Layout) -> [Int?] {
  model.table.lines(height: layout.table.count)
}

/// What the pane's frame says: `14 · 1 differs`, or `filter: hum · 3 of 14`.
///
/// - Parameters:
///   - model: the state.
///   - width: columns of the screen; a long filter is cut to leave room for what it finds.
///   - now: ms since 1970.
/// - Returns: the parts of it with dots between them.
func tableNote(_ model: Model, width: Int, at now: Int64) -> [Span] {
  let table = model.table
  var parts: [[Span]] = []
  if let version = model.travel?.moment.version {
    parts.append([Span("as of v\(version)", .meterWarn)])
  }
  if let filter = table.filter {
    let room = max(8, width / 3)
    let isLong = TextWidth.columns(filter.text, limit: room) > room
    let text = isLong ? TextWidth.fitted(filter.text, width: room) : filter.text
    parts.append([Span("filter: ", .paneTitle), Span(text, .match)])
  }
  if table.showsOnlyDifferences { parts.append([Span("only ", .paneTitle), Span("≠", .differs)]) }
  if let narrowed = table.narrowed {
    parts.append([Span("\(narrowed.found) of \(narrowed.total)", .paneTitle)])
  } else if model.shadow.document != nil {
    parts.append([Span("\(table.tree.resources)", .paneTitle)])
  }
  guard model.shadow.document != nil else { return joined(parts) }
  if table.tree.differences > 0 {
    parts.append([Span(differText(table.tree.differences), .differs)])
  }
  if !model.connection.isLive || !model.freshness.isFresh {
    let age = model.recalledAge(at: now)?.text
    if let age, width < 60 {
      parts.insert([Span("\(age) old", .stale)], at: 0)
    } else {
      parts.append([Span("last known" + (age.map { ", \($0) ago" } ?? ""), .stale)])
    }
  }
  return joined(parts)
}

private func joined(_ parts: [[Span]]) -> [Span] {
  Array(parts.joined(separator: [Span(" · ", .paneBorder)]))
}

/// `1 differs`, `2 differ`.
func differText(_ count: Int) -> String { count == 1 ? "1 differs" : "\(count) differ" }

/// Draws the header and the rows that are in sight.
func drawTable(_ model: Model, _ layout: Layout, on frame: inout Frame, at now: Int64) {
  guard !layout.table.isEmpty else { return }
  let columns = TableColumns(layout)
  if layout.kind == .full {
    drawHeader(columns, model.table.order, row: layout.table.lowerBound - 1, on: &frame)
  }
  let lines = tableLines(model, layout)
  for (line, row) in zip(layout.table, lines) {
    if let row {
      var drawing = RowDrawing(
        model: model, row: model.table.rows[row], columns: columns, line: line, now: now)
      drawing.draw(
        model.table.node(row: row), isSelected: row == model.table.selected, on: &frame)
    } else {
      let end = (columns.trend ?? columns.age).end
      let rule = String(repeating: "─", count: end - columns.name.start)
      frame.draw(
        [Span(rule, .paneBorder)], row: line, column: columns.name.start, width: rule.count)
    }
  }
  guard model.table.rows.count == model.table.pinnedRows else { return }
  let width = max(1, layout.resourceColumns.count - 8)
  let words = wrapped(emptyWords(model), width: width)
  for (index, line) in words.enumerated() {
    let row = layout.table.lowerBound + lines.count + min(1, layout.table.count - 1) + index
    guard layout.table.contains(row) else { break }
    frame.draw(line, row: row, column: 4, width: width)
  }
}

private func drawHeader(
  _ columns: TableColumns, _ order: RowOrder, row: Int, on frame: inout Frame
) {
  func put(_ text: String, _ column: TableColumns.Column?, indent: Int = 0) {
    guard let column else { return }
    frame.draw(
      [Span(text, .textDim)], row: row, column: column.start + indent, width: column.width - indent)
  }
  let isByChange = order == .changed
  let value = columns.desired == nil ? "value" : "reported"
  put("resource", columns.name, indent: 2)
  put(isByChange && columns.trend == nil ? value + " ↓" : value, columns.reported)
  put("desired", columns.desired)
  let age = order != .age ? "age" : columns.age.width > 4 ? "age ↓" : "age↓"
  frame.draw([Span(age, .textDim)], row: row, endingAt: columns.age.end, width: columns.age.width)
  put(isByChange ? "changed ↓" : "trend", columns.trend)
}

/// What stands where rows would be.
private func emptyWords(_ model: Model) -> [Span] {
  if model.table.narrowed.map({ $0.total > 0 }) == true { return narrowedWords(model.table) }
  // What there is is pinned, all of it.
  guard model.table.rows.isEmpty else { return [] }
  if let version = model.travel?.moment.version {
    return [Span("The shadow was empty then (v\(version)).")]
  }
  return switch (model.shadow.state, model.connection.status) {
  case (.missing, _) where model.isNetworked(model.address):
    [
      Span("This networked thing has no shadow. The first document makes it: "),
      Span("a", .keyHint), Span(" adds a value to it. \(Model.creationWords)", .textDim),
    ]
  case (.missing, _):
    [
      Span("This thing has no shadow. Report a value to create it: "), Span("a", .keyHint),
    ]
  case (.held(let document), _):
    [Span("The shadow is empty (v\(document.version)). Add a resource: "), Span("a", .keyHint)]
  case (.unknown, .connecting(let step, let endpoint)?) where model.connection.outage == nil:
    [Span("Connecting to \(endpoint): \(step)", .stateConnecting)]
  case (.unknown, .connected?) where model.shadows[model.current].link.isRefused:
    [Span("Nothing is known of this shadow.", .textDim)]
  case (.unknown, .connected?) where model.shadows[model.current].link == .opening:
    [Span("Connected; subscribing to this shadow …", .stateConnecting)]
  case (.unknown, .connected?): [Span("Connected; asking for the shadow …", .stateConnecting)]
  case (.unknown, nil): [Span("Connecting to \(model.endpoint) …", .stateConnecting)]
  case (.unknown, .connecting?), (.unknown, .offline?), (.unknown, .stopped?),
    (.unknown, .refusedFilters?), (.unknown, .takenOver?), (.unknown, .silent?),
    (.unknown, .heard?):
    [Span("Nothing is known of the shadow yet.", .textDim)]
  }
}

/// What is said of a table that is narrowed down to nothing.
private func narrowedWords(_ table: ResourceTable) -> [Span] {
  var spans: [Span]
  if let filter = table.filter {
    let what = table.showsOnlyDifferences ? "No difference matches " : "No resource matches "
    spans = [Span(what), Span(filter.text, .match), Span(".", .text)]
    spans += [Span(" Esc", .keyHint), Span(" clears the filter.")]
  } else {
    spans = [Span("Nothing differs, and nothing is staged.")]
  }
  if table.showsOnlyDifferences {
    spans += [Span(" f", .keyHint), Span(" shows the rest.")]
  }
  return spans
}

/// What is said below the line of a filter that is typed.
func filterWords(_ table: ResourceTable) -> [Span] {
  guard table.filter != nil, let narrowed = table.narrowed else {
    return [Span("words in any order, !not ^start end$; or letters: p1f for pump1.flow", .textDim)]
  }
  guard narrowed.found > 0 else { return [Span("nothing matches", .textDim)] }
  return [
    Span("\(narrowed.found) of \(counted(narrowed.total, "resource"))"),
    Span(narrowed.found == 1 ? " matches" : " match", .textDim),
    Span(table.filter?.isLoose == true ? " by letters, none by whole words" : "", .textDim),
  ]
}
