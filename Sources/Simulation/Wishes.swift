import JSON
import Shadow

/// What `desired` asks for and the device does not have, and how far each wish has come.
///
/// A wish that was dealt with is not dealt with again while it stays open as it is: a clamped or
/// refused value, or one whose report the service refuses, is answered once.
struct Wishes: Sendable {
  private struct Wish {
    let path: JSONPath
    let wanted: JSONValue
    let rule: WishRule
    var stage: Stage
  }

  private enum Stage {
    case pending(due: Int64)
    case approaching(Approach)
    case settled
    /// Refused, and the refusal is reported here.
    case complained(JSONPath)
  }

  /// A number on its way.
  fileprivate struct Approach {
    let decimals: Decimals
    /// Units, always above 0.
    let step: Int64
    let target: Int64
    /// What is reported at the end, exactly as it was asked for.
    let value: JSONValue
    let every: TimeRange
    var position: Int64
    var due: Int64
  }

  /// In the order in which they came up.
  private var wishes: [Wish] = []
  /// Refusals that are reported and hold no more.
  private var staleErrors: [JSONPath] = []
  /// What the device has done and `desired` still names.
  private var obeyed: Set<JSONPath> = []
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// When `deal(now:)` has something to do, in ms; `.max` for never.
  var nextDue: Int64 {
    guard staleErrors.isEmpty else { return .min }
    return wishes.lazy.map { wish in
      switch wish.stage {
      case .pending(let due): due
      case .approaching(let approach): approach.due
      case .settled, .complained: .max
      }
    }.min() ?? .max
  }

  /// Whether a wish that was obeyed names this resource, one above it or one below it.
  func hold(_ path: JSONPath) -> Bool {
    obeyed.contains { $0.isPrefix(of: path) || path.isPrefix(of: $0) }
  }

  /// Takes all that is open now; deltas are cumulative (spec 8), so that what is not in it is open no
  /// more.
  mutating func face(_ open: JSONObject, by rules: Rules, now: Int64) {
    let former = wishes
    let places = Dictionary(former.indices.map { (former[$0].path, $0) }) { $1 }
    wishes = open.leaves().map { path, wanted in
      let earlier = places[path].map { former[$0] }
      if let earlier, earlier.wanted == wanted { return earlier }
      if case .complained(let place)? = earlier?.stage { staleErrors.append(place) }
      let rule = rules.rule(for: path)
      // A value that is asked for again and again must not put off its fulfilment for ever.
      if case .pending(let due)? = earlier?.stage {
        return Wish(path: path, wanted: wanted, rule: rule, stage: .pending(due: due))
      }
      let due = now + rule.delay.draw(using: &generator)
      return Wish(path: path, wanted: wanted, rule: rule, stage: .pending(due: due))
    }
    let open = Set(wishes.map(\.path))
    for wish in former where !open.contains(wish.path) {
      if case .complained(let place) = wish.stage { staleErrors.append(place) }
    }
  }

  /// Takes a whole document: what `desired` names and is as it should be counts as obeyed, and what it
  /// names no more is let go of.
  mutating func heed(_ document: ShadowDocument, by rules: Rules) {
    let desired = document.desired ?? JSONObject()
    obeyed = obeyed.filter { desired[$0] != nil }
    for (path, wanted) in desired.leaves() where document.reported?[path] == wanted {
      if rules.rule(for: path).refusal == nil { obeyed.insert(path) }
    }
  }

  /// Does what is due.
  ///
  /// - Parameters:
  ///   - reported: what the device has now.
  ///   - now: ms.
  /// - Returns: what is to be reported of it, and what came of wishes.
  mutating func deal(with reported: JSONObject, now: Int64) -> Step {
    var step = Step()
    for place in staleErrors where reported[place] != nil { step.changes.overlay(.null, at: place) }
    staleErrors = []
    for index in wishes.indices {
      switch wishes[index].stage {
      case .settled, .complained: continue
      case .pending(let due):
        if due <= now { settle(index, reported, now: now, &step) }
      case .approaching(var approach):
        guard approach.due <= now else { continue }
        approach.advance(at: now, using: &generator)
        if approach.hasArrived {
          finish(index, with: approach.value, &step)
        } else {
          step.changes.overlay(approach.decimals.value(approach.position), at: wishes[index].path)
          wishes[index].stage = .approaching(approach)
        }
      }
    }
    return step
  }

  /// Decides about a wish.
  private mutating func settle(
    _ index: Int, _ reported: JSONObject, now: Int64, _ step: inout Step
  ) {
    let wish = wishes[index]
    switch wish.rule.verdict(on: wish.wanted, draw: { Double.random(in: 0..<1, using: &generator) })
    {
    case .refuse(let reason):
      step.deeds.append(.refused(wish.path, wanted: wish.wanted, reason: reason))
      guard let error = wish.rule.errorReport else { return wishes[index].stage = .settled }
      step.changes.overlay(error.value ?? .string(reason), at: error.path)
      wishes[index].stage = .complained(error.path)
    case .obey(let value):
      // While it is on its way the reading's own changes would be in its way.
      obeyed.insert(wish.path)
      let approach = wish.rule.approach.flatMap {
        Approach($0, from: reported[wish.path], to: value, now: now, &generator)
      }
      guard let approach else { return finish(index, with: value, &step) }
      wishes[index].stage = .approaching(approach)
    }
  }

  private mutating func finish(_ index: Int, with value: JSONValue, _ step: inout Step) {
    let wish = wishes[index]
    step.changes.overlay(value, at: wish.path)
    step.deeds.append(.obeyed(wish.path, wanted: wish.wanted, given: value))
    wishes[index].stage = .settled
  }
}

extension Wishes.Approach {
  /// The way from a number to another; nil if one of them is none, or is too far for steps.
  fileprivate init?(
    _ rule: WishRule.Approach, from: JSONValue?, to: JSONValue, now: Int64,
    _ generator: inout SeededGenerator
  ) {
    guard let start = from?.number, let end = to.number else { return nil }
    decimals = Decimals(of: [rule.step, start])
    guard let step = decimals.units(rule.step), step > 0, let position = decimals.units(start),
      let target = decimals.units(end)
    else { return nil }
    (self.step, self.position, self.target) = (step, position, target)
    (value, every) = (to, rule.every)
    due = now + every.draw(using: &generator)
  }

  fileprivate var hasArrived: Bool { position == target }

  fileprivate mutating func advance(at now: Int64, using generator: inout SeededGenerator) {
    let rest = target - position
    position += rest.magnitude <= step.magnitude ? rest : rest > 0 ? step : -step
    due = now + every.draw(using: &generator)
  }
}
