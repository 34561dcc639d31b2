/// A table while a text is read: tables of TOML are put together from several places.
final class TOMLTable {
  /// How it came about, which decides who may add to it (TOML 1.0, "Table" and "Keys").
  enum Origin {
    /// Named on the way to another: `a` of `[a.b]`.
    case passed
    /// By a header of its own, or one of an array of tables.
    case header
    /// By a dotted key: `a` of `a.b = 1`.
    case dotted
    /// Between braces: nothing is added to it later.
    case inline
  }

  enum Node {
    case value(SettingsText.Value)
    case table(TOMLTable)
    case tables([TOMLTable])
  }

  private(set) var origin: Origin
  private var nodes: [(key: [UInt8], line: Int, node: Node)] = []
  private var places: [[UInt8]: Int] = [:]

  init(_ origin: Origin) { self.origin = origin }

  /// The content in the order of the keys.
  var entries: [SettingsText.Entry] {
    nodes.map { key, line, node in
      let value: SettingsText.Value =
        switch node {
        case .value(let value): value
        case .table(let table): .table(table.entries)
        case .tables(let tables): .list(tables.map { .table($0.entries) })
        }
      return SettingsText.Entry(key: String(decoding: key, as: UTF8.self), line: line, value: value)
    }
  }

  /// Puts in a value.
  ///
  /// - Returns: whether the key was free.
  func insert(_ value: SettingsText.Value, at key: [UInt8], line: Int) -> Bool {
    guard places[key] == nil else { return false }
    add(.value(value), key, line)
    return true
  }

  /// The table that a dotted key goes through.
  ///
  /// - Returns: nil if the key has a value, or a table that others have made.
  func dotted(_ key: [UInt8], line: Int) -> TOMLTable? {
    guard let place = places[key] else { return newTable(.dotted, key, line) }
    guard case .table(let table) = nodes[place].node, table.origin == .dotted else { return nil }
    return table
  }

  /// The table that a header goes through; of an array of tables the last.
  ///
  /// - Returns: nil if the key has a value.
  func passed(_ key: [UInt8], line: Int) -> TOMLTable? {
    guard let place = places[key] else { return newTable(.passed, key, line) }
    switch nodes[place].node {
    case .value: return nil
    case .table(let table): return table.origin == .inline ? nil : table
    case .tables(let tables): return tables.last
    }
  }

  /// The table that a header names.
  ///
  /// - Returns: nil if the key has something already.
  func headed(_ key: [UInt8], line: Int) -> TOMLTable? {
    guard let place = places[key] else { return newTable(.header, key, line) }
    guard case .table(let table) = nodes[place].node, table.origin == .passed else { return nil }
    table.origin = .header
    nodes[place].line = line
    return table
  }

  /// One more table of the array that a header in double brackets names.
  ///
  /// - Returns: nil if the key has something else already.
  func appended(_ key: [UInt8], line: Int) -> TOMLTable? {
    let table = TOMLTable(.header)
    guard let place = places[key] else {
      add(.tables([table]), key, line)
      return table
    }
    guard case .tables(var tables) = nodes[place].node else { return nil }
    // Let go of first, so that the array grows in place.
    nodes[place].node = .tables([])
    tables.append(table)
    nodes[place].node = .tables(tables)
    return table
  }

  private func newTable(_ origin: Origin, _ key: [UInt8], _ line: Int) -> TOMLTable {
    let table = TOMLTable(origin)
    add(.table(table), key, line)
    return table
  }

  private func add(_ node: Node, _ key: [UInt8], _ line: Int) {
    places[key] = nodes.count
    nodes.append((key, line, node))
  }
}
