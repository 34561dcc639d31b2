import Canvas

/// One message of the log, opened to be read.
package struct MessageReader: Sendable {
  /// How it is shown.
  package enum Tab: String, CaseIterable, Sendable {
    /// The bytes as a text, or where they are none in hexadecimal.
    case raw
    /// A member or an element a line.
    case pretty
    /// What it changes.
    case diff
  }

  /// Kept, since the log may drop it meanwhile.
  package let entry: LogEntry
  package let tab: Tab
  package internal(set) var reader: TextReader

  init(_ entry: LogEntry, tab: Tab, lines: [[Span]]) {
    self.entry = entry
    self.tab = tab
    reader = TextReader(lines, isFolding: true)
  }
}
