/// How one step of a checkup went.
///
/// The texts may quote paths, certificates and words from the network: they are not safe to print
/// as they are. They never hold key material.
package struct CheckResult: Hashable, Sendable {
  package enum Mark: String, CaseIterable, Hashable, Sendable {
    case passed
    /// It works, and there is something to know.
    case warned
    case failed
    /// Not looked at; `words` tell why.
    case skipped
  }

  /// Something that was seen.
  package struct Fact: Hashable, Sendable {
    /// In small letters, for instance `issuer`.
    package let name: String
    package let value: String
  }

  package let step: CheckStep
  package let mark: Mark
  /// One line.
  package var words: String
  package var facts: [Fact] = []
  /// The likely causes of a failure, the likeliest first, a sentence each.
  package var causes: [String] = []
  /// What to do about a failure or a warning, or to have a skipped step taken.
  package var remedy = ""

  /// What a failure means; empty for anything else.
  package var meaning: String { mark == .failed ? step.meaning : "" }
}

extension CheckResult {
  static func passed(
    _ step: CheckStep, _ words: String, facts: [Fact] = []
  ) -> CheckResult {
    CheckResult(step: step, mark: .passed, words: words, facts: facts)
  }

  static func warned(
    _ step: CheckStep, _ advice: Advice, facts: [Fact] = []
  ) -> CheckResult {
    CheckResult(step: step, mark: .warned, words: advice.what, facts: facts, remedy: advice.remedy)
  }

  static func failed(
    _ step: CheckStep, _ error: some ExplainedError, facts: [Fact] = []
  ) -> CheckResult {
    CheckResult(
      step: step, mark: .failed, words: error.what, facts: facts, causes: error.causes,
      remedy: error.remedy)
  }

  static func skipped(
    _ step: CheckStep, _ words: String, remedy: String = ""
  ) -> CheckResult {
    CheckResult(step: step, mark: .skipped, words: words, remedy: remedy)
  }
}

extension [CheckResult] {
  /// The first step that failed.
  package var firstFailure: CheckStep? { first { $0.mark == .failed }?.step }
}
