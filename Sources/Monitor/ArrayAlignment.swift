import JSON

/// What became of the elements of an array.
struct ArrayAlignment {
  /// One element that is not what it was; its place counts in the array that has it.
  enum Step {
    case added(JSONValue, place: Int)
    case removed(JSONValue, place: Int)
    case changed(old: JSONValue, new: JSONValue, place: Int)
  }

  /// Pairs of elements up to which the longest common part is looked for.
  private static let mostPairs = 10_000

  private(set) var steps: [Step] = []
  /// Elements that both arrays have, in this order.
  private(set) var unchanged: Int
  private let old: [JSONValue]
  private let new: [JSONValue]

  /// Keeps what is the same at both ends and, where that takes no long time, as much as can be
  /// between; of the rest what stands side by side counts as changed.
  init(from old: [JSONValue], to new: [JSONValue]) {
    (self.old, self.new) = (old, new)
    let start = zip(old, new).prefix { $0 == $1 }.count
    let end = zip(old.dropFirst(start).reversed(), new.dropFirst(start).reversed())
      .prefix { $0 == $1 }.count
    unchanged = start + end
    let (olds, news) = (start..<old.count - end, start..<new.count - end)
    if olds.isEmpty || news.isEmpty || olds.count * news.count > Self.mostPairs {
      pair(olds, news)
    } else {
      align(olds, news)
    }
  }

  private mutating func pair(_ olds: Range<Int>, _ news: Range<Int>) {
    let both = min(olds.count, news.count)
    for offset in 0..<both {
      let (before, place) = (old[olds.lowerBound + offset], news.lowerBound + offset)
      if before == new[place] {
        unchanged += 1
      } else {
        steps.append(.changed(old: before, new: new[place], place: place))
      }
    }
    for place in olds.dropFirst(both) { steps.append(.removed(old[place], place: place)) }
    for place in news.dropFirst(both) { steps.append(.added(new[place], place: place)) }
  }

  /// Finds the longest common subsequence; what lies between its elements is paired.
  private mutating func align(_ olds: Range<Int>, _ news: Range<Int>) {
    let width = news.count + 1
    // The length of the longest common part of what follows a pair of places.
    var lengths = Array(repeating: 0, count: (olds.count + 1) * width)
    for row in olds.indices.map({ $0 - olds.lowerBound }).reversed() {
      for column in (0..<news.count).reversed() {
        let isSame = old[olds.lowerBound + row] == new[news.lowerBound + column]
        lengths[row * width + column] =
          isSame
          ? lengths[(row + 1) * width + column + 1] + 1
          : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
      }
    }
    var (row, column) = (0, 0)
    var (from, to) = (olds.lowerBound, news.lowerBound)
    while row < olds.count, column < news.count {
      let (before, after) = (olds.lowerBound + row, news.lowerBound + column)
      let rest = lengths[row * width + column]
      if lengths[(row + 1) * width + column] == rest {
        row += 1
      } else if lengths[row * width + column + 1] == rest {
        column += 1
      } else {
        pair(from..<before, to..<after)
        unchanged += 1
        (from, to) = (before + 1, after + 1)
        row += 1
        column += 1
      }
    }
    pair(from..<olds.upperBound, to..<news.upperBound)
  }
}
