import JSON
import Shadow

extension StagedEdit {
  /// What MIC would make nothing of if this were published.
  var lint: [MICLint] { MICLint.faults(in: value, at: path) }
}

/// The first of what was found, and how many more; nil for nothing.
func lintWords(_ found: [MICLint]) -> String? {
  guard let first = found.first else { return nil }
  return first.words + (found.count > 1 ? " and \(found.count - 1) more" : "")
}
