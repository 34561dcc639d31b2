package import Canvas

/// One message that came or went, or a remark on the connection, as a line.
package struct LogEntry: Sendable {
  package enum Direction: Sendable { case incoming, outgoing, remark }

  /// Counts from 0 over everything ever logged.
  package internal(set) var number = 0
  /// ms since 1970.
  package let time: Int64
  package let direction: Direction
  /// The topic below the shadow's prefix, or the whole topic of another.
  package let topic: String
  package var version: Int64?
  /// Bytes of the payload.
  package var size: Int?
  package var summary: [Span]
  /// The token of one of our requests, by which its outcome and its echo are known.
  var token: String?
  /// How our request ended.
  fileprivate var outcome: [Span] = []
  /// Whether the broker has handed our request to everybody, us included.
  fileprivate var isEchoed = false

  /// What the line says: how it ended comes first.
  package var words: [Span] { outcome.isEmpty ? summary : outcome + [Span("  ")] + summary }

  init(
    time: Int64, direction: Direction, topic: String, version: Int64? = nil, size: Int? = nil,
    summary: [Span], token: String? = nil
  ) {
    self.time = time
    self.direction = direction
    self.topic = topic
    self.version = version
    self.size = size
    self.summary = summary
    self.token = token
  }

  /// About what the entry takes in memory.
  fileprivate var cost: Int { topic.utf8.count + words.reduce(128) { $0 + $1.text.utf8.count } }
}

/// What came and went, newest last, bounded; what is dropped is counted.
package struct MessageLog: Sendable {
  private static let mostEntries = 4000
  private static let mostBytes = 2_000_000

  package private(set) var entries: [LogEntry] = []
  /// Entries that made room for newer ones.
  package private(set) var dropped = 0
  private var bytes = 0
  /// The number of the entry at the top of the pane while it is scrolled back; nil when live.
  private var anchor: Int?

  package init() {}

  /// All that ever was logged.
  package var total: Int { dropped + entries.count }

  /// Entries that came after the one at the top of the pane.
  package var newer: Int { anchor.map { max(0, total - 1 - max($0, dropped)) } ?? 0 }

  mutating func append(_ entry: LogEntry) {
    var entry = entry
    entry.number = total
    bytes += entry.cost
    entries.append(entry)
    while entries.count > Self.mostEntries || (bytes > Self.mostBytes && entries.count > 1) {
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
    guard let place = place(of: token), entries[place].size == size, !entries[place].isEchoed
    else { return false }
    entries[place].isEchoed = true
    return true
  }

  private func place(of token: String) -> Int? {
    entries.lastIndex { $0.token?.utf8.elementsEqual(token.utf8) ?? false }
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
