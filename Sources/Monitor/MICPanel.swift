import Canvas
import JSON
import Shadow

/// What MIC reads in what the thing reports, as lines to read: where it is and was, and `tcxn`.
func micLines(_ model: Model, in size: Size, at now: Int64) -> [[Span]] {
  var drawing = MICDrawing(
    model: model, reading: model.micReading, size: size, now: now, width: size.columns)
  drawing.draw()
  return drawing.lines
}

/// When the pane must change by itself, in ms since 1970.
func micDeadlines(_ model: Model, _ layout: Layout, after now: Int64) -> [Int64] {
  guard model.side == .mic, !layout.side.isEmpty else { return [] }
  let reading = model.micReading
  let tree = model.table.tree
  let facts = reading.facts.compactMap { fact in
    tree.place(of: fact.field.path).map { tree.nodes[$0] }
  }
  return (reading.places + facts).compactMap(\.reportedTime).map {
    now + model.shadow.age(of: $0, at: now).untilNextText
  }
}

/// The lines of the pane.
private struct MICDrawing {
  let model: Model
  let reading: MICReading
  let size: Size
  let now: Int64
  /// Columns for what is drawn next.
  var width: Int
  var lines: [[Span]] = []

  /// Columns from which on the map stands beside the values.
  private static let wide = 64
  /// Rows from which on it stands above them.
  private static let rowsForMap = 16

  mutating func draw() {
    guard !reading.isEmpty else {
      let words =
        "Nothing is reported that MIC reads by itself. It takes a place from “latlng”, a text "
        + "such as 57.652,11.958, and battery, connection, SIM and signal from “tcxn”."
      lines = wrapped([Span(words, .textDim)], width: width)
      return
    }
    let track = reading.places.first.map { Track(model, $0) }
    let map = track.flatMap { TrackMap($0.places) }
    if let track, let map, width >= Self.wide {
      drawBeside(track, map)
    } else {
      drawPosition()
      let rows = min(12, max(5, size.rows / 3))
      let isFirst = size.rows >= Self.rowsForMap
      if isFirst { drawTrack(track, map, rows: rows) }
      drawThing()
      if !isFirst { drawTrack(track, map, rows: rows) }
    }
    drawNested()
    drawNotes()
  }

  /// The values at the left, the map at the right.
  private mutating func drawBeside(_ track: Track, _ map: TrackMap) {
    let mapWidth = min(48, size.columns * 2 / 5)
    width = size.columns - mapWidth - 2
    drawPosition()
    drawThing()
    let left = lines.flatMap { folded($0, width: width) }
    width = mapWidth
    lines = []
    drawTrack(track, map, rows: min(12, max(4, size.rows - 1)))
    let right = lines
    width = size.columns
    lines = (0..<max(left.count, right.count)).map { row in
      let line = left.indices.contains(row) ? left[row] : []
      guard right.indices.contains(row) else { return line }
      let gap = width - mapWidth - TextWidth.columns(line)
      return line + [Span(String(repeating: " ", count: max(0, gap)))] + right[row]
    }
  }

  // MARK: Where it is

  private mutating func drawPosition() {
    guard let node = reading.places.first, node.depth == 0 else {
      return add("position", [Span("not at the top level", .textDim)])
    }
    let (place, fault) = position(node)
    add("position", place, fault: fault, age: age(node))
  }

  private func position(_ node: ResourceNode) -> (words: [Span], fault: MICLint.Fault?) {
    guard let value = node.reported else { return ([], nil) }
    guard let text = value.string else { return (shown(value), .placeNotText) }
    do throws(LatLng.Fault) { return ([Span(try LatLng(text).display, .typeText)], nil) } catch {
      return (shown(value), .place(error))
    }
  }

  private mutating func drawTrack(_ track: Track?, _ map: TrackMap?, rows: Int) {
    guard let track, !track.places.isEmpty else { return }
    guard let map, let since = track.since, let until = track.until else {
      return lines.append([Span("No other place was seen yet.", .textDim)])
    }
    lines += map.lines(in: Size(rows: rows, columns: width))
    let length = Age(milliseconds: until - since).words
    var words = "○ first ● last of \(track.places.count) in \(length)"
    if track.forgotten > 0 { words += "; older ones are forgotten" }
    if let node = reading.places.first, node.depth > 0 {
      words = "\(node.path.display): " + words
    }
    lines += wrapped([Span(words, .textDim)], width: width)
  }

  private mutating func drawNested() {
    let nested = reading.places.filter { $0.depth > 0 }
    guard !nested.isEmpty else { return }
    lines.append(rule("places further in", note: "not on MIC's map of the type"))
    for node in nested {
      let name = (node.path.parent ?? node.path).display
      let (place, fault) = position(node)
      add([Span(name, .path), Span("  ")] + place, fault: fault, age: age(node))
    }
  }

  // MARK: tcxn

