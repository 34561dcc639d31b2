import Canvas
import JSON
import Shadow

/// Everything about the selected resource, as lines to read.
func detailLines(_ model: Model, in size: Size, at now: Int64) -> [[Span]] {
  guard let node = model.table.selection else {
    return [[Span("No resource is selected.", .textDim)]]
  }
  var drawing = DetailDrawing(model: model, node: node, size: size, now: now)
  drawing.draw()
  return drawing.lines
}

/// When the detail must change by itself, in ms since 1970.
func detailDeadlines(_ model: Model, _ layout: Layout, after now: Int64) -> [Int64] {
  guard model.side == .detail, !layout.side.isEmpty, let node = model.table.selection else {
    return []
  }
  var deadlines = Section.allCases.compactMap { section in
    node.time(section).map { now + model.shadow.age(of: $0, at: now).untilNextText }
  }
  let series = ValueSeries(model, node, columns: layout.side.columns.count, at: now)
  if let next = series?.nextStep { deadlines.append(next) }
  return deadlines
}

/// The lines that a detail is made of.
private struct DetailDrawing {
  let model: Model
  let node: ResourceNode
  let size: Size
  let now: Int64
  var lines: [[Span]] = []

  private var width: Int { size.columns }

  mutating func draw() {
    drawValues()
    if node.isBranch { return }
    drawPlot()
    drawHistory()
  }

  // MARK: Values

  private mutating func drawValues() {
    if node.isBranch {
      var words = [Span(counted(node.resources, "resource"))]
      if let type = node.nestedType { words.insert(Span("\(type), ", .typeText), at: 0) }
      if node.differences > 0 { words.append(Span(", " + differText(node.differences), .differs)) }
      lines.append(words)
    }
    if let reported = node.reported, let desired = node.desired, reported == desired {
      draw(reported, "both")
      drawTime(.reported, "reported ")
      drawTime(.desired, "desired  ")
    } else {
      for section in [Section.reported, .desired] {
        guard let value = node[section] else { continue }
        draw(value, section.rawValue, differs: section == .desired && node.differsHere)
        drawTime(section)
      }
    }
    if node.isOnlyStaged { lines.append([Span("Staged: the shadow does not have it yet.")]) }
  }

  /// A short value stands behind its section, another one below it.
  private mutating func draw(_ value: JSONValue, _ section: String, differs: Bool = false) {
    let label = section + String(repeating: " ", count: max(1, 10 - section.count))
    var head = [Span(label, .textDim)]
    let text = JSONLines.lines(of: value, limit: 5000)
    let room = width - label.count
    let isShort = text.count == 1 && TextWidth.columns(text[0], limit: room) <= room
    if isShort { head += text[0] }
    if differs { head.append(Span(isShort ? "  ≠" : "≠ ", .differs)) }
    let isScalar = value.object == nil && value.array == nil
    let kind =
      value.kindLabel + (isScalar ? "" : ", \(byteText(value.compact.utf8.count))")
    let gap = width - TextWidth.columns(head) - TextWidth.columns(kind)
    if gap >= 2 {
      head += [Span(String(repeating: " ", count: gap)), Span(kind, .textDim)]
    }
    lines.append(head)
    if !isShort { lines += text }
  }

  /// When the service wrote it: local, how long ago, and in ISO 8601.
  private mutating func drawTime(_ section: Section, _ label: String = "") {
    guard let seconds = node.time(section) else { return }
    let (moment, isBeyond) = seconds.multipliedReportingOverflow(by: 1000)
    guard !isBeyond else { return }
    let local = CalendarTime(moment, utcOffsetSeconds: model.utcOffsetSeconds)
    let age = model.shadow.age(of: seconds, at: now).words
    let first = "  \(label)\(local.date) \(local.clock) · \(age) ago"
    let iso = CalendarTime(moment).iso
    if first.count + iso.count + 3 <= width {
      lines.append([Span("\(first) · \(iso)", .textDim)])
    } else {
      let indent = String(repeating: " ", count: 2 + label.count)
      lines += [[Span(first, .textDim)], [Span(indent + iso, .textDim)]]
    }
  }

  // MARK: The past

