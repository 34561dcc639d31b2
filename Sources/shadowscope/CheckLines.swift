import Canvas
import JSON
import Monitor
import Terminal
import Thing

/// A checkup's results as lines for the person, safe to print.
struct CheckLines {
  /// Nil where words must stay plain.
  let sequences: StyleSequences?
  let text: PlainText
  /// Columns of the terminal that they go to; nil where lines are not folded.
  let width: Int?

  private static let indent = String(repeating: " ", count: 15)

  /// What one step is told in: its line, and below it what was seen and what to do.
  func lines(for result: CheckResult) -> [String] {
    let title = result.step.title
    let head = "\(mark(result.mark)) \(title)\(String(repeating: " ", count: 13 - title.count))"
    let isQuiet = result.mark == .skipped
    var told = folded(result.words, isQuiet ? .textDim : .text)
    for fact in result.facts { told += folded("\(fact.name)  \(fact.value)", .textDim) }
    if !result.meaning.isEmpty { told += folded(result.meaning) }
    for (place, cause) in result.causes.enumerated() {
      told += folded(result.causes.count == 1 ? cause : "\(place + 1). \(cause)")
    }
    if !result.remedy.isEmpty { told += folded("→ \(result.remedy)", .keyHint) }
    return told.enumerated().map { ($0.offset == 0 ? head : Self.indent) + $0.element }
  }

  /// Words on as many lines as they take behind the indent.
  private func folded(_ words: String, _ role: Role = .text) -> [String] {
    let safe = safe(words)
    let lines = width.map { wrapped([Span(safe)], width: max(20, $0 - Self.indent.count)) }
    let texts = lines?.map { $0.map(\.text).joined() } ?? [safe]
    return texts.map { role == .text ? $0 : styled($0, role) }
  }

  private func safe(_ words: String) -> String { text.fitting(SafeText.escaped(words)) }

  private func mark(_ mark: CheckResult.Mark) -> String {
    let (sign, plain, role): (String, String, Role) =
      switch mark {
      case .passed: ("✓", "+", .stateConnected)
      case .warned: ("!", "!", .meterWarn)
      case .failed: ("✗", "x", .stateOffline)
      case .skipped: ("–", "-", .textDim)
      }
    return styled(text.isUTF8 ? sign : plain, role)
  }

  private func styled(_ words: String, _ role: Role) -> String {
    // Its roles keep the terminal's own background.
    sequences?.text(words, Theme.dark[role]) ?? words
  }
}

extension CheckResult {
  /// For machines; the names are part of the contract with scripts (README).
  var json: JSONValue {
    [
      "step": .string(step.rawValue), "mark": .string(mark.rawValue), "words": .string(words),
      "meaning": .string(meaning),
      "facts": .array(
        facts.map { ["name": .string($0.name), "value": .string($0.value)] }),
      "causes": .array(causes.map(JSONValue.string)), "remedy": .string(remedy),
    ]
  }
}
