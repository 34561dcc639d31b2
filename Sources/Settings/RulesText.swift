package import JSON
import Monitor
import Shadow
package import Simulation

/// A file of rules for a simulated device: what it says, and what in it cannot be used.
package struct RulesText: Sendable {
  /// A file with reports that the rules name.
  package struct Reference: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
      case table(TableRule)
      case recording(RecordingRule)
    }

    /// As it is written: relative to the folder of the rules.
    package let file: String
    package let kind: Kind
    /// Where it is named, from 1.
    package let line: Int
    /// From 1, in characters.
    package let column: Int
  }

  /// How a recording is to be played.
  package struct RecordingRule: Equatable, Sendable {
    /// The thing whose shadow it is; nil for the only one.
    package var thing: String?
    /// The named shadow; nil for the classic one.
    package var shadow: String?
    package var ending: Series.Ending = .hold
  }

  /// How faults name it.
  package let file: String
  /// Without the series, which are in ``references``.
  package private(set) var rules = Rules()
  /// What its author says of it.
  package private(set) var about: String?
  /// In the order of the file.
  package private(set) var references: [Reference] = []
  package private(set) var faults: [RulesFault]

  /// Reads rules; what is wrong is in ``faults``, and the rules are good for nothing then.
  ///
  /// - Parameters:
  ///   - text: any text.
  ///   - file: how faults name it.
  package init(_ text: String, file: String) {
    self.file = file
    let entries: [SettingsText.Entry]
    do throws(TOMLText.Fault) {
      entries = try TOMLText.entries(of: text)
    } catch {
      faults = [
        RulesFault(
          file: file, line: error.line, column: error.column, what: "it is no TOML",
          remedy: error.reason)
      ]
      return
    }
    let start = SettingsText.Place(line: 1, column: 1)
    var table = RulesTable(entries, name: "", place: start, file: file)
    faults = []
    about = table.text("about")
    readWhole(&table)
    var reports = RulesReports(
      round: rules.round, onlyChanges: table.flag("only-changes") ?? false, file: file)
    rules.reporters = reports.read(&table, besides: rules.reported)
    rules.wishRules = RulesWishes(delay: rules.delay, file: file).read(&table)
    readReferences(&table)
    faults = table.closed().sorted {
      ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0)
    }
  }

  /// The resource that a text names: a pointer where it starts with `/`, else one name; nil for none,
  /// and for one that is deeper than shadows are.
  package static func path(of text: String) -> JSONPath? {
    guard case .path(let path) = TypedPath(text, below: JSONPath(), in: nil),
      path.steps.count <= ShadowLimits.greatestDepth
    else { return nil }
    return path
  }

  /// A fault at the place where a file is named.
  package func fault(at reference: Reference, _ what: String, remedy: String) -> RulesFault {
    RulesFault(
      file: file, line: reference.line, column: reference.column, what: what, remedy: remedy)
  }

  // MARK: -

  /// Reads what holds for the device as a whole.
  private mutating func readWhole(_ table: inout RulesTable) {
    let every = table.timeRange("every", atLeast: Simulator.usualGap)
    let pick = table.count("pick")
    if let every {
      rules.round = Rules.Round(every: every, pick: pick)
    } else if let entry = table.take("pick"), !table.has("every") {
      table.fault(
        entry.place, "“pick” says how many report in a round, and there are no rounds",
        "add for instance every = \"5s\"")
    }
    if let delay = table.timeRange("delay") { rules.delay = delay }
    if let entry = table.take("seed") {
      if let seed = entry.value.integer.flatMap({ UInt64(exactly: $0) }) {
        rules.seed = seed
      } else {
        table.wrong(entry, wants: "a whole number, 0 or more")
      }
    }
    rules.tellsPresence = table.flag("presence") ?? false
    var reported = JSONValue.object(JSONObject())
    for (entry, path) in table.resources("reported") {
      guard let value = entry.value.json else {
        table.wrong(
          entry, in: "reported",
          wants: "a value: a text, a number, true or false, a list or a table")
        continue
      }
      reported = reported.setting(value, at: path)
    }
    rules.reported = reported.object ?? JSONObject()
  }

  private mutating func readReferences(_ table: inout RulesTable) {
    for var entry in table.tables("csv") {
      if let rule = Self.tableRule(&entry) { refer(&entry, .table(rule)) }
      table.add(entry.closed())
    }
    for var entry in table.tables("recording") {
      var rule = RecordingRule()
      rule.thing = entry.text("thing")
      rule.shadow = entry.text("shadow")
      rule.ending = entry.choice("then") ?? .hold
      refer(&entry, .recording(rule))
      table.add(entry.closed())
    }
  }

  private mutating func refer(_ table: inout RulesTable, _ kind: Reference.Kind) {
    let name = table.text("file", wants: "the name of a file")
    guard let name = table.need("file", name, such: "\"day.csv\""), let entry = table.take("file")
    else { return }
    references.append(
      Reference(
        file: name, kind: kind, line: entry.valuePlace.line, column: entry.valuePlace.column))
  }

  private static func tableRule(_ table: inout RulesTable) -> TableRule? {
    let interval = table.duration("interval", atLeast: Simulator.usualGap)
    let column = table.text("time", wants: "the name of a column")
    let unit = table.text("unit", wants: "\"s\" or \"ms\"")
    if let unit, unit != "s", unit != "ms", let entry = table.take("unit") {
      table.wrong(entry, wants: "\"s\" or \"ms\"")
    }
    var rule = TableRule(pace: .interval(interval ?? 1000))
    switch (table.has("interval"), table.has("time")) {
    case (true, false): break
    case (false, true): rule.pace = .column(column ?? "", unit: unit == "ms" ? 1 : 1000)
    default:
      table.fault(
        table.place, "“\(table.name)” wants either “interval” or “time”",
        "interval = \"10s\" is the time from row to row, time = \"seconds\" a column that has it")
    }
    rule.ending = table.choice("then") ?? .hold
    if let text = table.text("separator", wants: "one character") {
      if text.utf8.count == 1, let byte = text.utf8.first, byte != 10, byte != 13, byte != 34 {
        rule.separator = byte
      } else if let entry = table.take("separator") {
        table.wrong(entry, wants: "one character, such as \";\"")
      }
    }
    let columns = table.table("columns", such: "{ temp = \"temperature\", note = false }")
    for entry in columns?.entries ?? [] {
      if entry.value.flag == false {
        rule.columns.append(TableRule.Column(name: entry.key, path: nil))
      } else if let text = entry.value.text {
        guard let path = table.path(text, at: entry.valuePlace) else { continue }
        rule.columns.append(TableRule.Column(name: entry.key, path: path))
      } else {
        table.wrong(entry, in: "columns", wants: "a resource, or false to pass the column over")
      }
    }
    return rule
  }
}
