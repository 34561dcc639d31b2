import Canvas
import JSON
import Shadow

/// Everything about the selected resource, as lines to read.
func detailLines(_ model: Model, in size: Size, at now: Int64) -> [[Span]] {
  guard let node = model.table.selection else {
    return [[Span("No resource is selected.", .textDim)]]
  }
  return Section.allCases.flatMap { section -> [[Span]] in
    guard let value = node[section] else { return [] }
    var head = [Span(section.rawValue, .textDim), Span("  " + value.kindLabel, .textDim)]
    if let time = node.time(section) {
      head.append(Span("  \(model.shadow.age(of: time, at: now).text) ago", .textDim))
    }
    return [head] + JSONLines.lines(of: value)
  }
}
