package import JSON

/// Which column is what.
package struct TableLayout {
  /// Where the times are; nil if the rule asks for none.
  package let timeColumn: Int?
  private let resources: [(column: Int, path: JSONPath)]

  /// Finds out.
  ///
  /// - Parameters:
  ///   - header: the names of the columns.
  ///   - rule: which of them is what; all names in it must be there.
  ///   - path: the resource that a column's name stands for; nil if it can be none.
  /// - Throws: `CSVText.Fault`, also where two columns write the same resource.
  package init(
    _ header: [String], _ rule: TableRule, path: (String) -> JSONPath?
  ) throws(CSVText.Fault) {
    func column(_ name: String) throws(CSVText.Fault) -> Int {
      guard let place = header.firstIndex(where: { $0.hasSameScalars(as: name) }) else {
        let names = header.map { "“\($0)”" }.joined(separator: ", ")
        throw CSVText.Fault(line: 1, words: "there is no column “\(name)”; there are \(names)")
      }
      return place
    }
    if case .column(let name, _) = rule.pace {
      timeColumn = try column(name)
    } else {
      timeColumn = nil
    }
    for entry in rule.columns { _ = try column(entry.name) }
    var resources: [(column: Int, path: JSONPath)] = []
    for (place, name) in header.enumerated() where place != timeColumn {
      let named = rule.columns.first { $0.name.hasSameScalars(as: name) }
      if let named, named.path == nil { continue }
      guard let path = named?.path ?? path(name), !path.isEmpty else {
        throw CSVText.Fault(
          line: 1,
          words: "“\(name)” names no resource; write a name, or a pointer such as /pump1/flow")
      }
      if let other = resources.first(where: {
        $0.path.isPrefix(of: path) || path.isPrefix(of: $0.path)
      }) {
        throw CSVText.Fault(
          line: 1, words: "“\(name)” and “\(header[other.column])” write the same resource")
      }
      resources.append((place, path))
    }
    guard !resources.isEmpty else {
      throw CSVText.Fault(line: 1, words: "there is no column with a resource")
    }
    self.resources = resources
  }

  /// What a row reports; an empty cell says nothing.
  ///
  /// - Parameters:
  ///   - fields: of the row, as many as there are columns.
  ///   - value: of a cell, given the column that it is in, counted from 0.
  /// - Returns: the values at their paths.
  package func changes(
    in fields: [String], value: (_ cell: String, _ column: Int) -> JSONValue
  ) -> JSONObject {
    var changes = JSONObject()
    for (column, path) in resources where !fields[column].isEmpty {
      changes.overlay(value(fields[column], column), at: path)
    }
    return changes
  }
}
