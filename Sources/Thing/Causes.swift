/// What may be behind a failure: one list, told in a sentence or one by one.
struct Causes: Hashable {
  /// What was seen, without a full stop; empty where what failed says it all.
  var seen = ""
  /// Clauses without a full stop, the likeliest first, for instance `the broker is down`.
  let likely: [String]

  /// All in one sentence, such as "Nothing listens: the broker is down, or the port is wrong".
  var sentence: String {
    let clauses =
      likely.count < 2
      ? likely.joined()
      : likely.dropLast().joined(separator: ", ") + ", or " + (likely.last ?? "")
    return seen.isEmpty ? "\(clauses.capitalizedFirst)." : "\(seen): \(clauses)."
  }

  /// One sentence each.
  var sentences: [String] { likely.map { "\($0.capitalizedFirst)." } }
}

extension String {
  /// With a capital at the start.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
