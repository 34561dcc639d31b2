import Canvas
import JSON
import Shadow

/// Rows of the table that a layout shows.
func visibleRows(_ model: Model, _ layout: Layout) -> Range<Int> {
  let top = model.table.top(height: layout.table.count)
  return top..<min(model.table.rows.count, top + layout.table.count)
}

/// What the pane's frame says: `14 · 1 differs`.
func tableNote(_ model: Model) -> [Span] {
  guard model.shadow.document != nil else { return [] }
  let tree = model.table.tree
  var note = [Span("\(tree.resources)", .paneTitle)]
  if tree.differences > 0 {
    note += [Span(" · ", .paneBorder), Span(differText(tree.differences), .differs)]
  }
  if !model.connection.isUp || !model.freshness.isFresh {
    note += [Span(" · ", .paneBorder), Span("last known", .stale)]
  }
  return note
}

/// `1 differs`, `2 differ`.
func differText(_ count: Int) -> String { count == 1 ? "1 differs" : "\(count) differ" }

/// Draws the header and the rows that are in sight.
func drawTable(_ model: Model, _ layout: Layout, on frame: inout Frame, at now: Int64) {
  guard !layout.table.isEmpty else { return }
  let columns = TableColumns(layout)
  if layout.kind == .full { drawHeader(columns, row: layout.table.lowerBound - 1, on: &frame) }
  let rows = visibleRows(model, layout)
  guard !rows.isEmpty else {
    let lines = wrapped(emptyWords(model), width: max(1, layout.resourceColumns.count - 8))
    for (index, line) in lines.prefix(layout.table.count).enumerated() {
      let row = layout.table.lowerBound + min(1, layout.table.count - 1) + index
      guard layout.table.contains(row) else { break }
      frame.draw(line, row: row, column: 4, width: layout.resourceColumns.count - 8)
    }
    return
  }
  for (line, row) in zip(layout.table, rows) {
    var drawing = RowDrawing(model: model, columns: columns, line: line, now: now)
    drawing.draw(model.table.node(row: row), isSelected: row == model.table.selected, on: &frame)
  }
}

private func drawHeader(_ columns: TableColumns, row: Int, on frame: inout Frame) {
  func put(_ text: String, _ column: TableColumns.Column?, indent: Int = 0) {
    guard let column else { return }
    frame.draw(
      [Span(text, .textDim)], row: row, column: column.start + indent, width: column.width - indent)
  }
  put("resource", columns.name, indent: 2)
  put(columns.desired == nil ? "value" : "reported", columns.reported)
  put("desired", columns.desired)
  frame.draw([Span("age", .textDim)], row: row, endingAt: columns.age.end, width: columns.age.width)
  put("trend", columns.trend)
}

/// What stands where rows would be.
private func emptyWords(_ model: Model) -> [Span] {
  switch (model.shadow.state, model.connection.status) {
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
    (.unknown, .refusedFilters?):
    [Span("Nothing is known of the shadow yet.", .textDim)]
  }
}

/// One row of the table.
private struct RowDrawing {
  let model: Model
  let columns: TableColumns
  let line: Int
  let now: Int64

  mutating func draw(_ node: ResourceNode, isSelected: Bool, on frame: inout Frame) {
    func put(_ spans: [Span], at column: Int, width: Int) {
      frame.draw(spans, row: line, column: column, width: width)
    }
    if isSelected { put([Span("▌", .selection)], at: columns.bar, width: 1) }
    let isFolded = node.isBranch && model.table.isFolded(node)
    if node.differsHere || (isFolded && node.differences > 0) {
      put([Span("≠", .differs)], at: columns.differs, width: 1)
    }
    if isStaged(node, isFolded: isFolded) {
      put([Span("*", .editStaged)], at: columns.staged, width: 1)
    }
    put(name(node, isFolded: isFolded), at: columns.name.start, width: columns.name.width)
    let trace = model.traces[node.path]
    if let desired = columns.desired {
      let width = columns.reported.width
      put(
        cell(node, .reported, trace, isFolded: isFolded, width: width), at: columns.reported.start,
        width: width)
      put(
        cell(node, .desired, trace, isFolded: isFolded, width: desired.width), at: desired.start,
        width: desired.width)
    } else {
      put(
        sharedCell(node, trace, isFolded: isFolded), at: columns.reported.start,
        width: columns.reported.width)
    }
    if let time = node.latestTime, !node.isBranch || isFolded {
      frame.draw(
        [Span(model.shadow.age(of: time, at: now).text, .textDim)], row: line,
        endingAt: columns.age.end, width: columns.age.width)
    }
    if let column = columns.trend, let trend = trace?.trend(width: column.width), !node.isBranch {
      put([Span(trend, .plotLine)], at: column.start, width: column.width)
    }
    guard isSelected, model.focus == .resources else { return }
    let end = (columns.trend ?? columns.age).end + 1
    frame.select(rows: line..<line + 1, columns: columns.bar..<end)
  }

