/// The numbers of the messages that a filter holds, found from the newest backwards.
struct LogMatches: Sendable {
  /// Found since the search began, the newest last.
  private var newer: [Int] = []
  /// Found behind the place where it began, the oldest last.
  private var older: [Int] = []

  var count: Int { newer.count + older.count }

  /// The one that has so many newer ones.
  subscript(rank: Int) -> Int {
    rank < newer.count ? newer[newer.count - 1 - rank] : older[rank - newer.count]
  }

  /// How many are newer than a number.
  func rank(of number: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] > number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func addNewest(_ number: Int) { newer.append(number) }
  mutating func addOldest(_ number: Int) { older.append(number) }

  /// Puts a number in its place or takes it away, after its message has changed.
  mutating func set(_ number: Int, isIn: Bool) {
    let rank = rank(of: number)
    let wasIn = rank < count && self[rank] == number
    guard isIn != wasIn else { return }
    switch (isIn, rank < newer.count) {
    case (true, true): newer.insert(number, at: newer.count - rank)
    case (true, false): older.insert(number, at: rank - newer.count)
    case (false, true): newer.remove(at: newer.count - 1 - rank)
    case (false, false): older.remove(at: rank - newer.count)
    }
  }

  /// Forgets all below a number.
  mutating func drop(below number: Int) {
    while let last = older.last, last < number { older.removeLast() }
    guard older.isEmpty, let first = newer.first, first < number else { return }
    newer.removeFirst(newer.firstIndex { $0 >= number } ?? newer.count)
  }
}
