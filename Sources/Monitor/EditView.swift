import Canvas
import JSON
import Shadow

/// What the pane's frame says: where edits go, and how many are staged.
func editNote(_ model: Model) -> [Span] {
  var note = [
    Span(model.choice.isBackdate ? "backdate" : model.target.rawValue, .paneTitle)
  ]
  note += choiceNote(model)
  if !model.draft.isEmpty {
    note += [Span(" · ", .paneBorder), Span("\(model.draft.edits.count) staged", .editStaged)]
  }
  if let delivery = model.delivery {
    let state = delivery.state == .waiting ? "sent" : "unknown"
    note += [Span(" · ", .paneBorder), Span("\(delivery.edits.count) \(state)", .meterWarn)]
  }
  return note
}

/// Draws the edit pane.
func drawEdit(_ model: Model, _ layout: Layout, on frame: inout Frame) {
  let inner = layout.inner
  if let entry = model.entry {
    let view = EntryView(model, entry, width: inner.count)
    for (row, line) in zip(layout.edit, view.lines) {
      frame.draw(line, row: row, column: inner.lowerBound, width: inner.count)
    }
    frame.cursor = Position(
      row: layout.edit.lowerBound + 1, column: inner.lowerBound + view.cursorColumn)
    return
  }
  let lines = editLines(model, width: inner.count, height: layout.edit.count)
  for (row, line) in zip(layout.edit, lines) {
    frame.draw(line, row: row, column: inner.lowerBound, width: inner.count)
  }
}

/// The pane's lines: the answer to what was done last, the staged edits, and what would be sent.
///
/// - Parameters:
///   - model: the state.
///   - width: columns of a line.
///   - height: lines there may be; what finds no room is counted.
/// - Returns: at most `height` lines.
func editLines(_ model: Model, width: Int, height: Int) -> [[Span]] {
  if let entry = model.entry { return EntryView(model, entry, width: width).lines }
  var words = replyLines(model, width: width)
  guard let preview = model.preview else {
    return limited(words.isEmpty ? [nothingStaged(model)] : words, to: height, width: width)
  }
  // One line each for an edit and for what is sent are always there.
  words = limited(words, to: max(1, height - 2), width: width)
  var room = height - words.count
  var tail: [[Span]] = []
  if room > 1 {
    tail.append(previewLine(preview, width: width))
    room -= 1
  }
  for warning in preview.warnings where room > 1 {
    tail.append([Span(warning, .meterFull)])
    room -= 1
  }
  return words + editList(model, height: room) + tail
}

private func replyLines(_ model: Model, width: Int) -> [[Span]] {
  var lines = model.reply?.sentences.flatMap { wrapped([$0], width: width) } ?? []
  if let delivery = model.delivery, delivery.state == .waiting {
    lines.insert(
      [
        Span("sent ", .logOut), Span(delivery.token),
        Span(" with \(counted(delivery.edits.count, "edit")), waiting for the answer", .textDim),
      ], at: 0)
  }
  return lines + refusalLines(model).flatMap { wrapped($0, width: width) }
}

private func nothingStaged(_ model: Model) -> [Span] {
  if model.isReadOnly {
    let mode = model.replay == nil ? "Read-only" : "This is a replay"
    return [Span("\(mode): nothing is staged or sent from here", .textDim)]
  }
  var spans = [Span("Nothing is staged. ", .textDim)]
  guard model.travel == nil else { return spans }
  if let name = model.table.selection?.path.display {
    spans += [Span("e", .keyHint), Span(" edits \(name), ", .textDim)]
  }
  return spans + [Span("a", .keyHint), Span(" adds a resource", .textDim)]
}

