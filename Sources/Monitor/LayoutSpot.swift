package import Canvas

/// What a place on the screen belongs to.
package enum Spot: Hashable, Sendable {
  /// The pane of resources: so many rows below its first one; nil on its frame and its header.
  case resources(row: Int?)
  /// The side pane: so many rows below its first one; nil on its frame.
  case side(row: Int?)
  /// The log: so many rows below its newest shown; nil on its frame.
  case log(row: Int?)
  case edit(row: Int?)
  /// The line between table and side pane.
  case sideDivider
  /// The line above the log, or above the side pane below the table.
  case bottomDivider
  case status, banner, bottomLine
}

extension Layout {
  /// What a place belongs to; nil outside the screen and where it is too small for anything.
  package func pane(at place: Position) -> Spot? {
    guard kind != .tiny, (0..<size.rows).contains(place.row),
      (0..<size.columns).contains(place.column)
    else { return nil }
    func line(_ rows: Range<Int>) -> Int? {
      rows.contains(place.row) ? place.row - rows.lowerBound : nil
    }
    if place.row == 0 { return .status }
    if place.row <= banner.count { return .banner }
    if place.row == bottomDivider { return .bottomDivider }
    if let row = line(log) { return .log(row: row) }
    if let row = line(edit) { return .edit(row: row) }
    if resources.contains(place.row) {
      if place.column == sideDivider, place.row > resources.lowerBound { return .sideDivider }
      let isSide =
        sidePlace == .instead || (sideDivider.map { place.column > $0 } ?? false)
      if isSide { return .side(row: line(side.rows)) }
      return logReplacesTable ? .log(row: nil) : .resources(row: line(table))
    }
    if let row = line(side.rows) { return .side(row: row) }
    if place.row == size.rows - 1 { return .bottomLine }
    return kind == .full ? .edit(row: nil) : .bottomLine
  }
}
