import JSON
import Monitor
import Shadow
import Simulation

/// One table of a file of rules, whose entries are taken out one after another; what is left in the
/// end has no meaning.
struct RulesTable {
  /// How faults name it: `report.temperature`; empty for the whole file.
  let name: String
  let place: SettingsText.Place
  /// In their order.
  let entries: [SettingsText.Entry]
  private(set) var faults: [RulesFault] = []
  private let file: String
  private var known: [String] = []

  init(_ entries: [SettingsText.Entry], name: String, place: SettingsText.Place, file: String) {
    (self.entries, self.name, self.place, self.file) = (entries, name, place, file)
  }

  func has(_ key: String) -> Bool { entries.contains { $0.key.hasSameScalars(as: key) } }

  /// All faults, with the entries that nobody has asked for.
  func closed() -> [RulesFault] {
    var table = self
    for entry in entries where !known.contains(where: entry.key.hasSameScalars) {
      table.unknown(entry)
    }
    return table.faults
  }

  mutating func fault(_ place: SettingsText.Place, _ what: String, _ remedy: String) {
    faults.append(
      RulesFault(file: file, line: place.line, column: place.column, what: what, remedy: remedy))
  }

  /// Takes over what was found in a table within this one.
  mutating func add(_ faults: [RulesFault]) { self.faults += faults }

  /// Takes an entry out.
  mutating func take(_ key: String) -> SettingsText.Entry? {
    known.append(key)
    return entries.first { $0.key.hasSameScalars(as: key) }
  }

  /// A value that must be there: a missing entry is a fault, one that is wrong already was.
  mutating func need<Value>(_ key: String, _ value: Value?, such example: String) -> Value? {
    if value == nil, !has(key) {
      fault(place, "“\(name)” lacks “\(key)”", "add for instance \(key) = \(example)")
    }
    return value
  }

  /// - Parameters:
  ///   - entry: whose value is wrong.
  ///   - inner: the table within this one that it stands in; nil for this one.
  ///   - wanted: what would be right.
  mutating func wrong(
    _ entry: SettingsText.Entry, in inner: String? = nil, wants wanted: String
  ) {
    let key = inner.map { "\($0).\(entry.key)" } ?? entry.key
    fault(
      entry.valuePlace, "“\(label(key))” wants \(wanted)",
      "what stands there is \(entry.value.kind)")
  }

  // MARK: Values of one kind; nil if there is none, or a wrong one, which is a fault then

  mutating func text(_ key: String, wants wanted: String = "a text") -> String? {
    read(key, wants: wanted) { $0.text }
  }

  mutating func flag(_ key: String) -> Bool? {
    read(key, wants: "true or false") { $0.flag }
  }

  /// A number within 64 bits.
  mutating func number(_ key: String) -> JSONNumber? {
    read(key, wants: "a number") { $0.number }
  }

  mutating func value(_ key: String) -> JSONValue? {
    read(key, wants: "a value: a text, a number, true or false, a list or a table") { $0.json }
  }

  /// One value or more.
  mutating func values(_ key: String) -> [JSONValue]? {
    read(key, wants: "a list such as [\"on\", \"off\"]") { value in
      guard case .list(let values) = value, !values.isEmpty else { return nil }
      let all = values.compactMap(\.json)
      return all.count == values.count ? all : nil
    }
  }