/// The staged edits, those in conflict first, and the selected one among them.
private func editList(_ model: Model, height: Int) -> [[Span]] {
  let edits = model.draft.edits
  guard height > 0 else { return [] }
  let hasFocus = model.focus == .edit
  let shown = edits.count > height ? max(1, height - 1) : edits.count
  let (places, conflicts) = model.listedEdits
  let listed: [Int]
  if hasFocus {
    let selected = places.firstIndex(of: model.selectedEdit) ?? 0
    let first = max(0, min(selected - shown + 1, edits.count - shown))
    listed = Array(places[first..<first + shown])
  } else {
    // The newest ones beside the conflicts.
    let first = min(conflicts, shown)
    listed = Array(places.prefix(first) + places.suffix(shown - first))
  }
  var lines = listed.map { place in
    editLine(model, edits[place], isSelected: hasFocus && place == model.selectedEdit)
  }
  let hidden = edits.count - shown
  guard hidden > 0 else { return lines }
  var more = [Span("+\(hidden) more", .textDim)]
  let unseen = conflicts - Set(places.prefix(conflicts)).intersection(listed).count
  if unseen > 0 { more.append(Span(", \(unseen) in conflict", .editError)) }
  if height > 1 {
    lines.append(more)
  } else {
    lines[0].insert(contentsOf: more + [Span("  ")], at: 0)
  }
  return lines
}

private func editLine(_ model: Model, _ edit: StagedEdit, isSelected: Bool) -> [Span] {
  // While edits can be selected all keep a column for the bar.
  var spans = model.focus == .edit ? [Span(isSelected ? "▌" : " ", .selection)] : []
  spans += [
    Span(edit.section.rawValue + " ", .textDim), Span(edit.path.display, .path), Span("  "),
  ]
  let mine = edit.value.map { Span(ValueText.line($0), .editStaged) } ?? Span("removed", .removed)
  func shown(_ value: JSONValue?) -> String { value.map(ValueText.line) ?? "nothing" }
  if model.shadow.document?.value(edit.section, edit.path) != edit.base,
    edit.isShown(by: model.shadow.document)
  {
    return spans + [mine, Span(", and is so already", .textDim)]
  }
  let obstacle = model.shadow.document?.obstacle(edit.section, edit.path)
  if let obstacle, obstacle != edit.obstacle {
    return spans + [
      Span("! conflict: ", .editError),
      Span("\(obstacle.path.display) is \(ValueText.line(obstacle.value)) now, "),
      Span("yours replaces it: "),
      mine,
    ]
  }
  if model.isInConflict(edit) {
    let theirs = model.shadow.document?.value(edit.section, edit.path)
    return spans + [
      Span("! conflict: ", .editError),
      Span("was \(shown(edit.base)), is \(shown(theirs)), yours "),
      mine,
    ]
  }
  if let base = edit.base {
    spans += [Span(ValueText.line(base), ValueText.role(base)), Span(" → ", .textDim)]
  } else {
    spans.append(Span("new", .added))
    if let obstacle { spans.append(Span(", " + obstacle.words, .editError)) }
    spans.append(Span(" → ", .added))
  }
  spans.append(mine)
  // Before the kind, which a narrow screen cuts.
  if let words = lintWords(edit.lint) { spans.append(Span("  ! \(words)", .meterWarn)) }
  if let value = edit.value {
    spans.append(Span("   " + value.kindLabel, .textDim))
    if let base = edit.base, base.kindName != value.kindName {
      spans.append(Span(", was \(base.kindName)", .meterWarn))
    }
  }
  return spans
}

extension StagedEdit.Obstacle {
  /// For instance `replaces b (true)`.
  var words: String { "replaces \(path.display) (\(ValueText.line(value)))" }
}

/// The bytes that publishing sends, and how many.
private func previewLine(_ preview: Preview, width: Int) -> [Span] {
  let count = preview.publication.payload.count
  let size = "   " + byteText(count)
  // No more bytes than could be seen; four make a code point at most.
  let text = String(decoding: preview.publication.payload.prefix(4 * width), as: UTF8.self)
  let room = max(1, width - size.count)
  let isLong = TextWidth.columns(text, limit: room) > room
  return [
    Span(isLong ? TextWidth.fitted(text, width: room) : text), Span(size, .textDim),
  ]
}
