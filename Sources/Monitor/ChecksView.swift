import Canvas

/// The checks of the connection: the verdict, then every step.
///
/// - Parameters:
///   - checkup: what is known so far.
///   - clientID: under which it connects; nil where it does not.
///   - columns: of the screen.
/// - Returns: lines to read.
func checkLines(_ checkup: Checkup, clientID: String?, columns: Int) -> [[Span]] {
  let width = max(1, columns - 4)
  var lines = wrapped(verdict(checkup), width: width) + [[]]
  for check in checkup.checks { lines += told(check, width: width) }
  if let clientID {
    let note =
      "The checks connect as “\(clientID)”: who is connected under that id is thrown out."
    lines += [[]] + wrapped([Span(note, .textDim)], width: width)
  }
  return lines
}

/// What it comes to, in a sentence.
private func verdict(_ checkup: Checkup) -> [Span] {
  if let failed = checkup.checks.first(where: { $0.mark == .failed }) {
    return [Span("✗ ", .stateOffline), Span("\(failed.title): \(sentences(failed.words))")]
  }
  if checkup.isRunning { return [Span("Checking …", .stateConnecting)] }
  // Over a connection that is up the last step at most is left out.
  if checkup.checks.filter({ $0.mark == .skipped }).count > 1 {
    let words = "Nothing is wrong on this machine; the rest was not looked at."
    return [Span("– ", .textDim), Span(words)]
  }
  let warnings = checkup.checks.filter { $0.mark == .warned }.count
  guard warnings == 0 else {
    let words = "Nothing is wrong, and \(counted(warnings, "thing")) to know."
    return [Span("! ", .meterWarn), Span(words)]
  }
  return [Span("✓ ", .stateConnected), Span("Nothing is wrong with this connection.")]
}

private func told(_ check: Check, width: Int) -> [[Span]] {
  // Where there is room the words stand in a column of their own.
  let indent = width < 56 ? 2 : 15
  let (sign, role): (String, Role) =
    switch check.mark {
    case .passed: ("✓", .stateConnected)
    case .warned: ("!", .meterWarn)
    case .failed: ("✗", .stateOffline)
    case .skipped: ("–", .textDim)
    }
  let quiet: Role = check.mark == .skipped ? .textDim : .text
  let title = width < 56 ? check.title : TextWidth.fitted(check.title, width: indent - 2)
  let head = [Span("\(sign) ", role), Span(title, check.mark == .skipped ? .textDim : .path)]
  let gap = width < 56 ? [Span("  ")] : []
  var lines = hanging(head + gap, [Span(check.words, quiet)], indent: indent, width: width)
  func add(_ spans: [Span]) {
    lines += hanging(
      [Span(String(repeating: " ", count: indent))], spans, indent: indent, width: width)
  }
  for fact in check.facts { add([Span(fact, .textDim)]) }
  if !check.meaning.isEmpty { add([Span(check.meaning)]) }
  for (place, cause) in check.causes.enumerated() {
    add([Span(check.causes.count == 1 ? cause : "\(place + 1). \(cause)")])
  }
  if !check.remedy.isEmpty { add([Span("→ ", .keyHint), Span(check.remedy, .keyHint)]) }
  return lines
}

/// Words behind a head, their further lines under its indent.
private func hanging(_ head: [Span], _ words: [Span], indent: Int, width: Int) -> [[Span]] {
  let used = TextWidth.columns(head)
  // The head takes its room as a word that is never broken.
  let filler = String(repeating: "·", count: max(0, used - indent))
  let room = max(1, width - indent)
  let first = wrapped((filler.isEmpty ? [] : [Span(filler)]) + words, width: room)
  return first.enumerated().map { place, line in
    guard place == 0 else { return [Span(String(repeating: " ", count: indent))] + line }
    guard !filler.isEmpty, let start = line.first else { return head + line }
    return head + [Span(String(start.text.dropFirst(filler.count)), start.role)] + line.dropFirst()
  }
}
