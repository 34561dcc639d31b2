import Canvas
import JSON

extension Model {
  /// Does what the mouse asks for: a press selects, the wheel scrolls, a divider can be dragged.
  ///
  /// Whatever waits for an answer or for text is left as it is: nothing is decided by a press.
  mutating func follow(_ event: MouseEvent, at now: Int64) -> [Effect] {
    if case .release = event.action {
      dragged = nil
      return []
    }
    guard question == nil else { return [] }
    switch overlay {
    case .picker?: return pick(event, at: now)
    case .help?, .message?, .preview?, .checks?, .job?:
      let size = ReaderLayout(self, in: size).textSize
      if let rows = event.wheelRows { reader?.scroll(by: rows, in: size) }
      return []
    case nil: break
    }
    let layout = Layout(self, in: size, at: now)
    switch event.action {
    case .press(.left): press(event.place, layout)
    case .drag(.left): drag(to: event.place, layout)
    case .wheelUp, .wheelDown: scroll(event, layout, at: now)
    case .press, .drag, .release, .wheelLeft, .wheelRight: break
    }
    return []
  }

  /// Takes the mouse, or leaves it to the terminal's own selection.
  mutating func switchMouse() -> [Effect] {
    takesMouse.toggle()
    dragged = nil
    reply = Reply(
      passing: takesMouse
        ? "The mouse selects, scrolls and drags here now; M leaves it to the terminal"
        : "The mouse is the terminal's now, to select text with; M takes it again")
    return [.captureMouse(takesMouse)]
  }

  private mutating func press(_ place: Position, _ layout: Layout) {
    let spot = layout.pane(at: place)
    dragged = spot.flatMap(\.divider)
    guard entry == nil else { return }
    let before = focus
    switch spot {
    case .resources(let row):
      focus = .resources
      let lines = tableLines(self, layout)
      guard let row, lines.indices.contains(row), let pressed = lines[row] else { return }
      let wasSelected = before == .resources && table.selected == pressed
      table.select(row: pressed)
      // A second press opens or closes what it selected.
      if wasSelected, let node = table.selection, node.isBranch {
        table.setFolded(!table.isFolded(node), node.path)
      }
    case .side: focus = .side
    case .log(let row):
      focus = .log
      let shown = log.shown(height: layout.log.count)
      guard let row, shown.indices.contains(row) else { return }
      let wasSelected = before == .log && log.selected?.number == shown[row].number
      log.select(number: shown[row].number)
      if wasSelected { readMessage() }
    case .edit: focus = .edit
    case .sideDivider, .bottomDivider, .status, .banner, .bottomLine, nil: break
    }
  }

  private mutating func drag(to place: Position, _ layout: Layout) {
    switch dragged {
    case .side?: dividers.putSide(at: place.column, of: size.columns)
    case .bottom?: putBottom(at: place.row, layout)
    case nil: break
    }
  }

  /// Scrolls the pane that the mouse is over, whichever has the focus.
  private mutating func scroll(_ event: MouseEvent, _ layout: Layout, at now: Int64) {
    guard let rows = event.wheelRows else { return }
    let kept = focus
    switch layout.pane(at: event.place) {
    case .resources: focus = .resources
    case .side: focus = .side
    case .log: focus = .log
    case .edit: focus = .edit
    default: return
    }
    // A line that is being typed keeps its pane.
    move(by: rows, at: now)
    focus = kept
  }

  private mutating func pick(_ event: MouseEvent, at now: Int64) -> [Effect] {
    if let rows = event.wheelRows {
      picker?.move(by: rows)
      return []
    }
    guard case .press(.left) = event.action, let list = picker,
      let row = pickerRow(at: event.place, list, in: size)
    else { return [] }
    guard row == list.selected else {
      picker?.select(row: row)
      return []
    }
    return choose(at: now)
  }
}

/// A line between panes that the mouse can take along.
enum Divider: Hashable, Sendable { case side, bottom }

extension Spot {
  /// The divider that is here; nil for none.
  fileprivate var divider: Divider? {
    switch self {
    case .sideDivider: .side
    case .bottomDivider: .bottom
    default: nil
    }
  }
}

extension MouseEvent {
  /// Rows that the wheel goes further; nil for everything else.
  var wheelRows: Int? {
    switch action {
    case .wheelUp: -3
    case .wheelDown: 3
    default: nil
    }
  }
}
