import Canvas
import JSON
import Shadow

/// One row of the table.
struct RowDrawing {
  let model: Model
  let row: TableRow
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
    if model.table.staged.hasConflict(at: node.path, isFolded: isFolded) {
      put([Span("!", .editError)], at: columns.staged, width: 1)
    } else if isStaged(node, isFolded: isFolded) {
      put([Span("*", .editStaged)], at: columns.staged, width: 1)
    }
    put(name(node, isFolded: isFolded), at: columns.name.start, width: columns.name.width)
    if let mark = model.travel?.mark(node, isFolded: isFolded) {
      put([mark], at: columns.staged, width: 1)
    }
    // An earlier version has no trend and no glow.
    let trace = model.travel == nil ? model.traces[node.path] : nil
    if let desired = columns.desired {
      // What is staged has the room of desired too where that is empty.
      let isAlone =
        wanted(.reported, node) != nil && wanted(.desired, node) == nil
        && node.leafValue(.desired) == nil
      let width = isAlone ? desired.end - columns.reported.start : columns.reported.width
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
    if let column = columns.trend, let trace, !node.isBranch {
      // Of what is reported; of what is desired only where there is nothing else.
      let section: Section = node.leafValue(.reported) == nil ? .desired : .reported
      put(trace.trend(section, width: column.width), at: column.start, width: column.width)
    }
    guard isSelected, model.focus == .resources else { return }
    let end = (columns.trend ?? columns.age).end + 1
    frame.select(rows: line..<line + 1, columns: columns.bar..<end)
  }

  private func name(_ node: ResourceNode, isFolded: Bool) -> [Span] {
    var spans: [Span]
    let path = node.path.display
    let name = row.isPin ? path : node.name.nameText
    if row.isPin {
      spans = [Span("▴ ", .keyHint), Span(node.isBranch ? (isFolded ? "▸ " : "▾ ") : "", .textDim)]
    } else {
      let indent = String(repeating: "  ", count: min(row.indent, columns.name.width / 4))
      spans = [Span(indent + (node.isBranch ? (isFolded ? "▸ " : "▾ ") : "  "), .textDim)]
    }
    if let filter = model.table.filter {
      spans += [Span(name, .path)].highlighted(at: filter.positions(of: name, at: node.path))
    } else {
      spans.append(Span(name, .path))
    }
    if node.hasLookAlike { spans.append(Span(" ≈", .textEscaped)) }
    if let type = node.nestedType { spans.append(Span("  (\(type))", .textDim)) }
    return spans
  }

  // MARK: Staged edits

  /// The edit of a row, whether still staged or on its way.
  private func edit(_ section: Section, _ path: JSONPath) -> StagedEdit? {
    model.draft.edit(section, path)
      ?? model.delivery?.edits.first { $0.section == section && $0.path == path }
  }

  private func isStaged(_ node: ResourceNode, isFolded: Bool) -> Bool {
    let staged = model.table.staged
    return staged.here.contains(node.path) || (isFolded && staged.around.contains(node.path))
      || Section.allCases.contains { wantedFromAround($0, node) != nil }
  }

  /// What a section is to have here; nil where nothing is staged for it.
  private func wanted(_ section: Section, _ node: ResourceNode) -> Span? {
    guard model.table.staged.here.contains(node.path) else {
      return wantedFromAround(section, node)
    }
    if let edit = edit(section, node.path) {
      return edit.value.map { Span(ValueText.line($0), .editStaged) } ?? Span("removed", .removed)
    }
    // An edit further in makes an object of a value that is none.
    let isReplaced = (model.draft.edits + (model.delivery?.edits ?? [])).contains {
      $0.section == section
        && model.shadow.document?.obstacle(section, $0.path)?.path == node.path
    }
    return isReplaced ? Span("{…}", .editStaged) : wantedFromAround(section, node)
  }

