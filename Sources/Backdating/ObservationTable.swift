import JSON
import Monitor
import Shadow
import Simulation

/// Observations from the rows of a table: a column has the times, each other one is a resource.
///
/// A name with a `/` in front is a JSON Pointer, any other is one name, never split. A cell that
/// reads as a number, `true`, `false` or `null` is that, any other a text; an empty one says nothing.
struct ObservationTable {
  /// Names of the column of times that need not be told.
  private static let usualNames = ["timestamp", "time"]

  let moments: MomentText

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - bytes: as RFC 4180 has it.
  ///   - take: told each row's observation, in their order.
  ///   - note: told each fault, in the order of the lines.
  /// - Returns: how many rows say nothing.
  func read(
    _ bytes: [UInt8], _ take: (Observation) -> Void, noting note: (ObservationFault) -> Void
  ) -> Int {
    var faults: [CSVText.Fault] = []
    let table = CSVText.read(bytes, separator: moments.rule.separator) { faults.append($0) }
    func tell(before line: Int) {
      while let fault = faults.first, fault.line < line {
        note(ObservationFault(line: fault.line, words: fault.words))
        faults.removeFirst()
      }
    }
    defer { tell(before: .max) }
    guard !table.header.isEmpty else { return 0 }
    let layout: TableLayout
    let texts: Set<Int>
    do throws(CSVText.Fault) { (layout, texts) = try self.layout(of: table.header) } catch {
      note(ObservationFault(line: error.line, words: error.words))
      return 0
    }
    var silent = 0
    for row in table.rows {
      tell(before: row.line)
      let cell = layout.timeColumn.map { row.fields[$0] } ?? ""
      let reported = layout.changes(in: row.fields) { cell, column in
        texts.contains(column) ? .string(cell) : Self.value(of: cell)
      }
      guard !reported.isEmpty else {
        silent += 1
        continue
      }
      do throws(Unreadable) {
        guard !cell.isEmpty else { throw Unreadable("the row has no time") }
        let moment = try moments.moment(cell)
        take(
          Observation(
            line: row.line, moment: moment.milliseconds, isLocal: moment.isLocal,
            reported: reported, clientToken: nil))
      } catch {
        note(ObservationFault(line: row.line, words: error.words))
      }
    }
    return silent
  }

  private func layout(
    of header: [String]
  ) throws(CSVText.Fault) -> (TableLayout, texts: Set<Int>) {
    let name = try timeColumn(of: header)
    let layout = try TableLayout(
      header, TableRule(pace: .column(name, unit: 1)), path: Self.path)
    var texts: Set<Int> = []
    for name in moments.rule.textColumns {
      let columns = header.indices.filter { header[$0].hasSameScalars(as: name) }
      guard !columns.isEmpty else {
        throw CSVText.Fault(line: 1, words: "--text: \(Self.absence(of: name, in: header))")
      }
      texts.formUnion(columns)
    }
    return (layout, texts)
  }

  private func timeColumn(of header: [String]) throws(CSVText.Fault) -> String {
    let names = moments.rule.timeColumn.map { [$0] } ?? Self.usualNames
    let found = header.filter { name in names.contains { $0.hasSameScalars(as: name) } }
    guard let name = found.first else {
      let words =
        moments.rule.timeColumn.map { Self.absence(of: $0, in: header) }
        ?? "no column is named timestamp or time: --time-column names it; there are "
        + Self.list(header)
      throw CSVText.Fault(line: 1, words: words)
    }
    guard found.count == 1 else {
      throw CSVText.Fault(
        line: 1,
        words: "the times could be in \(Self.list(found)): "
          + (moments.rule.timeColumn == nil ? "--time-column names one" : "rename one"))
    }
    return name
  }

  private static func path(of name: String) -> JSONPath? {
    guard case .path(let path) = TypedPath(name, below: JSONPath(), in: nil),
      path.steps.count <= ShadowLimits.greatestDepth
    else { return nil }
    return path
  }

  private static func value(of cell: String) -> JSONValue {
    switch try? JSONParser.parse(cell.utf8, maximumDepth: 0) {
    case .number(let number)?: .number(number)
    case .bool(let truth)?: .bool(truth)
    case .null?: .null
    case .string, .array, .object, nil: .string(cell)
    }
  }

  private static func absence(of name: String, in header: [String]) -> String {
    "there is no column “\(name)”; there are \(list(header))"
  }

  private static func list(_ names: [String]) -> String {
    names.map { "“\($0)”" }.joined(separator: ", ")
  }
}
