import Canvas
import JSON

/// What came and went, newest last, bounded; what is dropped is counted.
///
/// Messages are known by their numbers, so that what is selected and what stands at the top of the
/// pane stay whatever comes and goes around them.
package struct MessageLog: Sendable {
  /// The bytes that the log may take, unless something else is asked for.
  package static let standardLimit = 64 << 20
  /// Bytes of messages that are filtered at a time, so that no key waits for it.
  package static let filteredAtOnce = 1 << 20

  /// Bytes that it may take.
  private let limit: Int
  package private(set) var entries: [LogEntry] = []
  /// Entries that made room for newer ones.
  package private(set) var dropped = 0
  private var bytes = 0
  /// The number of the selected entry; nil while that is the newest, whichever it is.
  private var chosen: Int?
  /// The number of the entry at the top of the pane; nil while that is the newest.
  private var top: Int?

  package private(set) var filter = LogFilter()
  private var matches = LogMatches()
  /// Entries with a lower number have not been filtered yet.
  private var unfiltered = 0

  /// An empty log that forgets the oldest entries once it takes more than `limit` bytes.
  package init(limit: Int = standardLimit) { self.limit = limit }

  /// One without an entry, with the same limit.
  func emptied() -> MessageLog { MessageLog(limit: limit) }

  /// All that ever was logged.
  package var total: Int { dropped + entries.count }

  /// Entries that the filter leaves, as far as it has come.
  package var shownCount: Int { filter.isEmpty ? entries.count : matches.count }

  /// Entries shown that came after the one at the top of the pane.
  package var newer: Int { top.map(rank) ?? 0 }

  /// Whether older entries are still to be filtered.
  package var isFiltering: Bool { !filter.isEmpty && unfiltered > dropped }

  // MARK: Taking in

  package mutating func append(_ entry: LogEntry) {
    var entry = entry
    entry.number = total
    bytes += entry.cost
    entries.append(entry)
    if !filter.isEmpty, filter.holds(entry) { matches.addNewest(entry.number) }
    while bytes > limit, entries.count > 1 {
      // Some at a time, so that a flood does not move everything for every message, and not so many
      // that a key waits for it.
      let gone = max(1, entries.count / 32)
      bytes -= entries.prefix(gone).reduce(0) { $0 + $1.cost }
      entries.removeFirst(gone)
      dropped += gone
      matches.drop(below: dropped)
    }
  }

  /// Says how our request with a token ended, if it is still there.
  ///
  /// - Parameters:
  ///   - token: of the request.
  ///   - ending: how it ended.
  ///   - roundTrip: ms until its answer; nil without one.
  mutating func annotate(token: String, _ ending: LogEntry.Ending, roundTrip: Int? = nil) {
    guard let place = place(of: token) else { return }
    bytes -= entries[place].cost
    entries[place].ending = ending
    entries[place].roundTrip = roundTrip
    bytes += entries[place].cost
    guard !filter.isEmpty, dropped + place >= unfiltered else { return }
    matches.set(dropped + place, isIn: filter.holds(entries[place]))
  }

  /// Takes a request of ours that comes back for the line that it has already.
  ///
  /// - Returns: false if there is no such line, or it has come back before.
  mutating func meetEcho(token: String, size: Int) -> Bool {
    guard let place = place(of: token), entries[place].payload?.count == size,
      !entries[place].isEchoed
    else { return false }
    entries[place].isEchoed = true
    return true
  }

  private func place(of token: String) -> Int? {
    entries.lastIndex { $0.token?.hasSameScalars(as: token) ?? false }
  }

  /// The entry of a number; nil once it is dropped.
  package subscript(number number: Int) -> LogEntry? {
    entries.indices.contains(number - dropped) ? entries[number - dropped] : nil
  }

  // MARK: Filtering

  /// Shows only what a filter holds, the newest at once and older ones with ``goOnFiltering()``.
  package mutating func narrow(to filter: LogFilter) {
    guard !filter.text.hasSameScalars(as: self.filter.text) else { return }
    self.filter = filter
    matches = LogMatches()
    unfiltered = total
    goOnFiltering()
  }

  /// Filters some older entries, as many as do not keep a key waiting.
  package mutating func goOnFiltering() {
    var budget = Self.filteredAtOnce
    while budget > 0, isFiltering {
      unfiltered -= 1
      let entry = entries[unfiltered - dropped]
      budget -= 200 + (entry.payload?.count ?? 0)
      if filter.holds(entry) { matches.addOldest(unfiltered) }
    }
  }

  // MARK: Moving

  /// How many entries are shown above that of a number.
  private func rank(_ number: Int) -> Int {
    let rank = filter.isEmpty ? total - 1 - number : matches.rank(of: number)
    return min(max(0, rank), max(0, shownCount - 1))
  }

  private func number(rank: Int) -> Int { filter.isEmpty ? total - 1 - rank : matches[rank] }

  /// The place of the selected entry among those shown, the newest being 0.
  private var selectedRank: Int { chosen.map(rank) ?? 0 }

  /// The selected entry; nil only where none is shown.
  package var selected: LogEntry? {
    shownCount > 0 ? self[number: number(rank: selectedRank)] : nil
  }

  /// Selects an entry further towards the older ones, or with a negative number the newer ones.
  ///
  /// At the newest the pane follows what comes.
  mutating func move(by rows: Int) {
    guard shownCount > 0 else { return }
    let (moved, overflow) = selectedRank.addingReportingOverflow(rows)
    let rank = min(shownCount - 1, max(0, overflow ? (rows > 0 ? .max : 0) : moved))
    guard rank > 0 else {
      (chosen, top) = (nil, nil)
      return
    }
    if top == nil { top = number(rank: 0) }
    chosen = number(rank: rank)
  }

  /// Selects the entry of a number, or the next older one that is shown.
  mutating func select(number: Int) { move(by: rank(number) - selectedRank) }

  /// The place of the pane's first entry among those shown.
  private func topRank(height: Int) -> Int {
    let selected = selectedRank
    return max(min(newer, selected), selected - max(1, height) + 1)
  }

  /// Remembers where a pane of so many rows stands.
  mutating func settle(height: Int) {
    guard height > 0, chosen != nil, shownCount > 0 else { return }
    top = number(rank: topRank(height: height))
  }

  /// The entries of a pane, the newest first.
  func shown(height: Int) -> [LogEntry] {
    let first = topRank(height: height)
    return (first..<min(shownCount, first + max(0, height))).compactMap {
      self[number: number(rank: $0)]
    }
  }
}
