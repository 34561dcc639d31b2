package import JSON

/// How a device behaves that does not exist.
package struct Rules: Equatable, Sendable {
  /// A resource that is reported.
  package struct Reporter: Equatable, Sendable {
    package let path: JSONPath
    package let source: ValueSource
    package let schedule: Schedule
    /// Whether a value that is the same as before is passed over.
    package var onlyChanges = false
    /// Whether it stands still while `desired` names it and the device has obeyed.
    package var yieldsToWishes = true

    package init(path: JSONPath, source: ValueSource, schedule: Schedule) {
      (self.path, self.source, self.schedule) = (path, source, schedule)
    }
  }

  /// When a resource is reported, besides at each connection.
  package enum Schedule: Equatable, Sendable {
    case never
    case every(TimeRange)
    /// In rounds that it shares with others, drawn among them by its weight, 1 or more.
    case round(weight: Int)
    /// When the resource changes that it depends on.
    case following
  }

  /// The rounds that resources share.
  package struct Round: Equatable, Sendable {
    package let every: TimeRange
    /// How many of them report in a round; nil for all.
    package let pick: ClosedRange<Int>?

    package init(every: TimeRange, pick: ClosedRange<Int>?) {
      (self.every, self.pick) = (every, pick)
    }
  }

  /// What is reported from the start and does not change by itself.
  package var reported = JSONObject()
  package var reporters: [Reporter] = []
  package var round: Round?
  /// The first one that covers a wish holds.
  package var wishRules: [WishRule] = []
  /// From a wish that no rule covers to its fulfilment.
  package var delay = TimeRange(1000)
  package var series: [Series] = []
  /// nil for a different one each time.
  package var seed: UInt64?
  /// Whether the shadow is told that the thing is on line, as MIC wants it.
  package var tellsPresence = false

  package init() {}

  /// The rule for a wish: the first that covers it, else it is obeyed as it is.
  func rule(for path: JSONPath) -> WishRule {
    wishRules.first { $0.pattern?.covers(path) ?? true } ?? WishRule(pattern: nil, delay: delay)
  }
}
