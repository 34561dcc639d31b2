/// How fast a recording is played.
package enum ReplaySpeed: Hashable, Sendable {
  /// So many seconds of the recording in a second, 0.01...1000.
  case times(Double)
  /// Without any pause.
  case most

  /// What can be chosen by a number.
  package static let range = 0.01...1000.0
  /// What the keys step through, the slowest first.
  private static let steps: [ReplaySpeed] =
    [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128].map(ReplaySpeed.times) + [.most]

  /// Reads `2`, `0.5` or `max`; nil for anything else, and for what is out of range.
  package init?(_ text: String) {
    guard text != "max" else {
      self = .most
      return
    }
    // Only digits and a point: a number with an exponent or a sign is a slip.
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
      let factor = Double(text), Self.range.contains(factor)
    else { return nil }
    self = .times(factor)
  }

  /// For instance `×4`, `×0.5`, `max`.
  package var text: String {
    switch self {
    case .times(let factor):
      "×" + (factor == factor.rounded() ? "\(Int(factor))" : "\(factor)")
    case .most: "max"
    }
  }

  /// The next step in a direction; the same at the end.
  package func stepped(up: Bool) -> ReplaySpeed {
    guard case .times(let factor) = self else {
      return up ? self : Self.steps[Self.steps.count - 2]
    }
    let isBeyond: (ReplaySpeed) -> Bool = { step in
      guard case .times(let other) = step else { return up }
      return up ? other > factor : other < factor
    }
    return (up ? Self.steps.first(where: isBeyond) : Self.steps.last(where: isBeyond)) ?? self
  }
}
