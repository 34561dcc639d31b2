package import Canvas

/// Which rows of the screen belong to what.
package struct Layout: Sendable {
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
  package private(set) var table = 0..<0
  /// The lines of messages; empty where there is no room.
  package private(set) var log = 0..<0
  /// The lines of the edit pane.
  package private(set) var edit = 0..<0
  /// The lines of the side pane, without its frame; empty while it is not seen.
  package private(set) var side = Area()
  /// Where the side pane stands; nil while it is not seen.
  package private(set) var sidePlace: SidePlace?
  /// The column of the line between table and side pane; nil without one.
  package private(set) var sideDivider: Int?
  /// The row of the line above log or side pane; nil without one.
  package private(set) var bottomDivider: Int?
  /// Whether the region below the table is that of the side pane, be the log in it or not.
  private(set) var sideIsBelow = false
  /// Rows that the log, or the side pane in its place, may have at most.
  private(set) var mostBottomRows = 0

  /// Where a side pane can stand.
  package enum SidePlace: Hashable, Sendable { case right, below, instead }

  /// A part of the screen.
  package struct Area: Hashable, Sendable {
    package let rows: Range<Int>
    package let columns: Range<Int>

    package init(rows: Range<Int> = 0..<0, columns: Range<Int> = 0..<0) {
      (self.rows, self.columns) = (rows, columns)
    }

    package var isEmpty: Bool { rows.isEmpty || columns.isEmpty }
    package var size: Size { Size(rows: rows.count, columns: columns.count) }
  }

  /// The columns from which on the side pane stands at the right.
  static let wide = 110

  /// The columns of the pane of resources, its frame included.
  package var resourceColumns: Range<Int> { 0..<(sideDivider.map { $0 + 1 } ?? size.columns) }

  /// Rows from which on table and log have room one above the other.
  static let rowsForLog = 16

  /// Whether desired has a column of its own.
  var hasDesiredColumn: Bool { resourceColumns.count >= 60 }

  /// Whether there is room for everything that a message has to say.
  var hasWideLog: Bool { size.columns >= 60 }

  /// The columns inside the frame.
  var inner: Range<Int> { kind == .full ? 2..<max(2, size.columns - 2) : 0..<size.columns }

  /// Whether the log stands where the table would, since there is no room for both.
  let logReplacesTable: Bool

  /// - Parameters:
  ///   - model: the state.
  ///   - size: the screen's.
  ///   - now: ms since 1970.
  package init(_ model: Model, in size: Size, at now: Int64) {
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
      if model.side != nil, model.focus == .side {
        sidePlace = .instead
        side = Area(rows: resources, columns: 0..<size.columns)
        table = resources.upperBound..<resources.upperBound
      } else {
        table = resources
      }
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
    let room = body - banner.count
    mostBottomRows = max(0, room - 5)
    sideIsBelow = model.side != nil && size.columns < Self.wide
    let wanted =
      sideIsBelow
      ? model.dividers.below ?? room / 2
      : model.dividers.log ?? max(2, (size.rows - 12) / 3)
    let hasBottom = size.rows >= Self.rowsForLog && mostBottomRows > 0
    let bottomRows = hasBottom ? min(mostBottomRows, max(1, wanted)) : 0
    logReplacesTable = !hasBottom && model.focus == .log

    let bottom = size.rows - 1
    self.edit = bottom - 1 - edit..<bottom - 1
    let end = self.edit.lowerBound - 1
    let region = end - bottomRows..<end
    if hasBottom { bottomDivider = region.lowerBound - 1 }
    resources = 1 + banner.count..<(bottomDivider ?? end)
    // The frame's top line and the header.
    table = resources.lowerBound + 2..<resources.upperBound
    log = region
    place(model, region)
  }

  /// Puts the side pane, or the log, where the table or each other would be.
  private mutating func place(_ model: Model, _ region: Range<Int>) {
    let below = resources.lowerBound + 1..<resources.upperBound
    if logReplacesTable {
      log = below
      table = below.upperBound..<below.upperBound
    } else if model.side != nil, size.columns >= Self.wide {
      let column = size.columns - model.dividers.sideWidth(of: size.columns)
      sideDivider = column
      sidePlace = .right
      side = Area(rows: below, columns: column + 2..<size.columns - 2)
    } else if model.side != nil, bottomDivider != nil, model.focus != .log {
      sidePlace = .below
      side = Area(rows: region, columns: inner)
      log = region.upperBound..<region.upperBound
    } else if model.side != nil, bottomDivider == nil, model.focus == .side {
      sidePlace = .instead
      side = Area(rows: below, columns: inner)
      table = below.upperBound..<below.upperBound
    }
  }
}

extension Model {
  /// Rows that a screen without panes gives away at its bottom.
  fileprivate var bottomLines: Int {
    // The edit line, and below it what it will be.
    if question == nil, entry != nil { return 2 }
    return question != nil || reply != nil || table.narrowed != nil ? 1 : 0
  }
}
