import Canvas
/// Where the columns of the table stand.
struct TableColumns {
  /// A place on the screen's row, and the columns that may be used from there.
  struct Column {
    var start: Int
    var width: Int
    var end: Int { start + width }
  }

  /// The selection's bar.
  let bar: Int
  /// The mark of a difference, and that of a staged edit; the same column where room is short.
  let differs: Int
  let staged: Int
  let name: Column
  let reported: Column
  /// nil where desired shares the column of reported.
  let desired: Column?
  /// Without width where the name would not find room beside it.
  let age: Column
  /// nil where there is no room.
  let trend: Column?

  init(_ layout: Layout) {
    let isFull = layout.kind == .full
    let start = isFull ? 1 : 0
    let end = layout.resourceColumns.upperBound - (isFull ? 1 : 0)
    let isWide = layout.hasDesiredColumn
    bar = start
    differs = start + 1
    staged = isWide ? start + 2 : start + 1
    let first = staged + 1
    let isNarrow = end - start < 28
    let ageWidth = isWide ? 5 : isNarrow ? 0 : 4
    let trendWidth = end - start < 70 ? 0 : end - start < 116 ? 10 : 20
    let trendRoom = trendWidth == 0 ? 0 : trendWidth + 2
    // One column stays free at the right, one before the age.
    let rest = max(4, end - first - 1 - trendRoom - (ageWidth == 0 ? 0 : ageWidth + 1))
    // Two columns of a name are its indent.
    let nameRoom = isWide ? rest * 38 / 100 : isNarrow ? rest / 2 + 2 : rest / 2
    name = Column(start: first, width: nameRoom - 1)
    let values = rest - nameRoom
    let reportedRoom = isWide ? values * 56 / 100 : values
    reported = Column(start: first + nameRoom, width: reportedRoom - (isWide ? 1 : 0))
    desired =
      isWide
      ? Column(start: first + nameRoom + reportedRoom, width: values - reportedRoom) : nil
    age = Column(start: first + rest + (ageWidth == 0 ? 0 : 1), width: ageWidth)
    trend = trendWidth == 0 ? nil : Column(start: age.end + 2, width: trendWidth)
  }
}
