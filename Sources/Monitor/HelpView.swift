import Canvas

/// The help: every command with its keys, from the same table as the dispatch.
func helpLines(_ keys: KeyMap, columns: Int) -> [[Span]] {
  let across = max(1, (columns - 4) / 38)
  let width = (columns - 4) / across
  let keyWidth = 13
  var lines: [[Span]] = []
  for group in Command.Group.allCases {
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
  for (sign, meaning) in legend {
    let explained = wrapped([Span(meaning)], width: max(1, columns - 4 - keyWidth))
    for (row, line) in explained.enumerated() {
      let head = Span(
        TextWidth.fitted(row == 0 ? sign.text : "", width: keyWidth), sign.role)
      lines.append([head] + line)
    }
  }
  return lines
}

/// What the signs on the screen mean.
private let legend: [(sign: Span, meaning: String)] = [
  (Span("reported", .path), "what the thing says of itself"),
  (Span("desired", .path), "what it is asked to become; t chooses which of the two edits go to"),
  (Span("≠", .differs), "desired asks for something else than reported"),
  (Span("*", .editStaged), "an edit is staged here, or on its way"),
  (Span("▌", .selection), "selected: keys act on this"),
  (Span("▴", .keyHint), "pinned to the top of the table, with its whole path; p lets it go"),
  (Span("≈", .textEscaped), "looks like the name of another one beside it, or mixes alphabets"),
  (Span("was eco", .textDim), "the value before the last change"),
  (Span("↓", .textDim), "in the header: sorted by this, what is newest comes first"),
  (Span("▸ ▾", .textDim), "closed and open: what is inside counts as resources"),
  (Span("last known", .stale), "nothing newer has come since the connection was lost"),
  (Span("! conflict", .editError), "the shadow has changed since this was staged"),
  (Span("~ + −", .differs), "in the log and in a diff: changed, added, removed"),
  (Span("ours", .logOut), "in the log: the answer to a request from here"),
]
