import Canvas
import JSON
import Shadow

/// The top line: the thing at the left, the connection at the right.
func drawStatus(_ model: Model, on frame: inout Frame, at now: Int64) {
  let width = frame.size.columns
  let address = model.address
  var name = [Span("shadowscope", .paneTitle), Span("  "), Span(address.thing, .paneTitleFocused)]
  if let shadow = address.shadow {
    name += [Span(" / ", .textDim), Span(shadow, .paneTitleFocused)]
  }
  if model.shadows.count > 1 {
    name.append(Span("  \(model.current + 1)/\(model.shadows.count)", .textDim))
  }
  var parts = [[connectionState(model, isShort: width < 60, at: now)]]
  if let mark = model.replayMark { parts.insert(mark, at: 0) }
  if let mark = model.recordingMark(isShort: width < 60) { parts.append(mark) }
  if model.replay != nil {
    name += [Span("  "), Span("replay", .meterWarn)]
  } else if model.isReadOnly {
    name += [Span("  "), Span("read-only", .meterWarn)]
  }
  if model.tellsPresence {
    name += [Span("  "), Span("presence", model.connection.isUp ? .stateConnected : .textDim)]
  }
  if let mark = deviceMark(model, isShort: width < 60) { parts.append(mark) }
  // What matters least is left out first: our own name, then TLS, latency, version.
  if model.backlog > 0 {
    parts.append([Span("\(model.backlog.grouped) behind", .meterWarn)])
  }
  if let version = model.shadow.document?.version {
    let age = model.recalledAge(at: now).map { ", \($0.text) ago" }
    parts.append([Span("v\(version)\(age ?? "")", age == nil ? .text : .stale)])
  }
  let wishes = model.wishes.open.count
  if wishes > 0 { parts.append([Span("≠ \(wishes)", .differs)]) }
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
  if parts.count == all, model.connection.isUp {
    parts.insert(parts.removeLast(), at: model.replay == nil ? 1 : 2)
  }
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
  case .connected? where model.connection.silentSince != nil: Span("◌ silent", .stateOffline)
  case .connected? where model.freshness.refusal != nil:
    Span(isShort ? "◌ get refused" : "◌ get refused for now", .stateOffline)
  case .connected? where model.freshness.unanswered > 0:
    Span(isShort ? "◌ no answer" : "◌ no answer to get", .stateOffline)
  case .connected?:
    Span(
      "● connected",
      // What was so then is nothing to rely on now.
      model.replay != nil
        ? .textDim : model.freshness.isFresh ? .stateConnected : .stateConnecting)
  case .offline(_, _, _, _, let retryAt?)? where retryAt > now:
    Span(
      (isShort ? "○ next try in " : "○ offline, next try in ")
        + "\(secondsLeft(retryAt, at: now)) s", .stateOffline)
  case .offline?, .refusedFilters?, .silent?, .heard?: Span("○ offline", .stateOffline)
  case .stopped?: Span("■ stopped", .stateFight)
  case .takenOver? where model.connection.isStandingAside: Span("■ looking on", .stateOffline)
  case .takenOver?: Span("■ taken over", .stateFight)
  }
}

/// That the thing says of itself, or its last will of it, that it is not on line: MIC's
/// `connection_status` (mic-thing-api 1.5); nil where it says nothing or is.
private func deviceMark(_ model: Model, isShort: Bool) -> [Span]? {
  let path = JSONPath(keys: ["tcxn", "connection_status"])
  let isFresh = model.connection.isLive && model.freshness.isFresh
  return switch model.shadow.document?.value(.reported, path)?.integer {
  case 0: [Span(isShort ? "device off" : "device offline", isFresh ? .stateOffline : .stale)]
  case 1: [Span(isShort ? "MIC only" : "device on MIC only", isFresh ? .meterWarn : .stale)]
  default: nil
  }
}

extension Int {
  /// Its digits in groups of three.
  fileprivate var grouped: String {
    let digits = String(self)
    return digits.indices.reduce(into: "") { text, place in
      let rest = digits.distance(from: place, to: digits.endIndex)
      if !text.isEmpty, rest.isMultiple(of: 3) { text += "," }
      text.append(digits[place])
    }
  }
}
