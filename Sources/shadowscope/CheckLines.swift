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

  private static let indent = String(repeating: " ", count: 15)

  /// What one step is told in: its line, and below it what was seen and what to do.
  func lines(for result: CheckResult) -> [String] {
    let title = result.step.title
    let head = "\(mark(result.mark)) \(title)\(String(repeating: " ", count: 13 - title.count))"
    let isQuiet = result.mark == .skipped
    var lines = [head + styled(safe(result.words), isQuiet ? .textDim : .text)]
    lines += result.facts.map { fact in
      Self.indent + styled("\(safe(fact.name))  \(safe(fact.value))", .textDim)
    }
    if !result.meaning.isEmpty { lines.append(Self.indent + safe(result.meaning)) }
    lines += result.causes.enumerated().map { place, cause in
      Self.indent + (result.causes.count == 1 ? safe(cause) : "\(place + 1). \(safe(cause))")
    }
    if !result.remedy.isEmpty {
      lines.append(Self.indent + styled(safe("→ \(result.remedy)"), .keyHint))
    }
    return lines
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
