import JSON
import Shadow
import Simulation

/// Reads the resources that change by themselves: `[report.NAME]`.
struct RulesReports {
  let round: Rules.Round?
  let onlyChanges: Bool
  let file: String

  private static let kinds = [
    "value", "walk", "ramp", "wave", "count", "cycle", "random", "place", "bands",
  ]

  /// - Parameters:
  ///   - whole: the file.
  ///   - reported: what never changes.
  /// - Returns: those without a fault.
  mutating func read(
    _ whole: inout RulesTable, besides reported: JSONObject
  ) -> [Rules.Reporter] {
    var reporters: [Rules.Reporter] = []
    for (entry, path) in whole.resources("report") {
      if let other = reporters.first(where: { $0.path.overlaps(path) }) {
        whole.fault(
          entry.place, "“\(entry.key)” and “\(other.path.pointer)” write the same resource",
          "keep one of them")
      }
      if reported.holds(path) {
        whole.fault(
          entry.place, "“\(entry.key)” is under [reported] too", "keep one of them")
      }
      guard let entries = entry.value.table else {
        whole.wrong(
          entry, in: "report",
          wants: "a table such as { value = 5, every = \"10s\" }; what never changes belongs "
            + "under [reported]")
        continue
      }
      var table = RulesTable(
        entries, name: "report.\(entry.key)", place: entry.valuePlace, file: file)
      if let reporter = reporter(path, &table) { reporters.append(reporter) }
      whole.add(table.closed())
    }
    return reporters
  }

  private func reporter(_ path: JSONPath, _ table: inout RulesTable) -> Rules.Reporter? {
    let source = source(path, &table)
    let every = table.timeRange("every", atLeast: Simulator.usualGap)
    let weight = table.number("weight")?.integer
    if let entry = table.take("weight"), weight.map({ !(1...1000).contains($0) }) ?? true,
      entry.value.number != nil
    {
      table.wrong(entry, wants: "a whole number, 1 to 1000")
    }
    let changes = table.flag("only-changes") ?? onlyChanges
    let hold = table.flag("hold") ?? true
    guard let source,
      let schedule = schedule(of: source, every, weight: weight.map { Int(clamping: $0) }, &table)
    else { return nil }
    var reporter = Rules.Reporter(path: path, source: source, schedule: schedule)
    reporter.onlyChanges = changes
    reporter.yieldsToWishes = hold
    return reporter
  }

  private func schedule(
    of source: ValueSource, _ every: TimeRange?, weight: Int?, _ table: inout RulesTable
  ) -> Rules.Schedule? {
    if case .bands = source {
      if let entry = table.take("every") ?? table.take("weight") {
        table.fault(
          entry.place, "“\(table.name)” follows another resource, and needs no time of its own",
          "leave “\(entry.key)” out")
      }
      return .following
    }
    if let every {
      if let entry = table.take("weight") {
        table.fault(
          entry.place, "“weight” counts in rounds only, and “\(table.name)” has its own “every”",
          "keep one of them")
      }
      return .every(every)
    }
    guard !table.has("every") else { return nil }
    if case .constant = source, weight == nil { return .never }
    guard round != nil else {
      table.fault(
        table.place, "“\(table.name)” would be reported once only",
        "add for instance every = \"5s\", here or at the top for all that have none")
      return nil
    }
    return .round(weight: max(1, weight ?? 1))
  }

  private func source(_ path: JSONPath, _ table: inout RulesTable) -> ValueSource? {
    let given = Self.kinds.filter(table.has)
    guard given.count == 1, let kind = given.first else {
      // A table within is a misspelt kind, or a nested resource: that is told by itself.
      if !given.isEmpty || table.entries.allSatisfy({ $0.value.table == nil }) {
        table.fault(
          table.place,
          given.isEmpty
            ? "“\(table.name)” does not say what is reported"
            : "“\(table.name)” has \(given.joined(separator: " and ")) at once",
          "give one of \(Self.kinds.joined(separator: ", "))")
      }
      // So that a misspelt one is told from these.
      for kind in Self.kinds { _ = table.take(kind) }
      return nil
    }
    switch kind {
    case "value": return table.value(kind).map(ValueSource.constant)
    case "cycle": return table.values(kind).map(ValueSource.cycle)
    case "random": return table.values(kind).map(ValueSource.random)
    case "bands": return bands(path, &table).map(ValueSource.bands)
    default:
      guard var inner = table.table(kind, such: Self.example(of: kind)) else { return nil }
      defer { table.add(inner.closed()) }
      return RulesNumbers(table: inner).read(kind, &inner)
    }
  }

  private static func example(of kind: String) -> String {
    switch kind {
    case "walk": "{ from = 18.5, step = 0.3, min = -15, max = 35 }"
    case "ramp": "{ from = 0, to = 100, over = \"1m\", then = \"triangle\" }"
    case "wave": "{ mean = 20, amplitude = 5, period = \"24h\", decimals = 1 }"
    case "count": "{ from = 0, step = 1 }"
    default: "{ from = \"59.91390,10.75220\", step = 0.0002, within = 0.015 }"
    }
  }

  private func bands(_ path: JSONPath, _ table: inout RulesTable) -> ValueSource.Bands? {
    let source = table.need("of", table.path("of"), such: "\"wind\"")
    if let source, source.overlaps(path), let entry = table.take("of") {
      table.fault(entry.valuePlace, "“\(table.name)” follows itself", "name another resource")
    }
    var bands: [ValueSource.Bands.Band] = []
    var otherwise: JSONValue?
    let list = table.tables("bands")
    for (index, band) in list.enumerated() {
      var band = band
      let value = band.need("value", band.value("value"), such: "\"calm\"")
      if index == list.count - 1, !band.has("below") {
        otherwise = value
      } else if let below = band.need("below", band.number("below"), such: "3.5"), let value {
        if let last = bands.last, last.below.approximate >= below.approximate {
          band.fault(
            band.place, "this band is below the one before it", "sort them by “below”")
        }
        bands.append(ValueSource.Bands.Band(below: below, value: value))
      }
      _ = band.take("below")
      table.add(band.closed())
    }
    guard let source, let otherwise = otherwise ?? bands.last?.value else { return nil }
    return ValueSource.Bands(source: source, bands: bands, otherwise: otherwise)
  }
}

extension JSONPath {
  /// Whether one of both holds the other.
  func overlaps(_ other: JSONPath) -> Bool { isPrefix(of: other) || other.isPrefix(of: self) }
}

extension JSONObject {
  /// Whether there is something at a path, or a value that is no object on the way to it.
  fileprivate func holds(_ path: JSONPath) -> Bool {
    let whole = JSONValue.object(self)
    return whole[path] != nil
      || path.steps.indices.dropFirst().contains { length in
        let value = whole[JSONPath(Array(path.steps[..<length]))]
        return value != nil && value?.object == nil
      }
  }
}
