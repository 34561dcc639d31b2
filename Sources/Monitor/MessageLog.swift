import Canvas
import JSON

/// What came and went, newest last, bounded; what is dropped is counted.
package struct MessageLog: Sendable {
  /// The bytes that the log may take, unless something else is asked for.
  package static let standardLimit = 64 << 20

  /// Bytes that it may take.
  private let limit: Int
  package private(set) var entries: [LogEntry] = []
  /// Entries that made room for newer ones.
  package private(set) var dropped = 0
  private var bytes = 0
  /// The number of the entry at the top of the pane while it is scrolled back; nil when live.
  private var anchor: Int?

  /// An empty log that forgets the oldest entries once it takes more than `limit` bytes.
  package init(limit: Int = standardLimit) { self.limit = limit }

  /// All that ever was logged.
  package var total: Int { dropped + entries.count }

  /// Entries that came after the one at the top of the pane.
  package var newer: Int { anchor.map { max(0, total - 1 - max($0, dropped)) } ?? 0 }

  mutating func append(_ entry: LogEntry) {
    var entry = entry
    entry.number = total
    bytes += entry.cost
    entries.append(entry)
    while bytes > limit, entries.count > 1 {
      // An eighth at a time, so that a flood does not move everything for every message.
      let gone = max(1, entries.count / 8)
      bytes -= entries.prefix(gone).reduce(0) { $0 + $1.cost }
      entries.removeFirst(gone)
      dropped += gone
    }
  }

  /// Says how our request with a token ended, if it is still there.
  mutating func annotate(token: String, _ outcome: [Span]) {
    guard let place = place(of: token) else { return }
    bytes -= entries[place].cost
    entries[place].outcome = outcome
    bytes += entries[place].cost
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

  /// Scrolls towards older entries, or with a negative number towards newer ones.
  mutating func scroll(by lines: Int) {
    guard !entries.isEmpty else { return }
    let top = total - 1 - newer - lines
    anchor = top >= total - 1 ? nil : max(dropped, top)
  }

  mutating func scrollToNewest() { anchor = nil }

  mutating func scrollToOldest() { scroll(by: entries.count) }

  /// The entries of a pane, the newest first.
  func shown(height: Int) -> some Collection<LogEntry> {
    entries.dropLast(newer).suffix(max(0, height)).reversed()
  }
}