  /// What an edit around makes of the value here; nil where that stays.
  private func wantedFromAround(_ section: Section, _ node: ResourceNode) -> Span? {
    guard let value = node.leafValue(section), model.table.staged.reaches(node.path) else {
      return nil
    }
    let around = (model.draft.edits + (model.delivery?.edits ?? [])).first {
      $0.section == section && $0.path != node.path && $0.path.isPrefix(of: node.path)
    }
    switch around?.effect(on: node.path) {
    case .removed?: return Span("removed", .removed)
    case .set(let wanted)? where wanted != value: return Span(ValueText.line(wanted), .editStaged)
    case .set?, nil: return nil
    }
  }

  // MARK: Values

  private func cell(
    _ node: ResourceNode, _ section: Section, _ trace: Trace?, isFolded: Bool, width: Int
  ) -> [Span] {
    let value = value(node, section, trace, isFolded: isFolded)
    guard let wanted = wanted(section, node) else { return marked(value.map { [$0] } ?? []) }
    return marked(change(from: value, to: wanted, width: width))
  }

  /// Both sections in one column: `21.5 → 22` where 22 is staged, `21.5 ≠ 22` where it is desired.
  private func sharedCell(_ node: ResourceNode, _ trace: Trace?, isFolded: Bool) -> [Span] {
    let width = columns.reported.width
    let reported = value(node, .reported, trace, isFolded: isFolded)
    if let wanted = wanted(.reported, node) ?? wanted(.desired, node) {
      return marked(change(from: reported, to: wanted, width: width))
    }
    guard node.differsHere, let desired = value(node, .desired, trace, isFolded: isFolded) else {
      return marked(reported.map { [$0] } ?? [])
    }
    return marked(change(from: reported, to: desired, sign: "≠", width: width))
  }

  /// The same with what the filter found in values.
  private func marked(_ spans: [Span]) -> [Span] {
    guard let filter = model.table.filter else { return spans }
    return spans.flatMap { span in
      span.role == .textDim ? [span] : [span].highlighted(at: filter.positions(in: span.text))
    }
  }

  /// The two sides of a change; where room is short the old one gives way, and neither loses the end
  /// in which they differ: `→` from what is to what is staged, `≠` between reported and desired.
  private func change(
    from old: Span?, to new: Span, sign: String = "→", width: Int
  ) -> [Span] {
    guard var old else { return [Span(sign + " ", .textDim), new] }
    // Staged is what has come to be meanwhile.
    if old.text.hasSameScalars(as: new.text) { return [new] }
    var new = new
    let isAlike = old.text.unicodeScalars.prefix(4).elementsEqual(new.text.unicodeScalars.prefix(4))
    let newRoom = max(1, width - 3 - min(width / 3, TextWidth.columns(old.text, limit: width)))
    if isAlike { new.text = Self.cutInTheMiddle(new.text, width: newRoom) }
    let room = max(width / 3, width - 3 - TextWidth.columns(new.text, limit: width))
    if isAlike { old.text = Self.cutInTheMiddle(old.text, width: room) }
    if TextWidth.columns(old.text, limit: room) > room {
      old.text = TextWidth.fitted(old.text, width: room)
    }
    return [old, Span(" \(sign) ", .textDim), new]
  }

  /// A text of so many columns that keeps both ends; one that is not plain ASCII stays as it is.
  private static func cutInTheMiddle(_ text: String, width: Int) -> String {
    guard width > 2, text.utf8.count > width, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
    else { return text }
    let head = (width - 1) / 2
    return text.prefix(head) + "…" + text.suffix(width - 1 - head)
  }

  private func value(
    _ node: ResourceNode, _ section: Section, _ trace: Trace?, isFolded: Bool
  ) -> Span? {
    if let value = node.leafValue(section) {
      let differs = section == .desired && node.differsHere
      let role =
        Glow.role(changed: trace?[change: section], now: now)
        ?? (model.travel?.isChanged(section, node.path) == true ? .valueChanged : nil)
        ?? (differs ? .differs : ValueText.role(value))
      return Span(ValueText.line(value), role)
    }
    guard isFolded, section == .reported else { return nil }
    return Span(counted(node.resources, "resource"), .textDim)
  }
}
