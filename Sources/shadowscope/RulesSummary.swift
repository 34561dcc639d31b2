import Canvas
import JSON
import Monitor
import Shadow
import Simulation

/// What rules do, in words.
struct RulesSummary {
  private let loaded: LoadedRules
  private var rules: Rules { loaded.rules }

  init(_ loaded: LoadedRules) { self.loaded = loaded }

  /// The words, free of anything that a terminal would act on.
  var lines: [String] {
    let sections = [start, rounds, schedules, followers, series, wishes, [presence]]
    let title = loaded.name + (loaded.about.map { ": \($0)" } ?? "")
    return ([title] + sections.filter { !$0.isEmpty }.flatMap { [""] + $0 })
      .map { SafeText.escaped($0) }
  }

  // MARK: -

  private var start: [String] {
    let simulator = Simulator(rules, seed: rules.seed ?? 1, now: 0)
    guard !simulator.reported.isEmpty else { return ["Reports nothing at the start."] }
    return ["With each connection it reports everything, at first"]
      + Self.table(
        simulator.reported.members.map { member in
          (member.key, member.value.compact(escaping: .invisible))
        })
  }

  private var rounds: [String] {
    let members = rules.reporters.compactMap { reporter -> (String, String)? in
      guard case .round(let weight) = reporter.schedule else { return nil }
      return (
        reporter.path.typed,
        words(reporter) + (rules.round?.pick == nil ? "" : ", weight \(weight)")
      )
    }
    guard let round = rules.round, !members.isEmpty else { return [] }
    let pick = round.pick.map { range in
      range.lowerBound == range.upperBound
        ? "\(range.lowerBound) of" : "\(range.lowerBound) to \(range.upperBound) of"
    }
    return ["Every \(round.every.words) it reports\(pick.map { " \($0)" } ?? "")"]
      + Self.table(members)
  }

  private var schedules: [String] {
    let members = rules.reporters.compactMap { reporter -> (String, String)? in
      guard case .every(let span) = reporter.schedule else { return nil }
      return (reporter.path.typed, "every \(span.words): \(words(reporter))")
    }
    return members.isEmpty ? [] : ["By themselves it reports"] + Self.table(members)
  }

  private var followers: [String] {
    let members = rules.reporters.compactMap { reporter -> (String, String)? in
      guard case .bands(let bands) = reporter.source else { return nil }
      let words = bands.bands.map { "\($0.value.compact) below \($0.below.lexeme)" }
      return (
        reporter.path.typed,
        "\(bands.source.typed): "
          + (words + ["else \(bands.otherwise.compact)"]).joined(separator: ", ")
      )
    }
    return members.isEmpty ? [] : ["What follows another resource"] + Self.table(members)
  }

  private var series: [String] {
    let members = rules.series.map { one in
      let count = one.points.count == 1 ? "1 report" : "\(one.points.count) reports"
      let then =
        switch one.ending {
        case .hold: "then it stays"
        case .loop: "then from the start again"
        case .end: "then the simulation ends"
        }
      let length = DurationText.text(of: one.points.last?.time ?? 0)
      return (one.name, "\(count) over \(length), \(then)")
    }
    return members.isEmpty ? [] : ["It plays"] + Self.table(members)
  }

  private var wishes: [String] {
    let members = rules.wishRules.map { rule in (rule.pattern?.text ?? "*", words(rule)) }
    let isComplete = rules.wishRules.contains { $0.pattern?.text == "*" }
    let others = members.isEmpty ? "everything" : "all others"
    return ["What is desired"]
      + Self.table(members + (isComplete ? [] : [(others, "obeyed after \(rules.delay.words)")]))
  }

  private var presence: String {
    rules.tellsPresence
      ? "It tells that it is on line, and has a last will." : "It does not tell that it is on line."
  }

  private func words(_ reporter: Rules.Reporter) -> String {
    let changes = reporter.onlyChanges ? ", only changes" : ""
    return reporter.source.words + (reporter.yieldsToWishes ? "" : ", also while desired") + changes
  }

  private func words(_ rule: WishRule) -> String {
    let delay = "after \(rule.delay.words)"
    var parts: [String] = []
    if let refusal = rule.refusal {
      guard refusal.chance < 1 else { return "refused \(delay): \(refusal.reason)" }
      parts.append("\(Self.percent(refusal.chance)) refused: \(refusal.reason)")
    }
    parts.append("obeyed \(delay)")
    if let only = rule.only { parts.append("only \(only.map(\.compact).joined(separator: ", "))") }
    if let range = rule.range {
      parts.append("\(range.words), others \(range.clamps ? "as the nearest" : "refused")")
    }
    parts += rule.mappings.map { "\($0.wanted) as \($0.given.compact)" }
    if let approach = rule.approach {
      parts.append("in steps of \(approach.step.lexeme) every \(approach.every.words)")
    }
    if let error = rule.errorReport { parts.append("refusals are reported as \(error.path.typed)") }
    return parts.joined(separator: "; ")
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private static func table(_ rows: [(name: String, words: String)]) -> [String] {
    let width = min(32, rows.map { TextWidth.columns(SafeText.escaped($0.name)) }.max() ?? 0)
    return rows.map { row in
      let pad = max(0, width - TextWidth.columns(SafeText.escaped(row.name)))
      return "  \(row.name)\(String(repeating: " ", count: pad))  \(row.words)"
    }
  }
}

extension ValueSource {
  fileprivate var words: String {
    switch self {
    case .constant(let value): return value.compact(escaping: .invisible)
    case .cycle(let values): return "one after another of " + Self.list(values)
    case .random(let values): return "any of " + Self.list(values)
    case .walk(let walk):
      return "a walk in steps up to \(walk.decimals.lexeme(walk.step))\(walk.reach)"
    case .count(let count): return "a count by \(count.decimals.lexeme(count.step))"
    case .ramp(let ramp):
      let then =
        switch ramp.ending {
        case .hold: "then it stays"
        case .saw: "then again"
        case .triangle: "and back"
        }
      return "a ramp to \(ramp.decimals.lexeme(ramp.to)) over "
        + "\(DurationText.text(of: ramp.milliseconds)), \(then)"
    case .wave(let wave):
      return "a wave of \(wave.decimals.lexeme(wave.amplitude)) around "
        + "\(wave.decimals.lexeme(wave.mean)), \(DurationText.text(of: wave.milliseconds)) long"
    case .place(let place):
      return "a place that moves up to \(place.latitude.decimals.lexeme(place.latitude.step))°"
    case .bands: return ""
    }
  }

  private static func list(_ values: [JSONValue]) -> String {
    values.map { $0.compact(escaping: .invisible) }.joined(separator: ", ")
  }
}

extension ValueSource.Walk {
  fileprivate var reach: String {
    guard bounds.lowerBound > -Decimals.greatest || bounds.upperBound < Decimals.greatest else {
      return ""
    }
    return ", \(decimals.lexeme(bounds.lowerBound)) to \(decimals.lexeme(bounds.upperBound))"
  }
}

extension TimeRange {
  fileprivate var words: String {
    let (lower, upper) = (milliseconds.lowerBound, milliseconds.upperBound)
    let text = DurationText.text(of: lower)
    return lower == upper ? text : "\(text) to \(DurationText.text(of: upper))"
  }
}

extension JSONPath {
  /// As it is typed: one name, or a pointer.
  fileprivate var typed: String {
    guard steps.count == 1, case .key(let key) = steps.first, !key.isEmpty, !key.hasPrefix("/")
    else {
      return pointer
    }
    return key
  }
}
