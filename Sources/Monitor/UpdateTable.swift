import JSON
import Shadow

extension Entry {
  var isFilter: Bool {
    guard case .filter = subject else { return false }
    return true
  }
}

extension Model {
  /// Shows a tree in the table.
  mutating func show(_ tree: ResourceTree) {
    let sent = delivery?.edits ?? []
    let staged = StagedPaths(
      draft.edits + sent, replacing: { shadow.document?.obstacle($0.section, $0.path) },
      // What is on its way is past being asked about.
      isInConflict: { edit in
        draft.edit(edit.section, edit.path) != nil && isInConflict(edit)
      })
    table.show(tree, traces: traces, staged: staged)
  }

  /// Shows the newest document of every shadow, if the table does not yet.
  mutating func showNewest() {
    for place in shadows.indices {
      guard let tree = shadows[place].unshown else { continue }
      with(place) { model in
        model.showLive(tree)
        model.previewDraft()
      }
    }
  }

  // MARK: The filter

  mutating func openFilter() {
    reply = nil
    focus = .resources
    table.acceptSelection()
    let earlier = table.filter?.text ?? ""
    entry = Entry(
      .filter(earlier: earlier, selected: table.selection?.path), text: earlier, killed: killed)
  }

  /// Narrows the table down while its line is typed.
  mutating func followFilterLine() {
    guard let entry, entry.isFilter else { return }
    table.narrow(to: entry.line.text)
  }

  mutating func keepFilter(_ text: String) {
    remember(text, in: &filterHistory)
    table.acceptSelection()
    closeEntry()
  }

  // MARK: Order

  mutating func sortNext() {
    table.sort(by: table.order.next, traces)
    reply = Reply(passing: table.order.words)
  }

  mutating func pinSelected() {
    guard let node = table.selection else { return }
    table.togglePin(node.path)
  }
}
