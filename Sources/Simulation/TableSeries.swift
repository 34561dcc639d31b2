package import JSON

/// How a table is to be played.
package struct TableRule: Equatable, Sendable {
  /// When its rows are due.
  package enum Pace: Equatable, Sendable {
    /// Ms from a row to the next, 1 or more.
    case interval(Int64)
    /// A column says it: numbers of so many ms, or dates and times; the first row is the beginning.
    case column(String, unit: Int64)
  }

  /// Which resource a column is.
  package struct Column: Equatable, Sendable {
    /// Its name in the header.
    package let name: String
    /// nil to pass it over.
    package let path: JSONPath?

    package init(name: String, path: JSONPath?) { (self.name, self.path) = (name, path) }
  }

  package var pace: Pace
  package var ending: Series.Ending
  /// One ASCII character.
  package var separator: UInt8
  /// Columns that are not the resource of their own name.
  package var columns: [Column]

  package init(
    pace: Pace, ending: Series.Ending = .hold, separator: UInt8 = UInt8(ascii: ","),
    columns: [Column] = []
  ) {
    (self.pace, self.ending) = (pace, ending)
    (self.separator, self.columns) = (separator, columns)
  }
}

extension Series {
  /// Reads a table: each row is a report, each column a resource; an empty cell says nothing.
  ///
  /// A cell is JSON when it parses as JSON, otherwise text; `null` takes the resource away.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - rule: how it is to be played.
  ///   - name: of the file, for people.
  ///   - path: the resource that a column's name stands for; nil if it can be none.
  /// - Throws: `CSVText.Fault` at the first place that is wrong.
  package init(
    table bytes: [UInt8], _ rule: TableRule, name: String, path: (String) -> JSONPath?
  ) throws(CSVText.Fault) {
    let table = try CSVText(bytes, separator: rule.separator)
    guard !table.rows.isEmpty else {
      throw CSVText.Fault(line: 1, words: "there is no row below the header")
    }
    let layout = try TableLayout(table.header, rule, path: path)
    var points: [Point] = []
    var beginning: Int64?
    for row in table.rows {
      let time: Int64
      switch rule.pace {
      case .interval(let milliseconds): time = Int64(points.count) * milliseconds
      case .column(let column, let unit):
        let cell = layout.timeColumn.map { row.fields[$0] } ?? ""
        guard let moment = TableTime.milliseconds(of: cell, unit: unit) else {
          throw CSVText.Fault(
            line: row.line,
            words: "“\(cell)” in “\(column)” is no time; write a number, or 2026-03-01T12:00:00Z")
        }
        beginning = beginning ?? moment
        time = moment - (beginning ?? moment)
        if let last = points.last?.time, time < last {
          throw CSVText.Fault(
            line: row.line,
            words: "“\(cell)” in “\(column)” is earlier than the row before; sort them")
        }
      }
      points.append(
        Point(
          time: time,
          changes: layout.changes(in: row.fields) { cell, _ in
            (try? JSONParser.parse(cell.utf8)) ?? .string(cell)
          }))
    }
    let pause: Int64
    if case .interval(let milliseconds) = rule.pace {
      pause = milliseconds
    } else {
      // As long as the last gap; a single row comes once a second.
      pause =
        points.count < 2 ? 1000 : points[points.count - 1].time - points[points.count - 2].time
    }
    self.init(name: name, points: points, pause: pause, ending: rule.ending)
  }
}
