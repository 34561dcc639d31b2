import JSON
import Shadow

extension Model {
  /// Completes the line: names and pointers where a path is typed, values that are likely elsewhere.
  mutating func complete(backwards: Bool) {
    guard let entry, let fresh = completion(of: entry) else { return }
    self.entry?.complete(fresh, backwards: backwards)
  }

  /// What the text of a line can become; nil where that is nobody's business.
  private func completion(of entry: Entry) -> Completion? {
    let text = entry.line.text
    switch entry.subject {
    case .path(let base):
      let paths = table.tree.nodes.map(\.path)
      return Completion(path: text, below: base, among: paths)
    case .value(let path, let section, let prefill):
      // An untouched line is no beginning of anything.
      let isUntouched = prefill.map(text.hasSameScalars) ?? false
      return Completion(isUntouched ? "" : text, among: values(path, section))
    case .observationTime:
      return Completion(text, among: ["now", "1m ago", "5m ago", "1h ago", "1d ago"])
    case .filter, .logFilter, .search, .savePath, .deletion, .clientID, .thingType, .jobDetails:
      return nil
    }
  }

  /// Texts for values that a resource had or is likely to get, the likeliest first.
  private func values(_ path: JSONPath, _ section: Section) -> [String] {
    let known = [section, section.other].compactMap { shadow.document?.value($0, path) }
    var texts: [String] = []
    if case .bool(let value)? = known.first {
      texts = value ? ["false", "true"] : ["true", "false"]
    }
    texts += known.map(ValueText.editable)
    texts += (traces[path]?.past(8) ?? []).map(ValueText.editable)
    return texts + valueHistory.reversed()
  }
}
