import Canvas

/// The help: every command with its keys, from the same table as the dispatch.
///
/// - Parameters:
///   - keys: what asks for what.
///   - pane: the one with the focus, whose keys come first.
///   - columns: of the screen.
/// - Returns: lines to read.
func helpLines(_ keys: KeyMap, for pane: Pane, columns: Int) -> [[Span]] {
  let across = max(1, (columns - 4) / 38)
  let width = (columns - 4) / across
  let keyWidth = 13
  var lines: [[Span]] = []
  for group in pane.groups + Command.Group.allCases.filter({ !pane.groups.contains($0) }) {
    if !lines.isEmpty { lines.append([]) }
    lines.append([Span(group.rawValue, .paneTitleFocused)])
    let commands = Command.allCases.filter { $0.group == group }
    let down = (commands.count + across - 1) / across
    for row in 0..<down {
      var line: [Span] = []
      for place in stride(from: row, to: commands.count, by: down) {
        let command = commands[place]
        let labels = keys[command].prefix(3).map(\.label).joined(separator: " ")
        line += [
          Span(TextWidth.fitted(labels, width: keyWidth), .keyHint),
          Span(TextWidth.fitted(command.help, width: max(1, width - keyWidth))),
        ]
      }
      lines.append(line)
    }
  }
  lines += [[], [Span("Signs and words", .paneTitleFocused)]]
  for (sign, meaning) in legend(keys) {
    let explained = wrapped([Span(meaning)], width: max(1, columns - 4 - keyWidth))
    for (row, line) in explained.enumerated() {
      let head = Span(
        TextWidth.fitted(row == 0 ? sign.text : "", width: keyWidth), sign.role)
      lines.append([head] + line)
    }
  }
  return lines
}

extension Pane {
  /// The parts of the help that are about it, which come first there.
  fileprivate var groups: [Command.Group] {
    switch self {
    case .resources: [.table, .move]
    case .side: [.move, .read]
    case .log: [.read, .move]
    case .edit: [.change, .line]
    }
  }
}

/// What the signs on the screen mean.
private func legend(_ keys: KeyMap) -> [(sign: Span, meaning: String)] {
  func key(_ command: Command) -> String { keys[command].first?.label ?? command.name }
  return [
    (Span("reported", .path), "what the thing says of itself"),
    (Span("desired", .path), "what it is asked to become"),
    (
      Span("backdate", .path),
      "reported as an observation of an earlier time, kept by MIC; the shadow stays as it is. "
        + "\(key(.target)) chooses which of the three edits go to"
    ),
    (
      Span("≠", .differs),
      "desired asks for something else than reported, as in 11 ≠ 12; above: open wishes"
    ),
    (Span("→", .textDim), "from what is to what is staged; in the log: sent from here"),
    (Span("←", .logIn), "in the log: came from the broker; · is a remark of the monitor"),
    (Span("*", .editStaged), "an edit is staged here, or on its way"),
    (
      Span("'a ^a a$ !a", .match),
      "in the filter: whole, at the start, at the end, not there; bare words are found by their "
        + "letters where none stands whole"
    ),
    (Span("▌", .selection), "selected: keys act on this; in what is read: found by the search"),
    (
      Span("▴", .keyHint),
      "pinned to the top of the table, with its whole path; \(key(.pin)) lets it go"
    ),
    (Span("≈", .textEscaped), "looks like the name of another one beside it, or mixes alphabets"),
    (Span("▁▂▃▄▅▆▇", .plotLine), "the last values, the lowest to the highest of them"),
    (Span("▁ ▔", .plotLine), "false and true"),
    (Span("was eco", .textDim), "the value before the last change"),
    (Span("↓", .textDim), "in the header: sorted by this, what is newest comes first"),
    (Span("▸ ▾", .textDim), "closed and open: what is inside counts as resources"),
    (Span("● ◌ ○ ■", .stateConnected), "connected, not yet, offline, given up"),
    (Span("last known", .stale), "the connection was lost, or is silent, or has not told it yet"),
    (
      Span("! conflict", .editError), "the shadow has changed since this was staged; ! in the table"
    ),
    (
      Span("~ + −", .differs),
      "in the log, in a diff and in an earlier version: changed, added, removed"
    ),
    (Span("ours", .logOut), "in the log: the answer to a request from here"),
    (Span("—", .textDim), "in the log: the message names no version"),
    (Span("1.9/8 KB ▎", .meterOk), "what the shadow takes of what it may take"),
    (Span("…", .textDim), "something is cut here, or still going on"),
  ]
}
