import JSON
import Monitor
import Shadow
import Testing

@testable import Backdating

/// A file as a test writes it, read at 2026-11-24T12:00:00Z where local time is an hour ahead, or two
/// in summer.
struct Written {
  static let now: Int64 = 1_795_521_600_000

  var rule = ObservationRule(now: now) { moment in
    // Summer time of 2026 in central Europe.
    (1_774_746_000_000..<1_792_890_000_000).contains(moment) ? 7200 : 3600
  }

  func read(
    _ text: String, _ form: ObservationFile.Form = .lines
  ) throws(ObservationFaults) -> ObservationFile {
    try ObservationFile(Array(text.utf8), form, rule)
  }

  /// The payloads that are made of a text.
  func payloads(
    _ text: String, _ form: ObservationFile.Form = .lines
  ) throws(ObservationFaults) -> [String] {
    try read(text, form).messages.map { String(decoding: $0.payload, as: UTF8.self) }
  }

  /// `LINE WORDS` of each fault.
  func faults(_ text: String, _ form: ObservationFile.Form = .lines) -> [String] {
    do throws(ObservationFaults) {
      _ = try read(text, form)
      return []
    } catch {
      return error.told.map { "\($0.line) \($0.words)" }
    }
  }
}

@Suite("A file of observations, lines of JSON")
struct ObservationLinesTests {
  @Test(
    "has whole messages and short ones, and each is sent as it is written",
    arguments: [
      (
        #"{"state":{"reported":{"t":21.50}},"timestamp":1700000000000}"#,
        #"{"state":{"reported":{"t":21.50}},"timestamp":1700000000000}"#
      ),
      (
        #"{ "timestamp": 1.7e12, "b": 1e3, "a": {"x": 12345678901234567890} }"#,
        #"{"state":{"reported":{"b":1e3,"a":{"x":12345678901234567890}}},"timestamp":1700000000000}"#
      ),
      (
        #"{"timestamp":"2023-11-14T22:13:20Z","kitchen/temp":1,"state":"on"}"#,
        #"{"state":{"reported":{"kitchen/temp":1,"state":"on"}},"timestamp":1700000000000}"#
      ),
      (
        #"{"clientToken":"mine","timestamp":1700000000000,"state":{"reported":{"t":null}}}"#,
        #"{"state":{"reported":{"t":null}},"timestamp":1700000000000,"clientToken":"mine"}"#
      ),
    ])
  func forms(_ line: String, _ payload: String) throws {
    #expect(try Written().payloads("\u{FEFF}\n" + line + "\r\n \n") == [payload])
  }