  private func name(_ node: ResourceNode, isFolded: Bool) -> [Span] {
    let indent = String(repeating: "  ", count: min(node.depth, columns.name.width / 4))
    let fold = node.isBranch ? (isFolded ? "▸ " : "▾ ") : "  "
    var spans = [Span(indent + fold, .textDim), Span(node.name.nameText, .path)]
    if let type = node.type { spans.append(Span("  (\(type))", .textDim)) }
    return spans
  }

  // MARK: Staged edits

  /// The edit of a row, whether still staged or on its way.
  private func edit(_ section: Section, _ path: JSONPath) -> StagedEdit? {
    model.draft.edit(section, path)
      ?? model.delivery?.edits.first { $0.section == section && $0.path == path }
  }

  private func isStaged(_ node: ResourceNode, isFolded: Bool) -> Bool {
    (model.draft.edits + (model.delivery?.edits ?? [])).contains {
      $0.path == node.path || (isFolded && node.path.isPrefix(of: $0.path))
    }
  }

  // MARK: Values

  private func cell(
    _ node: ResourceNode, _ section: Section, _ trace: Trace?, isFolded: Bool, width: Int
  ) -> [Span] {
    let value = value(node, section, trace, isFolded: isFolded)
    guard let edit = edit(section, node.path) else { return value.map { [$0] } ?? [] }
    return arrow(from: value, to: wanted(edit), width: width)
  }

  /// Both sections in one column: `21.5 → 22`.
  private func sharedCell(_ node: ResourceNode, _ trace: Trace?, isFolded: Bool) -> [Span] {
    let width = columns.reported.width
    let reported = value(node, .reported, trace, isFolded: isFolded)
    if let edit = edit(.reported, node.path) ?? edit(.desired, node.path) {
      return arrow(from: reported, to: wanted(edit), width: width)
    }
    guard node.differsHere, let desired = value(node, .desired, trace, isFolded: isFolded) else {
      return reported.map { [$0] } ?? []
    }
    return arrow(from: reported, to: desired, width: width)
  }

  private func wanted(_ edit: StagedEdit) -> Span {
    edit.value.map { Span(ValueText.line($0), .editStaged) } ?? Span("removed", .removed)
  }

  /// The two sides of a change; where room is short the old one gives way.
  private func arrow(from old: Span?, to new: Span, width: Int) -> [Span] {
    let arrow = Span(old == nil ? "→ " : " → ", .textDim)
    guard var old else { return [arrow, new] }
    let room = max(width / 3, width - 3 - TextWidth.columns(new.text, limit: width))
    if TextWidth.columns(old.text, limit: room) > room {
      old.text = TextWidth.fitted(old.text, width: room)
    }
    return [old, arrow, new]
  }

  private func value(
    _ node: ResourceNode, _ section: Section, _ trace: Trace?, isFolded: Bool
  ) -> Span? {
    if let value = node.leafValue(section) {
      let differs = section == .desired && node.differsHere
      let role =
        Glow.role(changed: trace?[change: section], now: now)
        ?? (differs ? .differs : ValueText.role(value))
      return Span(ValueText.line(value), role)
    }
    guard isFolded, section == .reported else { return nil }
    return Span(counted(node.resources, "resource"), .textDim)
  }
}
