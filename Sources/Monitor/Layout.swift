import Canvas

/// Which rows of the screen belong to what.
struct Layout {
  /// How much there is room for.
  enum Kind {
    /// One line that says so.
    case tiny
    /// The table and the status line; the bottom row is the edit line while it is open.
    case bare
    case full
  }

  let kind: Kind
  let size: Size
  /// What must be told, above the table.
  let banner: [[Span]]
  /// The pane of resources with its frame, header included.
  private(set) var resources = 0..<0
  /// The rows of resources.
  private(set) var table = 0..<0
  /// The lines of messages; empty where there is no room.
  private(set) var log = 0..<0
  /// The lines of the edit pane.
  private(set) var edit = 0..<0

  /// Whether desired has a column of its own.
  var hasDesiredColumn: Bool { size.columns >= 60 }

  /// The columns inside the frame.
  var inner: Range<Int> { kind == .full ? 2..<max(2, size.columns - 2) : 0..<size.columns }

  /// Whether the log stands where the table would, since there is no room for both.
  let logReplacesTable: Bool

  init(_ model: Model, in size: Size, at now: Int64) {
    self.size = size
    if size.rows < 5 || size.columns < 20 {
      kind = .tiny
      banner = []
      logReplacesTable = false
      return
    }
    // A table without rows needs no room.
    let isEmpty = model.table.rows.isEmpty
    let most = max(1, size.rows / (isEmpty ? 2 : 4))
    guard size.rows >= 10, size.columns >= 40 else {
      kind = .bare
      banner = model.banner(width: size.columns - 2, most: most, at: now)
      logReplacesTable = false
      let bottom = model.bottomLines
      resources = 1 + banner.count..<size.rows - bottom
      table = resources
      return
    }
    kind = .full
    let mostEdit = max(model.entry == nil ? 2 : 3, (size.rows - 6) / 3)
    let lines =
      model.entry == nil
      ? editLines(model, width: size.columns - 4, height: mostEdit).count : EntryView.lineCount
    let edit = min(mostEdit, max(2, lines))
    // Status, hints, and the three lines of the frame that are always there.
    let body = size.rows - 5 - edit
    banner = model.banner(
      width: size.columns - 2, most: body < 3 ? 0 : min(most, max(1, body - (isEmpty ? 1 : 3))),
      at: now)
    let logWanted = size.rows < 16 ? 0 : min(10, max(2, (size.rows - 12) / 3))
    let room = body - banner.count
    let hasLog = logWanted > 0 && room - logWanted - 1 >= 4
    logReplacesTable = !hasLog && model.focus == .log
    let log = hasLog ? logWanted : 0

    let top = 1 + banner.count
    let bottom = size.rows - 1
    self.edit = bottom - 1 - edit..<bottom - 1
    let logEnd = self.edit.lowerBound - 1
    self.log = logEnd - log..<logEnd
    resources = top..<(hasLog ? self.log.lowerBound - 1 : logEnd)
    if logReplacesTable {
      self.log = top + 1..<logEnd
      table = logEnd..<logEnd
    } else {
      // The frame's top line and the header.
      table = top + 2..<resources.upperBound
    }
  }
}

extension Model {
  /// Rows that a screen without panes gives away at its bottom.
  fileprivate var bottomLines: Int {
    // The edit line, and below it what it will be.
    if question == nil, entry != nil { return 2 }
    return question != nil || reply != nil ? 1 : 0
  }
}