  private mutating func drawPlot() {
    guard let series = ValueSeries(model, node, columns: width, at: now) else { return }
    let rows = min(12, max(5, size.rows / 3))
    let length = Age(milliseconds: series.span.upperBound - series.span.lowerBound).words
    lines.append(rule("over time", note: "\(series.section.rawValue), \(length)"))
    let plot = Plot(
      series.samples, over: series.span, now: model.travel == nil ? series.span.upperBound : now)
    lines += plot.lines(in: Size(rows: rows, columns: width))
  }

  private mutating func drawHistory() {
    let trace = model.traces[node.path]
    let changes = trace?.changes ?? []
    var note = counted(changes.count, "change")
    if let forgotten = trace?.forgotten, forgotten > 0 { note += ", \(forgotten) forgotten" }
    lines.append(rule("history", note: changes.isEmpty ? "" : note))
    guard !changes.isEmpty else {
      let since = model.traces.since.map { " since " + clock($0) } ?? ""
      lines.append([Span("No change was seen\(since).", .textDim)])
      return
    }
    var gaps = model.history.moments.compactMap(\.unseen)[...]
    for change in changes.reversed() {
      while let gap = gaps.last, gap.upperBound >= change.version {
        lines.append([Span("  " + unseenText(gap), .meterWarn)])
        gaps.removeLast()
      }
      lines.append(line(change))
    }
    for gap in gaps.reversed() { lines.append([Span("  " + unseenText(gap), .meterWarn)]) }
  }

  /// One change: when, what, which version, who.
  private func line(_ change: ValueChange) -> [Span] {
    let isLater = model.travel.map { change.version > $0.moment.version } ?? false
    func role(_ role: Role) -> Role { isLater ? .stale : role }
    func shown(_ value: JSONValue?) -> Span {
      value.map { Span(ValueText.line($0), role(ValueText.role($0))) } ?? Span("none", .textDim)
    }
    let isWide = width >= 50
    let head = [Span(clock(change.time) + " ", .textDim)]
    var tail: [Span] = isWide ? [Span(" v\(change.version)", .textDim)] : []
    switch change.author {
    case .ours(let token): tail.append(Span(" ours \(token)", role(.logOut)))
    case .other(let token): tail.append(Span(" \(token)", role(.text)))
    case .nobody: tail.append(Span(" no token", .textDim))
    case .unseen: tail.append(Span(" seen by get", .textDim))
    }
    let most = width / 2 - 4
    for place in tail.indices where TextWidth.columns(tail[place].text, limit: most + 1) > most {
      tail[place].text = TextWidth.fitted(tail[place].text, width: most)
    }
    let side = change.section == .desired ? [Span(isWide ? "desired " : "→ ", .textDim)] : []
    let room = max(1, width - TextWidth.columns(head + side) - TextWidth.columns(tail))
    let words = cut([shown(change.old), Span(" → ", .textDim), shown(change.new)], to: room)
    let gap = max(0, room - TextWidth.columns(words))
    return head + side + words + [Span(String(repeating: " ", count: gap))] + tail
  }

  /// Spans in so many columns, what is cut marked.
  private func cut(_ spans: [Span], to room: Int) -> [Span] {
    guard TextWidth.columns(spans, limit: room) > room else { return spans }
    // The new value is worth more than the old one.
    var spans = spans
    let half = max(1, room / 2 - 2)
    if TextWidth.columns(spans[0].text, limit: half) > half {
      spans[0].text = TextWidth.fitted(spans[0].text, width: half)
    }
    let left = max(1, room - TextWidth.columns(Array(spans.dropLast())))
    if TextWidth.columns(spans[2].text, limit: left) > left {
      spans[2].text = TextWidth.fitted(spans[2].text, width: left)
    }
    return spans
  }

  /// The time of day, with the date where that is another one.
  private func clock(_ moment: Int64) -> String {
    let time = CalendarTime(moment, utcOffsetSeconds: model.utcOffsetSeconds)
    let today = CalendarTime(now, utcOffsetSeconds: model.utcOffsetSeconds).date
    return time.date == today ? time.clock : "\(time.date) \(time.clock)"
  }

  /// A line with a word in it: `── history ──────── 3 changes`.
  private func rule(_ title: String, note: String) -> [Span] {
    let note = note.isEmpty ? "" : " " + note
    let dashes = max(0, width - title.count - 4 - note.count)
    return [
      Span("── ", .paneBorder), Span(title, .paneTitle),
      Span(" " + String(repeating: "─", count: dashes), .paneBorder), Span(note, .textDim),
    ]
  }
}
