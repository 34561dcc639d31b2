import Canvas

/// What the region beside the table shows, or below it where the screen is not wide.
package enum SidePane: Hashable, Sendable {
  /// Everything about the selected resource.
  case detail
  /// What desired asks for and reported does not have.
  case wishes
  /// What MIC reads in what is reported: where the thing is, and `tcxn`.
  case mic

  /// The title in its frame.
  var title: String {
    switch self {
    case .detail: "detail"
    case .wishes: "wishes"
    case .mic: "MIC"
    }
  }
}

/// Where a person has put the lines between the panes; nil where they stand by themselves.
package struct Dividers: Hashable, Sendable {
  /// The width of the side pane in thousandths of the screen's.
  package internal(set) var side: Int?
  /// The rows of the log.
  package internal(set) var log: Int?
  /// The rows of the side pane where it stands below the table.
  package internal(set) var below: Int?

  /// - Parameters:
  ///   - side: thousandths of the screen's width; any number, a screen makes the best of it.
  ///   - log: rows.
  ///   - below: rows.
  package init(side: Int? = nil, log: Int? = nil, below: Int? = nil) {
    (self.side, self.log, self.below) = (side, log, below)
  }
}

extension Dividers {
  /// Thousandths that the side pane takes unless the person has moved its line.
  private static let standardSide = 420
  /// Columns that the table keeps, and that the side pane has at least, lines included.
  private static let leastTable = 52
  private static let leastSide = 30

  /// Columns of the side pane, the line to its left included.
  func sideWidth(of columns: Int) -> Int {
    let share = min(1000, max(0, side ?? Self.standardSide))
    let most = max(Self.leastSide, columns - Self.leastTable)
    return min(most, max(Self.leastSide, (columns * share + 500) / 1000))
  }

  /// Puts the line before the side pane at a column of a screen with so many.
  mutating func putSide(at column: Int, of columns: Int) {
    guard columns > 0 else { return }
    var moved = self
    moved.side = (min(columns, max(0, columns - column)) * 1000 + columns / 2) / columns
    // What is beyond the limits is not remembered: the way back begins at once.
    side = (moved.sideWidth(of: columns) * 1000 + columns / 2) / columns
  }
}

extension Model {
  /// Opens a side pane, or closes it where it is the one that is open.
  mutating func toggleSide(_ pane: SidePane, at now: Int64) {
    guard side != pane else { return closeSide() }
    side = pane
    // Read from its start.
    detail = Detail()
    // Where it stands in the place of the table it is seen only with the focus.
    let layout = Layout(self, in: size, at: now)
    if layout.side.isEmpty || focus == .log { focus = .side }
  }

  mutating func closeSide() {
    side = nil
    if focus == .side { focus = .resources }
  }

  /// The panes that Tab goes through.
  func panes(_ layout: Layout) -> [Pane] {
    Pane.allCases.filter { pane in
      switch pane {
      case .resources: true
      case .side: side != nil
      case .log, .edit: layout.kind == .full
      }
    }
  }

  /// Moves a line so that the pane with the focus grows by some columns or rows, or shrinks.
  mutating func resizePane(by step: Int, at now: Int64) {
    let layout = Layout(self, in: size, at: now)
    guard layout.kind == .full else {
      reply = Reply(passing: "There is one pane only: nothing to move")
      return
    }
    switch (focus, layout.sidePlace) {
    case (.side, .right?): moveSide(layout, by: -2 * step)
    case (.resources, .right?): moveSide(layout, by: 2 * step)
    case (.side, .below?), (.log, _): moveBottom(layout, by: -step)
    case (.resources, _): moveBottom(layout, by: step)
    case (.side, _), (.edit, _): reply = Reply(passing: "The size of this pane is what it needs")
    }
  }

  private mutating func moveSide(_ layout: Layout, by columns: Int) {
    guard let column = layout.sideDivider else { return }
    dividers.putSide(at: column + columns, of: size.columns)
  }

  private mutating func moveBottom(_ layout: Layout, by rows: Int) {
    guard let row = layout.bottomDivider else {
      reply = Reply(passing: "The screen is too short for a line to move")
      return
    }
    putBottom(at: row + rows, layout)
  }

  /// Puts the line above the log, or above the side pane below the table, at a row.
  mutating func putBottom(at row: Int, _ layout: Layout) {
    guard layout.bottomDivider != nil else { return }
    let end = layout.edit.lowerBound - 1
    let height = min(layout.mostBottomRows, max(1, end - row - 1))
    if layout.sideIsBelow { dividers.below = height } else { dividers.log = height }
  }
}
