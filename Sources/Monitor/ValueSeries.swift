import Canvas
import JSON
import Shadow

/// The numbers that a resource had over time, at the times at which they arrived.
struct ValueSeries {
  let section: Section
  let samples: [PlotSample]
  /// ms since 1970.
  let span: ClosedRange<Int64>
  /// When the plot moves on; nil where it ends in the past.
  let nextStep: Int64?

  /// nil where there are no two numbers to draw a line through.
  init?(_ model: Model, _ node: ResourceNode, columns: Int, at now: Int64) {
    guard let trace = model.traces[node.path] else { return nil }
    let last = model.travel?.moment.version ?? .max
    func changes(_ section: Section) -> [ValueChange] {
      trace.changes.filter { $0.section == section && $0.version <= last }
    }
    func number(_ value: JSONValue?) -> Double? { value?.number?.approximate }
    guard
      let section = [Section.reported, .desired].first(where: { section in
        changes(section).contains { number($0.new) != nil }
      })
    else { return nil }
    self.section = section
    let shown = changes(section)
    var samples = shown.map { PlotSample(time: $0.time, value: number($0.new)) }
    // What was there when the first document came held until the first change.
    if trace.forgotten == 0, let since = model.traces.since, let first = shown.first,
      since < first.time, let value = number(first.old)
    {
      samples.insert(PlotSample(time: since, value: value), at: 0)
    }
    guard samples.count > 1, let start = samples.first?.time, let newest = samples.last?.time else {
      return nil
    }
    self.samples = samples
    if let moment = model.travel?.moment {
      span = start...max(start, moment.time)
      nextStep = nil
      return
    }
    // Moved on by a dot at a time, and by a second at least: an idle plot is drawn seldom.
    let length = max(0, now - start)
    let step = max(1000, length / Int64(max(1, 2 * columns)) / 1000 * 1000)
    let end = max(newest, now - now % step)
    span = start...max(start, end)
    nextStep = now - now % step + step
  }
}
