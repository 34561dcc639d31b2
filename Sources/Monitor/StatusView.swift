import Canvas
import Shadow

/// The top line: the thing at the left, the connection at the right.
func drawStatus(_ model: Model, on frame: inout Frame, at now: Int64) {
  let width = frame.size.columns
  var name = [Span("shadowscope", .paneTitle), Span("  "), Span(model.thing, .paneTitleFocused)]
  var parts = [[connectionState(model, isShort: width < 60, at: now)]]
  // What matters least is left out first: our own name, then TLS, latency, version.
  if let version = model.shadow.document?.version { parts.append([Span("v\(version)")]) }
  if let latency = model.latency { parts.append([Span("\(latency) ms", .textDim)]) }
  if case .connected(let tls)? = model.connection.status { parts.append([Span(tls, .textDim)]) }
  let all = parts.count

  func columns(_ parts: [[Span]]) -> Int {
    parts.reduce(2 * (parts.count - 1)) { $0 + TextWidth.columns($1, limit: width) }
  }
  if columns(parts) + TextWidth.columns(name, limit: width) + 4 > width { name.removeFirst(2) }
  let least = min(20, TextWidth.columns(name, limit: width))
  while parts.count > 1, columns(parts) + least + 4 > width { parts.removeLast() }
  // Shown in the order in which one asks: how, by what, how far, how fast.
  if parts.count == all, model.connection.isUp { parts.insert(parts.removeLast(), at: 1) }
  let right = min(columns(parts), max(0, width - least - 3))
  var column = width - 1 - right
  frame.draw(name, row: 0, column: 1, width: column - 3)
  for part in parts {
    column += frame.draw(part, row: 0, column: column, width: width - 1 - column) + 2
  }
}

/// A sign and a word or two; the banner has the sentence.
private func connectionState(_ model: Model, isShort: Bool, at now: Int64) -> Span {
  switch model.connection.status {
  case nil: Span("◌ starting", .stateConnecting)
  case .connecting(let step, _)?: Span("◌ \(step)", .stateConnecting)
  case .connected?: Span("● connected", .stateConnected)
  case .offline(_, _, _, let retryAt?)? where retryAt > now:
    Span(
      (isShort ? "○ next try in " : "○ offline, next try in ")
        + "\(secondsLeft(retryAt, at: now)) s", .stateOffline)
  case .offline?, .refusedFilters?: Span("○ offline", .stateOffline)
  case .stopped?: Span("■ stopped", .stateFight)
  }
}

/// Seconds until a time, begun ones included.
private func secondsLeft(_ time: Int64, at now: Int64) -> Int64 { (time - now + 999) / 1000 }

extension Model {
  /// What must be told above the table: each a sentence or a few.
  func banner(at now: Int64) -> [[Span]] {
    var banner: [[Span]] = []
    switch connection.status {
    case .offline(let cause, let remedy, let since, let retryAt)?:
      let age = Age(milliseconds: now - since).clock
      var spans = [
        Span(
          connection.wasUp ? "Disconnected \(age) ago: " : "Not connected, tried \(age) ago: ",
          .stateOffline),
        Span(sentences(cause, remedy) + " "),
      ]
      if let retryAt, retryAt > now {
        spans.append(Span("Next try in \(secondsLeft(retryAt, at: now)) s, "))
      }
      spans += [Span("r", .keyHint), Span(retryAt == nil ? " tries again." : " now.")]
      banner.append(spans + keptEdits)
    case .stopped(let what, let cause, let remedy)?:
      let spans = [
        Span("\(what): ", .stateFight), Span(sentences(cause, remedy) + " "), Span("r", .keyHint),
        Span(" tries again."),
      ]
      banner.append(spans + keptEdits)
    case nil, .connecting?, .connected?, .refusedFilters?: break
    }
    if !connection.refusedFilters.isEmpty {
      let topics = connection.refusedFilters.map { "…/" + suffix(of: $0) }.joined(separator: ", ")
      banner.append([
        Span("The broker refused \(topics): ", .meterWarn),
        Span("what comes there is not seen; the certificate's policy decides."),
      ])
    }
    banner += notices.map {
      [Span($0, .meterWarn), Span("  Esc", .keyHint), Span(" puts it away")]
    }
    return banner
  }

  private var keptEdits: [Span] {
    draft.isEmpty
      ? []
      : [
        Span(
          draft.edits.count == 1
            ? " Your staged edit is kept." : " Your \(draft.edits.count) staged edits are kept.")
      ]
  }
}

/// Two texts as sentences, each with one full stop.
private func sentences(_ texts: String...) -> String {
  texts.filter { !$0.isEmpty }
    .map { text in
      guard let last = text.last, !".!?".contains(last) else { return text }
      return text + "."
    }
    .joined(separator: " ")
}
