import Canvas
import JSON
import Shadow

extension Entry {
  var isValue: Bool {
    guard case .value = subject else { return false }
    return true
  }
}

extension Model {
  /// Changes the draft and what hangs on it: the preview and the rows of what is only staged.
  mutating func changeDraft(_ change: (inout Draft) -> Void) {
    reply = nil
    change(&draft)
    draftChanged()
  }

  /// Makes the preview and the rows anew.
  mutating func draftChanged() {
    shadows[current].draftRevision += 1
    tellIfUnkept()
    selectedEdit = min(selectedEdit, max(0, draft.edits.count - 1))
    previewDraft()
    showLive(ResourceTree(shadow.document, staged: stagedPaths))
  }

  mutating func previewDraft() {
    preview =
      draft.isEmpty
      ? nil
      : Preview(
        draft.edits, upon: shadow.document, address: address, token: nextToken, choice: choice)
  }

  /// Paths that need a row though the shadow may not have them; removals need none.
  var stagedPaths: [JSONPath] {
    let sent = (delivery?.edits ?? []) + shadows[current].furtherDeliveries.flatMap(\.edits)
    return (draft.edits + sent).filter { $0.value != nil }.map(\.path)
  }

  mutating func stage(_ edit: StagedEdit) {
    var obstacle: StagedEdit?
    changeDraft { obstacle = $0.stage(edit) }
    if let obstacle { tell(obstacle) }
  }

  /// Stages several edits as one step.
  ///
  /// - Returns: false if there was no room for one of them, which is told.
  mutating func stageAll(_ edits: [StagedEdit]) -> Bool {
    var obstacle: StagedEdit?
    changeDraft { obstacle = $0.stage(edits) }
    if let obstacle { tell(obstacle) }
    return obstacle == nil
  }

  /// Tells which staged edit leaves no room.
  mutating func tell(_ obstacle: StagedEdit) {
    let fate = obstacle.value.map { "as " + $0.kindLabel } ?? "for removal"
    reply = Reply(
      "\(obstacle.path.display) is staged \(fate), which leaves no room inside it: undo that first",
      .editError)
  }

  // MARK: Beginning

  mutating func editSelected() {
    switch focus {
    case .edit:
      guard draft.edits.indices.contains(selectedEdit) else { return }
      let edit = draft.edits[selectedEdit]
      openValueEntry(edit.path, section: edit.section)
    case .resources, .side, .log:
      guard let node = table.selection else { return }
      openValueEntry(node.path, section: target)
    }
  }

  private mutating func openValueEntry(_ path: JSONPath, section: Section) {
    reply = nil
    let value: JSONValue?
    if let staged = draft.edit(section, path) {
      value = staged.value ?? .null
    } else {
      value = shadow.document?.value(section, path) ?? shadow.document?.value(section.other, path)
    }
    let text = value.map(ValueText.editable)
    var opened = Entry(
      .value(path: path, section: section, prefill: text), text: text ?? "", killed: killed)
    opened.basis = StagedEdit(section, path, of: shadow.document, to: nil)
    entry = opened
  }

  mutating func openPathEntry() {
    reply = nil
    entry = Entry(.path(below: basePath), killed: killed)
  }

  /// Where a plain name belongs: inside an open fold, else beside what is selected.
  private var basePath: JSONPath {
    guard let node = table.selection else { return JSONPath() }
    return node.isBranch && !table.isFolded(node) ? node.path : node.path.parent ?? JSONPath()
  }

  mutating func closeEntry() {
    if let entry { killed = entry.line.killed }
    entry = nil
  }

  // MARK: Enter

  mutating func enter(at now: Int64) -> [Effect] {
    guard let entry else { return [] }
    switch entry.subject {
    case .filter: keepFilter(entry.line.text)
    case .logFilter, .search:
      remember(entry.line.text, in: &searchHistory)
      closeEntry()
    case .savePath(let bytes): return enterSavePath(entry.line.text, bytes)
    case .path(let base): enterPath(entry, below: base)
    case .value(let path, let section, let prefill):
      enterValue(entry, path: path, section: section, prefill: prefill)
    case .observationTime: enterObservationTime(entry, at: now)
    case .deletion: return enterDeletion(entry, at: now)
    case .clientID: return enterClientID(entry)
    case .thingType(let address): return enterThingType(entry, of: address)
    case .jobDetails(let action): enterJobDetails(entry, action)
    }
    return []
  }