  @Test(
    "has each line refused that could be meant in two ways, or holds no observation",
    arguments: [
      ("[1]", "it is no object"), ("{", "malformed JSON in column 2"),
      (#"{"a":1}"#, "it has no “timestamp”, without which"),
      (#"{"timestamp":true,"a":1}"#, "neither a number nor a text"),
      (#"{"timestamp":1700000000000}"#, "it has no resource beside its time"),
      (#"{"timestamp":1700000000000,"a":1,"a":2}"#, "it has the key “a” twice"),
      (#"{"timestamp":1700000000000,"a":[null]}"#, "an array that holds null"),
      (
        #"{"timestamp":1700000000000,"state":{"reported":{"a":1}},"b":1}"#,
        "it holds “state” and “b”, which no request has"
      ),
      (#"{"timestamp":1700000000000,"state":{"a":1}}"#, "has “a” in “state”"),
      (#"{"timestamp":1700000000000,"reported":{"a":1}}"#, "“reported” without a “state”"),
      (#"{"timestamp":1700000000000,"state":{"desired":{"a":1}}}"#, "has a “desired”"),
      (
        #"{"timestamp":1700000000000,"version":1,"state":{"reported":{"a":1}}}"#,
        "has a “version”"
      ),
      (#"{"timestamp":1700000000000,"state":{"reported":{}}}"#, "it reports nothing"),
      (#"{"timestamp":1700000000000,"state":{"reported":null}}"#, "it reports nothing"),
    ])
  func refusals(_ line: String, _ words: String) {
    let faults = Written().faults("\n" + line + "\n")
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix("2 ") == true)
    #expect(faults.first?.contains(words) == true, "\(faults)")
  }

  @Test("has all its faults told, twenty at most, and all counted")
  func many() {
    let text = String(repeating: "{}\n", count: 30)
    let error = #expect(throws: ObservationFaults.self) { try Written().read(text) }
    #expect(error?.told.map(\.line) == Array(1...20))
    #expect(error?.count == 30)
    #expect(Written().faults("") == ["1 there is no observation in the file"])
  }

  @Test("has what follows each other at one moment in one message, unless it contradicts itself")
  func sameMoment() throws {
    let lines = [
      #"{"timestamp":1700000000000,"a":1,"p":{"x":1}}"#,
      #"{"timestamp":1700000000000,"b":2,"p":{"y":2},"a":1.0}"#,
      #"{"timestamp":1700000000001,"a":3}"#,
    ]
    let file = try Written().read(lines.joined(separator: "\n"))
    #expect(file.messages.map(\.lines) == [[1, 2], [3]])
    #expect(
      file.messages.first.map { String(decoding: $0.payload, as: UTF8.self) }
        == #"{"state":{"reported":{"a":1,"p":{"x":1,"y":2},"b":2}},"timestamp":1700000000000}"#)
    #expect(file.resources.map(\.display) == ["a", "p.x", "p.y", "b"])
    let clash = Written().faults(lines[0] + "\n" + #"{"timestamp":1700000000000,"p":{"x":2}}"#)
    #expect(clash.first?.hasPrefix("2 it says otherwise of p.x than line 1 at the same") == true)
  }

  @Test("is in the order of time, or is refused with both lines, or sorted where that is asked")
  func order() throws {
    let text = [1_700_000_000_002, 1_700_000_000_003, 1_700_000_000_001].enumerated().map {
      #"{"timestamp":\#($1),"n":\#($0)}"#
    }.joined(separator: "\n")
    #expect(
      Written().faults(text) == [
        "3 its moment, 2023-11-14T22:13:20.001Z, is before that of line 2, "
          + "2023-11-14T22:13:20.003Z: sort the file, or add --sort"
      ])
    var written = Written()
    written.rule.sorts = true
    #expect(try written.read(text).messages.map(\.lines) == [[3], [1], [2]])
  }

  @Test("warns of what no shadow would take, and refuses what the broker does not")
  func sizes() throws {
    func line(_ bytes: Int) -> String {
      #"{"timestamp":1700000000000,"a":""# + String(repeating: "x", count: bytes) + "\"}"
    }
    #expect(try Written().read(line(8000)).warnings.isEmpty)
    let warnings = try Written().read(line(9000)).warnings
    #expect(warnings.first?.hasPrefix("line 1 has more values than the 8192 bytes") == true)
    #expect(
      Written().faults(line(140_000)).first?.hasSuffix("and the broker takes 131072") == true)
    let deep = #"{"timestamp":1700000000000,"a":{"b":{"c":{"d":{"e":{"f":{"g":1}}}}}}}"#
    #expect(
      try Written().read(deep).warnings.first?.hasPrefix("line 1 is nested deeper than") == true)
  }

  @Test(
    "is told by its name, or by its first character",
    arguments: [
      ("a.csv", "{", .table), ("a.NDJSON", "t", .lines), ("b.jsonl", "t", .lines),
      ("-", "\n {", .lines), ("-", "time,a", .table), ("x.txt", "", .table),
    ] as [(String, String, ObservationFile.Form)])
  func form(_ name: String, _ text: String, _ form: ObservationFile.Form) {
    #expect(ObservationFile.Form(of: name, Array(text.utf8)) == form)
  }
}

@Suite("A file of observations, a table")
struct ObservationTableTests {
  @Test("has a message for each row: JSON where a cell is a scalar, nothing where it is empty")
  func rows() throws {
    let text = #"""
      time,kitchen/temp,/pump/flow,on,note
      2023-11-14T22:13:20Z,21.50,3,true,"a, b"
      1700000060000,,,null,"{""x"":1}"
      1700000120000,007,,,"""q"""

      """#
    #expect(
      try Written().payloads(text, .table) == [
        #"{"state":{"reported":{"kitchen/temp":21.50,"pump":{"flow":3},"on":true,"note":"a, b"}},"#
          + #""timestamp":1700000000000}"#,
        #"{"state":{"reported":{"on":null,"note":"{\"x\":1}"}},"timestamp":1700000060000}"#,
        #"{"state":{"reported":{"kitchen/temp":"007","note":"\"q\""}},"timestamp":1700000120000}"#,
      ])
  }

  @Test("may name its column of times, its separator, and columns of texts")
  func options() throws {
    var written = Written()
    written.rule.timeColumn = "when"
    written.rule.textColumns = ["iccid"]
    written.rule.separator = UInt8(ascii: ";")
    #expect(
      try written.payloads("iccid;when;timestamp\n8946;1700000000000;5\n", .table)
        == [#"{"state":{"reported":{"iccid":"8946","timestamp":5}},"timestamp":1700000000000}"#])
  }

  @Test("leaves out rows without a value, and says how many")
  func silent() throws {
    let file = try Written().read("time,a\n1700000000000,\n1700000060000,1\n", .table)
    #expect(file.messages.map(\.lines) == [[3]])
    #expect(file.warnings == ["1 row has no value and no message"])
  }

  @Test(
    "is refused with the line where it cannot be read",
    arguments: [
      ("a,b\n1,2\n", ["1 no column is named timestamp or time: --time-column names it; there are"]),
      ("time,timestamp\n1,2\n", ["1 the times could be in “time”, “timestamp”: --time-column"]),
      ("time,time\n1,2\n", ["1 the times could be in “time”, “time”"]),
      ("time,/p,/p/x\n", ["1 “/p/x” and “/p” write the same resource"]),
      ("time\n1700000000000\n", ["1 there is no column with a resource"]),
      ("time,\n1700000000000,1\n", ["1 “” names no resource"]),
      ("time,a\n,1\n", ["2 the row has no time"]),
      ("time,a\n", ["1 there is no observation"]), ("", ["1 the file is empty"]),
      (
        "time,a\nx,1\n1700000000000\n\"2023\",\"1\"\n1700000000000,\"x\n",
        ["2 “x” is no moment", "3 the row has 1 field", "4 “2023”", "5 the quote that begins"]
      ),
    ] as [(String, [String])])
  func refusals(_ text: String, _ words: [String]) {
    let faults = Written().faults(text, .table)
    #expect(faults.count == words.count, "\(faults)")
    for (fault, words) in zip(faults, words) { #expect(fault.hasPrefix(words), "\(fault)") }
  }

  @Test("is refused where a column that an option names is not there")
  func absent() {
    var written = Written()
    written.rule.textColumns = ["x"]
    #expect(
      written.faults("time,a\n1,2\n", .table) == [
        "1 --text: there is no column “x”; there are “time”, “a”"
      ])
    written.rule.timeColumn = "y"
    #expect(
      written.faults("time,a\n1,2\n", .table) == [
        "1 there is no column “y”; there are “time”, “a”"
      ])
  }
}

@Suite("The moment of an observation in a file")
struct MomentTextTests {
  private func moment(_ text: String, _ written: Written = Written()) throws -> Int64 {
    try MomentText(rule: written.rule).moment(text).milliseconds
  }

  private func words(_ text: String, _ written: Written = Written()) -> String {
    do throws(Unreadable) {
      return "\(try MomentText(rule: written.rule).moment(text).milliseconds)"
    } catch { return error.words }
  }

  @Test(
    "is ms since 1970, or ISO 8601 with a zone or in local time",
    arguments: [
      ("1700000000000", 1_700_000_000_000), ("1.7E+12", 1_700_000_000_000),
      ("1700000000000.75", 1_700_000_000_000), ("2023-11-14T22:13:20Z", 1_700_000_000_000),
      ("2023-11-14 22:13:20.5z", 1_700_000_000_500),
      ("2023-11-14T23:13:20+01:00", 1_700_000_000_000),
      ("2023-11-14T23:13:20", 1_700_000_000_000), ("2026-07-01T02:00", 1_782_864_000_000),
      ("2026-11-24T12:05:00Z", Written.now + 300_000),
    ] as [(String, Int64)])
  func forms(_ text: String, _ expected: Int64) throws {
    #expect(try moment(text) == expected)
  }

  @Test(
    "is refused where its unit is in doubt, or it cannot be",
    arguments: [
      ("1700000000", "is surely seconds (2023-11-14T22:13:20Z), and MIC takes milliseconds"),
      ("1700000000.5", "is surely seconds (2023-11-14T22:13:20.500Z)"),
      ("1700000000000000", "is surely microseconds"),
      ("1700000000000000000", "is surely nanoseconds"), ("12", "before 2000"),
      ("-5", "before 2000"), ("1e30", "is no moment"), ("", "is no moment"),
      ("5m ago", "is no moment"), ("12:04", "is no moment"), ("2023-11-14", "has no time of day"),
      ("2023-11-31T00:00Z", "is on no calendar and clock"), ("2023-11-14T25:00Z", "on no calendar"),
      ("2023-11-14T22:13:20Zx", "does not end as a time does"),
      ("2026-11-24T12:06:00Z", "is yet to come: if that is meant, add --future"),
      ("2026-03-29T02:30:00", "was skipped by local clocks"),
      ("2026-10-25T02:30:00", "was shown twice by local clocks"),
      ("9999999999999999", "is no moment that a thing can have seen"),
    ])
  func refusals(_ text: String, _ expected: String) {
    #expect(words(text).contains(expected), "\(words(text))")
  }

  @Test(
    "is seconds where that is said, and then no milliseconds",
    arguments: [
      ("1700000000", "1700000000000"), ("1700000000.25", "1700000000250"),
      ("2023-11-14T22:13:20Z", "1700000000000"),
      ("1700000000000", "is surely milliseconds (2023-11-14T22:13:20Z): leave --seconds out"),
    ])
  func seconds(_ text: String, _ expected: String) {
    var written = Written()
    written.rule.countsSeconds = true
    #expect(words(text, written).contains(expected), "\(words(text, written))")
  }

  @Test("may be yet to come where that is said")
  func future() throws {
    var written = Written()
    written.rule.allowsFuture = true
    #expect(try moment("2027-01-01T00:00:00Z", written) == 1_798_761_600_000)
  }

  @Test("is counted where it is local time")
  func local() throws {
    let text = "time,a\n2023-11-14T23:13:20,1\n2023-11-14T23:13:21,1\n1700000002000,1\n"
    #expect(try Written().read(text, .table).localTimes == 2)
  }
}
