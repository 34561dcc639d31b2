import JSON
import Shadow
import Simulation
import Testing

@Suite("A table that is played")
struct TableTests {
  private func fields(_ text: String, separator: Character = ",") throws -> [[String]] {
    let table = try CSVText(Array(text.utf8), separator: separator.asciiValue ?? 44)
    return [table.header] + table.rows.map(\.fields)
  }

  @Test(
    "is read by RFC 4180",
    arguments: [
      ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
      ("a\n\"x, \"\"y\"\"\r\nz\"\n", [["a"], ["x, \"y\"\r\nz"]]),
      ("a,b\n,\n", [["a", "b"], ["", ""]]),
      ("a,b\n1,", [["a", "b"], ["1", ""]]),
      ("\u{FEFF}é,b\n 1 ,2\n\n", [["é", "b"], [" 1 ", "2"]]),
      ("a\n\n1\n", [["a"], [""], ["1"]]),
      ("a,b\n\"\",\"\"\n", [["a", "b"], ["", ""]]),
    ])
  func reading(_ text: String, _ expected: [[String]]) throws {
    #expect(try fields(text) == expected)
  }

  @Test("may part its fields by another character")
  func separator() throws {
    #expect(try fields("a;b\n1,5;2\n", separator: ";") == [["a", "b"], ["1,5", "2"]])
  }

  @Test(
    "is refused with the line where it is malformed",
    arguments: [
      ("", 1, "empty"), ("a,b\n1\n", 2, "has 1 field, the header 2 fields"),
      ("a,b\n\"x\ny\",1\n1,2,3\n", 4, "has 3 fields"), ("a\n\"x\n", 2, "has no end"),
      ("a\nx\"y\n", 2, "a quote stands within"), ("a\n\"x\"y\n", 2, "follows the quote"),
      ("a\nx\ry\n", 2, "carriage return"), ("a,b\n1,2\n\n3,4\n", 3, "line is empty"),
      ("a\nx\u{0}\n", 2, "NUL"),
    ])
  func malformed(_ text: String, line: Int, _ words: String) {
    let fault = #expect(throws: CSVText.Fault.self) { try fields(text) }
    #expect(fault?.line == line)
    #expect(fault?.words.contains(words) == true, "\(fault?.words ?? "")")
  }

  @Test("is refused where a field is no UTF-8")
  func encoding() {
    let fault = #expect(throws: CSVText.Fault.self) { try CSVText([97, 10, 0xFF, 10]) }
    #expect(fault?.line == 2)
  }

  private func series(_ text: String, _ rule: TableRule) throws -> Series {
    try Series(table: Array(text.utf8), rule, name: "t.csv") { name in
      name.isEmpty ? nil : JSONPath(keys: name.split(separator: "/").map(String.init))
    }
  }

  @Test("becomes a report a row: JSON where a cell is JSON, nothing where it is empty")
  func values() throws {
    let series = try series(
      "t,pump/flow,on\n1.50,3,true\n,\"{\"\"a\"\":1}\",\nx y,null,007\n",
      TableRule(pace: .interval(2000), ending: .loop))
    #expect(series.points.map(\.time) == [0, 2000, 4000])
    #expect(series.length == 6000)
    #expect(
      series.points.map(\.changes)
        == [
          ["t": .number(try number("1.5")), "pump": ["flow": 3], "on": true],
          ["pump": ["flow": ["a": 1]]], ["t": "x y", "pump": ["flow": nil], "on": "007"],
        ])
    #expect(series.points.first?.changes["t"]?.compact == "1.50")
  }

  @Test(
    "has its times in a column",
    arguments: [
      ("5\n6.5\n65", Int64(1000)), ("5000\n6500\n65000", 1),
      ("2026-03-01T12:00:00Z\n2026-03-01T12:00:01.5Z\n2026-03-01T13:01:00+01:00", 1000),
      ("2026-03-01 12:00\n2026-03-01 12:00:01.500\n2026-03-01 12:01", 1000),
    ])
  func times(_ column: String, unit: Int64) throws {
    let rows = column.split(separator: "\n").map { "\($0),1\n" }.joined()
    let series = try series("when,a\n" + rows, TableRule(pace: .column("when", unit: unit)))
    #expect(series.points.map(\.time) == [0, 1500, 60_000])
    #expect(series.points.map(\.changes) == [["a": 1], ["a": 1], ["a": 1]])
  }

  @Test("takes other names for columns, and passes columns over")
  func columns() throws {
    var rule = TableRule(pace: .interval(1000))
    rule.columns = [
      TableRule.Column(name: "temp (C)", path: JSONPath(keys: ["temperature"])),
      TableRule.Column(name: "note", path: nil),
    ]
    let series = try series("temp (C),note,b\n1,x,2\n", rule)
    #expect(series.points.map(\.changes) == [["temperature": 1, "b": 2]])
  }

  @Test(
    "is refused where it cannot be played",
    arguments: [
      ("a\n", TableRule(pace: .interval(1)), 1, "no row below"),
      ("a\n1\n", TableRule(pace: .column("t", unit: 1)), 1, "no column “t”"),
      ("t\n1\n", TableRule(pace: .column("t", unit: 1)), 1, "no column with a resource"),
      ("t,a\n1,1\nx,1\n", TableRule(pace: .column("t", unit: 1)), 3, "is no time"),
      ("t,a\n2,1\n1,1\n", TableRule(pace: .column("t", unit: 1)), 3, "earlier"),
      ("t,a\n1e300,1\n", TableRule(pace: .column("t", unit: 1)), 2, "is no time"),
      ("a,\n1,1\n", TableRule(pace: .interval(1)), 1, "names no resource"),
      ("a,a/b\n1,1\n", TableRule(pace: .interval(1)), 1, "the same resource"),
    ])
  func refused(_ text: String, _ rule: TableRule, line: Int, _ words: String) {
    let fault = #expect(throws: CSVText.Fault.self) { try series(text, rule) }
    #expect(fault?.line == line)
    #expect(fault?.words.contains(words) == true, "\(fault?.words ?? "")")
  }
}
