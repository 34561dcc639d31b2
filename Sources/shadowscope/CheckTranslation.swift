import Monitor
import Thing

extension Check {
  /// A step's result in the monitor's words.
  init(_ result: CheckResult) {
    self.init(
      title: result.step.title, mark: Mark(result.mark), words: result.words,
      facts: result.facts.map { "\($0.name)  \($0.value)" }, meaning: result.meaning,
      causes: result.causes, remedy: result.remedy)
  }
}

extension Check.Mark {
  fileprivate init(_ mark: CheckResult.Mark) {
    self =
      switch mark {
      case .passed: .passed
      case .warned: .warned
      case .failed: .failed
      case .skipped: .skipped
      }
  }
}

extension LiveThing {
  /// Keeps how the connection stands, for whoever asks what it proves.
  mutating func note(_ event: ThingEvent) {
    switch event {
    case .connection(.online(let report)): self.report = report
    case .connection(.lost): report = nil
    case .connection, .shadow, .received, .oversized, .sent, .outcome: return
    }
  }
}