  mutating func choice<Choice>(_ key: String) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    return read(key, wants: "one of \(words)") { $0.text.flatMap(Choice.init(rawValue:)) }
  }

  /// Milliseconds.
  mutating func duration(_ key: String, atLeast least: Int64 = 0) -> Int64? {
    let bound = least > 0 ? ", \(DurationText.text(of: least)) or more" : ""
    return read(key, wants: "\(DurationText.wanted)\(bound)") { value in
      value.text.flatMap(DurationText.milliseconds(of:)).flatMap { $0 >= least ? $0 : nil }
    }
  }

  /// A time, or two with `..` between.
  mutating func timeRange(_ key: String, atLeast least: Int64 = 0) -> TimeRange? {
    let bound = least > 0 ? ", each \(DurationText.text(of: least)) or more" : ""
    let wanted =
      "a time such as \"5s\", or a range such as \"4s..6s\" to draw from\(bound)"
    return read(key, wants: wanted) { value in
      guard let text = value.text else { return nil }
      let ends = Self.range(text).map { $0.flatMap(DurationText.milliseconds(of:)) }
      guard let ends, let lower = ends.lower, let upper = ends.upper, least <= lower,
        lower <= upper
      else { return nil }
      return TimeRange(lower...upper)
    }
  }

  /// How many: a number, or a text with two and `..` between.
  mutating func count(_ key: String) -> ClosedRange<Int>? {
    read(key, wants: "a number such as 2, or a range such as \"1..2\"") { value in
      if let number = value.integer { return number >= 0 ? number...number : nil }
      guard let ends = value.text.flatMap(Self.range)?.map({ $0.flatMap { Int($0) } }),
        let lower = ends.lower, let upper = ends.upper, 0 <= lower, lower <= upper
      else { return nil }
      return lower...upper
    }
  }

  mutating func table(_ key: String, such example: String) -> RulesTable? {
    guard let entry = take(key) else { return nil }
    guard let entries = entry.value.table else {
      wrong(entry, wants: "a table such as \(example)")
      return nil
    }
    return RulesTable(entries, name: label(key), place: entry.valuePlace, file: file)
  }

  /// The tables of a list, such as those under `[[csv]]`.
  mutating func tables(_ key: String) -> [RulesTable] {
    guard let entry = take(key) else { return [] }
    guard case .list(let values) = entry.value else {
      wrong(entry, wants: "a header with two brackets, [[\(key)]]")
      return []
    }
    return values.compactMap { value in
      guard let entries = value.table else {
        wrong(entry, wants: "a header with two brackets, [[\(key)]]")
        return nil
      }
      let place = entries.first?.place ?? entry.valuePlace
      return RulesTable(entries, name: label(key), place: place, file: file)
    }
  }

  /// The entries of a table whose keys are resources, each with its path.
  mutating func resources(
    _ key: String
  ) -> [(entry: SettingsText.Entry, path: JSONPath)] {
    guard let entry = take(key) else { return [] }
    guard let entries = entry.value.table else {
      wrong(entry, wants: "a table: [\(key)], with a line for each resource")
      return []
    }
    return entries.compactMap { entry in
      path(entry.key, at: entry.place).map { (entry, $0) }
    }
  }

  /// The resource that a text names: a pointer where it starts with `/`, else one name.
  mutating func path(_ text: String, at place: SettingsText.Place) -> JSONPath? {
    switch TypedPath(text, below: JSONPath(), in: nil) {
    case .path(let path) where path.steps.count <= ShadowLimits.greatestDepth: return path
    case .path:
      fault(
        place, "“\(text.prefix(40))…” is too deep",
        "a shadow has at most \(ShadowLimits.greatestDepth) levels")
    case .refused(let wanted):
      fault(place, "“\(text)” names no resource", "wanted is \(wanted)")
    }
    return nil
  }

  /// The path that an entry's text names.
  mutating func path(_ key: String) -> JSONPath? {
    guard let text = text(key, wants: "a resource: a name, or a pointer such as \"/pump1/flow\""),
      let entry = take(key)
    else { return nil }
    return path(text, at: entry.valuePlace)
  }

  // MARK: -

  func label(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  private mutating func read<Value>(
    _ key: String, wants wanted: String, _ body: (SettingsText.Value) -> Value?
  ) -> Value? {
    guard let entry = take(key) else { return nil }
    guard let value = body(entry.value) else {
      wrong(entry, wants: wanted)
      return nil
    }
    return value
  }

  private mutating func unknown(_ entry: SettingsText.Entry) {
    let place = name.isEmpty ? "" : " in “\(name)”"
    let what = "there is no “\(entry.key)”\(place)"
    if let meant = Spelling.nearest(to: entry.key, among: known) {
      return fault(entry.place, what, "did you mean “\(meant)”?")
    }
    if entry.key == "jitter" {
      return fault(entry.place, what, "write a range instead, such as every = \"4s..6s\"")
    }
    if name.hasPrefix("report."), entry.value.table != nil {
      let outer = name.dropFirst("report.".count)
      return fault(
        entry.place, what,
        "for a resource within another write [report.\"/\(outer)/\(entry.key)\"]")
    }
    fault(entry.place, what, "there is \(Set(known).sorted().joined(separator: ", "))")
  }

  /// The halves of `A..B`, or twice the whole.
  private static func range(_ text: String) -> (lower: String, upper: String)? {
    guard let dots = text.firstRange(of: "..") else { return (text, text) }
    return (String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
  }
}

extension Optional where Wrapped == (lower: String, upper: String) {
  fileprivate func map<End>(
    _ read: (String?) -> End?
  ) -> (lower: End?, upper: End?)? {
    guard let self else { return nil }
    return (read(self.lower), read(self.upper))
  }
}

extension SettingsText.Value {
  /// The number, if it is one.
  var number: JSONNumber? {
    switch self {
    case .integer(let number): JSONNumber(number)
    case .fraction(let number): JSONNumber(number)
    case .text, .flag, .list, .table, .other: nil
    }
  }

  /// The value as a shadow holds it; nil if there is a date or a number that is none in it.
  var json: JSONValue? {
    switch self {
    case .text(let text): return .string(text)
    case .flag(let flag): return .bool(flag)
    case .integer, .fraction: return number.map(JSONValue.number)
    case .list(let values):
      let all = values.compactMap(\.json)
      return all.count == values.count ? .array(all) : nil
    case .table(let entries):
      var object = JSONObject()
      for entry in entries {
        guard let value = entry.value.json else { return nil }
        object.append(key: entry.key, value: value)
      }
      return .object(object)
    case .other: return nil
    }
  }

  /// What it is, for whoever wrote something else than what is wanted.
  fileprivate var kind: String {
    switch self {
    case .text(let text): "the text \"\(text.prefix(40))\(text.count > 40 ? "…" : "")\""
    case .flag(let flag): "\(flag)"
    case .integer(let number): "the number \(number)"
    case .fraction(let number): "the number \(number)"
    case .list: "a list"
    case .table: "a table"
    case .other: "a date, a time or no number; put a date in quotes"
    }
  }
}