  private mutating func drawThing() {
    guard let tcxn = reading.tcxn else {
      return add("tcxn", [Span("nothing is reported", .textDim)])
    }
    guard tcxn.object != nil else { return add("tcxn", shown(tcxn), fault: .notObject) }
    let facts = reading.facts
    if facts.first?.field != .connectionStatus {
      add(ThingFact.Field.connectionStatus.name, [Span("no information", .textDim)])
    }
    for fact in facts { draw(fact) }
    let own = MICLint.faults(in: tcxn, at: JSONPath(keys: [ThingFact.key])).filter { lint in
      lint.fault == .customKey || lint.fault == .placeInside || lint.fault == .notObject
    }
    for lint in own.prefix(20) {
      add([Span(lint.path.display, .path)], fault: lint.fault)
    }
    if own.count > 20 { add([Span("and \(own.count - 20) more such keys", .meterWarn)]) }
  }

  private mutating func draw(_ fact: ThingFact) {
    let tree = model.table.tree
    let node = tree.place(of: fact.field.path).map { tree.nodes[$0] }
    var fault: MICLint.Fault?
    if case .malformed(let found) = fact.meaning { fault = .fact(found) }
    add(fact.field.name, words(fact), fault: fault, age: node.flatMap(age))
  }

  private func words(_ fact: ThingFact) -> [Span] {
    let isCellular = fact.field.keys.count > 1
    let shape = isCellular ? [Span("  cellular", .textDim)] : []
    let bar = width < 40 ? 6 : 10
    switch fact.meaning {
    case .status(let status):
      let (sign, role): (String, Role) =
        switch status {
        case .offline: ("○ ", .stateOffline)
        case .connectedToMIC: ("◌ ", .stateConnecting)
        case .fullyConnected: ("● ", .stateConnected)
        }
      return [Span(sign, role), Span(status.words), Span("  \(fact.value.compact)", .textDim)]
    case .percent(let number):
      return partBar(number.approximate / 100, width: bar)
        + [Span(" "), Span(number.lexeme, .typeNumber), Span(" %")] + shape
    case .number(let number):
      // As if per cent where it can be that, and without saying so.
      let isPart = fact.field == .cellularSignal && (0...100).contains(number.approximate)
      return (isPart ? partBar(number.approximate / 100, width: bar) + [Span(" ")] : [])
        + [Span(number.lexeme, .typeNumber)] + shape
    case .text(let text):
      // Bare: that it is a text, be it of digits, is settled here.
      return [Span(ValueText.clipped(text), .typeText)] + shape
    case .malformed: return shown(fact.value)
    }
  }

  // MARK: What is not sure

  private mutating func drawNotes() {
    var notes: [String] = []
    let fields = reading.facts.map(\.field)
    if fields.contains(.cellularSignal) || fields.contains(.cellularNetworkType) {
      notes.append(
        "Things are seen that report tcxn.cellular; MIC's public pages do not describe it, nor the "
          + "unit of its rssi.")
    }
    if fields.contains(.thingType) {
      notes.append(
        "That thingType stands here is likely; MIC's public pages do not confirm it.")
    }
    guard !notes.isEmpty else { return }
    lines += wrapped([Span(notes.joined(separator: " "), .textDim)], width: width)
  }

  // MARK: Lines

  private func age(_ node: ResourceNode) -> Span? {
    node.reportedTime.map { Span(model.shadow.age(of: $0, at: now).text, .textDim) }
  }

  private func shown(_ value: JSONValue) -> [Span] {
    [Span(ValueText.line(value), ValueText.role(value))]
  }

  private mutating func add(
    _ label: String, _ words: [Span], fault: MICLint.Fault? = nil, age: Span? = nil
  ) {
    let label = TextWidth.fitted(label, width: width < 40 ? 9 : 11)
    add([Span(label, .textDim)] + words, fault: fault, age: age)
  }

  /// A line with the age at its end; what is wrong, and the age, go to lines of their own where they
  /// find no room.
  private mutating func add(_ words: [Span], fault: MICLint.Fault? = nil, age: Span? = nil) {
    let tail = age.map { TextWidth.columns($0.text) + 1 } ?? 0
    var line = words
    var below: [[Span]] = []
    if let fault {
      let note = "  ! \(MICLint(path: JSONPath(), fault: fault).words)"
      let columns = TextWidth.columns(line, limit: width) + TextWidth.columns(note)
      if columns + tail <= width {
        line.append(Span(note, .meterWarn))
      } else {
        below = wrapped([Span(String(note.dropFirst(2)), .meterWarn)], width: max(1, width - 2))
          .map { [Span("  ")] + $0 }
      }
    }
    if let age {
      let gap = width - TextWidth.columns(line, limit: width) - TextWidth.columns(age.text)
      if gap < 1 {
        lines.append(line)
        line = []
      }
      let room = gap < 1 ? width - TextWidth.columns(age.text) : gap
      line += [Span(String(repeating: " ", count: max(0, room))), age]
    }
    lines.append(line)
    lines += below
  }

  private func rule(_ title: String, note: String) -> [Span] {
    let note = title.count + note.count + 8 > width ? "" : " " + note
    let dashes = max(0, width - title.count - 4 - note.count)
    return [
      Span("── ", .paneBorder), Span(title, .paneTitle),
      Span(" " + String(repeating: "─", count: dashes), .paneBorder), Span(note, .textDim),
    ]
  }
}
