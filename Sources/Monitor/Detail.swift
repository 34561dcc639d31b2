import Canvas
import JSON

/// Where a person stands in the detail of a resource.
struct Detail: Sendable {
  /// The resource that is shown; another one is read from its start.
  private(set) var path: JSONPath?
  var reader = TextReader(isFolding: true)

  mutating func show(_ path: JSONPath?) {
    guard path != self.path else { return }
    self = Detail(path: path)
  }
}

extension Model {
  /// Follows the selection.
  mutating func settleDetail() {
    if side == .detail { detail.show(table.selection?.path) }
  }

  /// The lines of the side pane on a screen, scrolled to where the person stands.
  func sideReader(_ layout: Layout, at now: Int64) -> TextReader {
    var reader = detail.reader
    switch side {
    case .detail?: reader.replace(with: detailLines(self, in: layout.side.size, at: now))
    case .wishes?: reader.replace(with: wishLines(self, at: now))
    case .mic?: reader.replace(with: micLines(self, in: layout.side.size, at: now))
    case nil: break
    }
    return reader
  }

  /// Scrolls the side pane; `.max` goes to an end.
  mutating func scrollSide(by rows: Int, at now: Int64) {
    let layout = Layout(self, in: size, at: now)
    var reader = sideReader(layout, at: now)
    switch rows {
    case .max: reader.move(.toBottom, in: layout.side.size)
    case -.max: reader.move(.toTop, in: layout.side.size)
    default: reader.scroll(by: rows, in: layout.side.size)
    }
    detail.reader = reader
  }
}

/// What the frame of the side pane says: of which resource it tells, and which lines of how many.
func sideNote(_ model: Model, _ layout: Layout, _ reader: TextReader) -> [Span] {
  if let note = reader.searchNote {
    return [Span(reader.search.text, .match), Span(" · ", .paneBorder), Span(note, .paneTitle)]
  }
  if model.side == .wishes { return [Span("\(model.wishes.open.count) open", .differs)] }
  if model.side == .mic, let position = reader.positionNote(in: layout.side.size) {
    return [Span(position, .paneTitle)]
  }
  guard model.side == .detail, let node = model.table.selection else { return [] }
  let room = layout.side.columns.count / 2
  let name = node.path.display
  let isLong = TextWidth.columns(name, limit: room) > room
  let path = Span(isLong ? TextWidth.fitted(name, width: room) : name, .path)
  guard let position = reader.positionNote(in: layout.side.size) else {
    return [path]
  }
  return [path, Span(" · ", .paneBorder), Span(position, .paneTitle)]
}

/// Draws the side pane.
///
/// - Parameters:
///   - reader: its lines, as ``Model/sideReader(_:at:)`` makes them.
///   - layout: where it stands.
///   - frame: what it is drawn on.
func drawSide(_ reader: TextReader, _ layout: Layout, on frame: inout Frame) {
  let area = layout.side
  for (line, row) in zip(area.rows, reader.rows(in: area.size)) {
    if row.isCurrent, area.columns.lowerBound > 0 {
      frame.draw([Span("▌", .match)], row: line, column: area.columns.lowerBound - 1, width: 1)
    }
    frame.draw(row.spans, row: line, column: area.columns.lowerBound, width: area.columns.count)
  }
}
