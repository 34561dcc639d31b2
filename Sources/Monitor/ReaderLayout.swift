import Canvas

/// Which rows of the screen belong to what while something lies over the panes to be read.
struct ReaderLayout {
  /// The frame around all of it.
  let box: Range<Int>
  /// What is said of a message.
  private(set) var header = 0..<0
  /// The lines that are read.
  private(set) var text = 0..<0
  /// The edit line with what belongs to it, inside the frame; empty where the bottom row has it.
  private(set) var entry = 0..<0
  let columns: Range<Int>

  /// How much of the lines is seen at once.
  var textSize: Size { Size(rows: text.count, columns: columns.count) }

  init(_ model: Model, in size: Size) {
    box = 1..<max(2, size.rows - 1)
    columns = 2..<max(3, size.columns - 2)
    var first = box.lowerBound + 1
    var end = max(first, box.upperBound - 1)
    if model.openMessage != nil, size.rows >= 8 {
      header = first..<first + (size.rows >= 20 ? 3 : 1)
      // And a line between.
      first = header.upperBound + 1
    }
    if model.entry != nil, size.rows >= 14 {
      entry = end - EntryView.lineCount..<end
      end = entry.lowerBound - 1
    }
    text = first..<max(first, end)
  }
}