  private mutating func enterPath(_ entry: Entry, below base: JSONPath) {
    switch TypedPath(entry.line.text, below: base, in: shadow.document) {
    case .refused(let reason):
      self.entry?.warning = entry.line.text.isEmpty ? "a name is needed" : reason
    case .path(let path):
      remember(entry.line.text, in: &pathHistory)
      closeEntry()
      openValueEntry(path, section: target)
    }
  }

  private mutating func enterValue(
    _ entry: Entry, path: JSONPath, section: Section, prefill: String?
  ) {
    let text = entry.line.text
    let isConfirmed = entry.warning != nil
    let base = shadow.document?.value(section, path)
    let meaning = entry.meaning
    switch meaning {
    case .refused: return
    case .broken where !isConfirmed:
      self.entry?.warning = "Enter again stages it as a text"
      return
    case .removal where base == nil && draft.edit(section, path) == nil:
      self.entry?.warning = "\(section.rawValue) has no \(path.display) to remove"
      return
    case .json, .text, .broken, .removal: break
    }
    let isUnchanged = prefill?.hasSameScalars(as: text) == true && base != nil
    if isUnchanged, !isConfirmed, !entry.isForced, draft.edit(section, path) == nil {
      let held = base.map(ValueText.editable) ?? ""
      if held.hasSameScalars(as: text) {
        self.entry?.warning = "It is so already: Enter again reports it anew"
        return
      }
    }
    remember(text, in: &valueHistory)
    closeEntry()
    var edit = entry.basis ?? StagedEdit(section, path, of: shadow.document, to: nil)
    edit.value = meaning.value
    stage(edit)
    table.select(path)
  }

  func remember(_ text: String, in history: inout [String]) {
    guard !text.isEmpty, history.last?.hasSameScalars(as: text) != true, text.utf8.count < 10_000
    else { return }
    history.append(text)
    if history.count > 100 { history.removeFirst() }
  }

  // MARK: Without the line

  mutating func removeSelected() {
    guard focus != .edit else { return discardSelected() }
    guard let node = table.selection else { return }
    guard shadow.document?.value(target, node.path) != nil else {
      // A row that is only staged goes by taking the edit back.
      if let place = draft.edits.firstIndex(where: {
        $0.section == target && $0.path == node.path
      }) {
        return changeDraft { $0.discard(at: place) }
      }
      reply = Reply(passing: "\(target.rawValue) has no \(node.path.display) to remove; t switches")
      return
    }
    stage(StagedEdit(target, node.path, of: shadow.document, to: nil))
  }

  mutating func toggleSelected() {
    guard let node = table.selection else { return }
    if node.isBranch { return table.setFolded(!table.isFolded(node), node.path) }
    guard let toggled else { return }
    stage(StagedEdit(target, node.path, of: shadow.document, to: .bool(toggled)))
  }

  /// Makes the selected number larger or smaller by one in its last place.
  mutating func stepSelected(up: Bool) {
    guard let node = table.selection, let number = steppable else { return }
    guard let stepped = number.stepped(up: up) else {
      reply = Reply(
        passing: "\(number.lexeme) is written with an exponent, which has no last place: e edits it"
      )
      return
    }
    stage(StagedEdit(target, node.path, of: shadow.document, to: .number(stepped)))
  }

  /// Goes from reported to desired, from there to backdating, and back.
  mutating func switchTarget() {
    switch (target, choice.isBackdate) {
    case (.reported, false): target = .desired
    case (.desired, _): (target, choice.isBackdate) = (.reported, true)
    case (.reported, true): choice.isBackdate = false
    }
    draftChanged()
    reply = Reply(
      choice.isBackdate
        ? "Edits of reported go to MIC's backdate topic now: it keeps them as observations of an "
          + "earlier time, and the shadow does not change"
        : target == .reported
          ? "Edits go to reported now: what the thing says of itself"
          : "Edits go to desired now: what the thing is asked to become")
  }

  private mutating func discardSelected() {
    let place = selectedEdit
    changeDraft { $0.discard(at: place) }
  }

  mutating func discard() {
    if focus == .edit { return discardSelected() }
    let count = draft.edits.count
    // Never asked, since nothing is lost by it.
    changeDraft { $0.discardAll() }
    let key = keys[.undo].first?.label ?? "undo"
    reply = Reply(
      passing:
        "\(counted(count, "edit")) discarded: \(key) brings \(count == 1 ? "it" : "them") back")
  }
}
