import Canvas
import JSON
import Shadow

/// The wishes of the current shadow, as lines to read: the open ones, then what became of ours.
func wishLines(_ model: Model, at now: Int64) -> [[Span]] {
  let wishes = model.wishes
  var lines = wishes.open.flatMap { line(of: $0, model, at: now) }
  if lines.isEmpty { lines = [[Span("The thing is as desired: no wish is open.", .textDim)]] }
  guard !wishes.ended.isEmpty else { return lines }
  lines += [[], [Span("our wishes before", .textDim)]]
  return lines + wishes.ended.map { line(of: $0) }
}

private func line(of wish: WishList.Wish, _ model: Model, at now: Int64) -> [[Span]] {
  let reported = wish.reported.map { Span(ValueText.line($0), ValueText.role($0)) }
  let first = [
    Span("≠ ", .differs), Span(wish.path.display, .path), Span("  "),
    reported ?? Span("nothing", .textDim), Span(" → ", .textDim),
    Span(ValueText.line(wish.desired), ValueText.role(wish.desired)),
  ]
  let age = model.age(of: wish, at: now)
  var second = [Span("  pending for \(age.text)", .textDim)]
  if let token = wish.token {
    second.append(Span(", asked by ", .textDim))
    second.append(wish.isOurs ? Span("us (\(token))", .logOut) : Span(token))
  }
  return [first, second]
}

extension Model {
  /// How long a wish has been open.
  func age(of wish: WishList.Wish, at now: Int64) -> Age {
    wish.written.map { shadow.age(of: $0, at: now) } ?? Age(milliseconds: now - wish.seen)
  }
}

private func line(of ended: WishList.Ended) -> [Span] {
  let wish = ended.wish
  let end: Span =
    switch ended.end {
    case .answered(let milliseconds):
      Span("answered by the thing after \(waited(milliseconds))", .stateConnected)
    case .answeredUnseen: Span("answered while nobody looked", .stateConnected)
    case .superseded: Span("overtaken by another wish", .stale)
    case .withdrawn: Span("withdrawn", .stale)
    case .deleted: Span("gone with the shadow", .removed)
    }
  return [
    Span(wish.path.display, .path), Span(" "),
    Span(ValueText.line(wish.desired), ValueText.role(wish.desired)), Span(": ", .textDim), end,
  ]
}

/// For instance `340 ms`, `1.4 s` or `4 m`.
private func waited(_ milliseconds: Int64) -> String {
  switch milliseconds {
  case ..<1000: "\(milliseconds) ms"
  case ..<60_000: "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
  default: Age(milliseconds: milliseconds).text
  }
}
