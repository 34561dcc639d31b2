import JSON
import Settings
import Shadow
import Simulation
import Testing

@Suite("A file of rules")
struct RulesTextTests {
  @Test("says what the whole device does, and what is reported from the start")
  func whole() {
    let text = RulesText(
      """
      about = "a lamp"
      every = "800ms..1200ms"
      pick = "1..2"
      delay = "2s"
      seed = 7
      presence = true
      [reported]
      on = true
      "/pump1/flow" = 2.5
      list = [1, "a"]
      tcxn = { fw_ver = "2.4.1" }
      """, file: "lamp.toml")
    #expect(text.faults == [])
    #expect(text.about == "a lamp")
    #expect(text.rules.round == Rules.Round(every: TimeRange(800...1200), pick: 1...2))
    #expect(text.rules.delay == TimeRange(2000))
    #expect(text.rules.seed == 7)
    #expect(text.rules.tellsPresence)
    #expect(
      JSONValue.object(text.rules.reported).compact
        == #"{"on":true,"pump1":{"flow":2.5},"list":[1,"a"],"tcxn":{"fw_ver":"2.4.1"}}"#)
  }

  @Test(
    "has these sources of values",
    arguments: [
      ("value = 5", ValueSource.constant(5)),
      (
        "walk = { from = 18.4, step = 0.3, min = -15, max = 35 }",
        .walk(
          ValueSource.Walk(decimals: Decimals(places: 1), start: 184, step: 3, bounds: -150...350))
      ),
      (
        "walk = { from = 5, step = 1 }",
        .walk(
          ValueSource.Walk(
            decimals: Decimals(places: 0), start: 5, step: 1,
            bounds: -Decimals.greatest...Decimals.greatest))
      ),
      (
        "ramp = { from = 0, to = 1, over = \"1m\", then = \"saw\", decimals = 2 }",
        .ramp(
          ValueSource.Ramp(
            decimals: Decimals(places: 2), from: 0, to: 100, milliseconds: 60_000, ending: .saw))
      ),
      (
        "wave = { mean = 20, amplitude = 0.5, period = \"1h\" }",
        .wave(
          ValueSource.Wave(
            decimals: Decimals(places: 1), mean: 200, amplitude: 5, milliseconds: 3_600_000))
      ),
      (
        "count = {}",
        .count(ValueSource.Count(decimals: Decimals(places: 0), start: 0, step: 1))
      ),
      ("cycle = [\"on\", 1, true]", .cycle(["on", 1, true])),
      ("random = [1, 2]", .random([1, 2])),
    ])
  func sources(_ line: String, _ source: ValueSource) {
    let text = RulesText("[report.\"/a/b\"]\n\(line)\nevery = \"5s\"", file: "f")
    #expect(text.faults == [])
    #expect(text.rules.reporters.map(\.path) == [JSONPath(keys: ["a", "b"])])
    #expect(text.rules.reporters.map(\.source) == [source])
    #expect(text.rules.reporters.map(\.schedule) == [.every(TimeRange(5000))])
  }

  @Test("reports in rounds by weight, by itself, at the start only, or with another resource")
  func schedules() {
    let text = RulesText(
      """
      every = "1s"
      only-changes = true
      [report]
      a = { count = {}, weight = 3 }
      b = { count = {}, every = "2s", only-changes = false, hold = false }
      c = { value = 1 }
      d = { of = "a", bands = [ { below = 1, value = "x" }, { value = "y" } ] }
      e = { count = {} }
      """, file: "f")
    #expect(text.faults == [])
    #expect(
      text.rules.reporters.map(\.schedule)
        == [.round(weight: 3), .every(TimeRange(2000)), .never, .following, .round(weight: 1)])
    #expect(text.rules.reporters.map(\.onlyChanges) == [true, false, true, true, true])
    #expect(text.rules.reporters.map(\.yieldsToWishes) == [true, false, true, true, true])
  }

  @Test("says what is done about wishes, in its order")
  func wishes() {
    let text = RulesText(
      """
      delay = "3s"
      [desired."/pump*/flow"]
      delay = "1s..2s"
      min = 0
      max = 100
      outside = "refuse"
      step = 0.5
      [desired.mode]
      only = ["auto", "off"]
      map = { auto = 1 }
      error = "/errors/mode"
      error-value = 17
      [desired.lock]
      refuse = "the key is lost"
      chance = 0.25
      """, file: "f")
    #expect(text.faults == [])
    let rules = text.rules.wishRules
    #expect(rules.map { $0.pattern?.text } == ["/pump*/flow", "mode", "lock"])
    #expect(rules.map(\.delay) == [TimeRange(1000...2000), TimeRange(3000), TimeRange(3000)])
    #expect(
      rules.first?.range
        == WishRule.Range(least: JSONNumber(0), greatest: JSONNumber(100), clamps: false))
    #expect(rules.first?.approach?.every == TimeRange(1000))
    #expect(rules[1].only == ["auto", "off"])
    #expect(rules[1].mappings == [WishRule.Mapping(wanted: "auto", given: 1)])
    #expect(
      rules[1].errorReport
        == WishRule.ErrorReport(path: JSONPath(keys: ["errors", "mode"]), value: 17))
    #expect(rules[2].refusal == WishRule.Refusal(reason: "the key is lost", chance: 0.25))
  }

  @Test("names tables and recordings to be played")
  func references() throws {
    let text = RulesText(
      """
      [[csv]]
      file = "day.csv"
      time = "seconds"
      unit = "ms"
      then = "loop"
      separator = ";"
      columns = { "temp (C)" = "/air/temperature", note = false }
      [[csv]]
      file = "b.csv"
      interval = "10s"
      [[recording]]
      file = "a.ndjson"
      thing = "lamp1"
      then = "end"
      """, file: "f")
    #expect(text.faults == [])
    #expect(text.references.map(\.file) == ["day.csv", "b.csv", "a.ndjson"])
    #expect(text.references.map(\.line) == [2, 9, 12])
    guard case .table(let rule)? = text.references.first?.kind else {
      Issue.record("no table")
      return
    }
    #expect(rule.pace == .column("seconds", unit: 1))
    #expect(rule.ending == .loop && rule.separator == UInt8(ascii: ";"))
    #expect(
      rule.columns
        == [
          TableRule.Column(name: "temp (C)", path: JSONPath(keys: ["air", "temperature"])),
          TableRule.Column(name: "note", path: nil),
        ])
  }

  @Test("is the device that obeys everything where it is empty")
  func empty() {
    let text = RulesText("", file: "f")
    #expect(text.faults == [])
    #expect(text.rules == Rules())
  }

  @Test(
    "has its faults told with line and column, and what to do",
    arguments: [
      ("a = [", "f:1:6: it is no TOML"),
      ("evry = \"1s\"", "f:1:1: there is no “evry”: did you mean “every”?"),
      ("every = 5", "f:1:9: “every” wants a time such as \"5s\""),
      ("every = \"5\"", "f:1:9: “every” wants"), ("every = \"6s..4s\"", "f:1:9: “every” wants"),
      ("every = \"10ms\"", "each 100ms or more"), ("pick = 2", "f:1:1: “pick” says how many"),
      ("every = \"1s\"\njitter = \"1s\"", "f:2:1: there is no “jitter”: write a range"),
      ("seed = -1", "f:1:8: “seed” wants a whole number, 0 or more: what stands there is"),
      ("presence = 1", "f:1:12: “presence” wants true or false"),
      ("[reported]\na = 2020-01-01", "f:2:5: “reported.a” wants a value"),
      ("[reported]\n\"/~\" = 1", "f:2:1: “/~” names no resource"),
      ("[reported]\n\"/a/b/c/d/e/f/g/h/i\" = 1", "f:2:1: “/a/b/c/d/e/f/g/h/i…” is too deep"),
      ("report = 1", "f:1:10: “report” wants a table"),
      ("[report]\na = 5", "f:2:5: “report.a” wants a table such as"),
      ("[report.a]\nevery = \"1s\"", "f:1:1: “report.a” does not say what is reported"),
      (
        "[report.a]\nwlak = {}\nevery = \"1s\"",
        "f:2:1: there is no “wlak” in “report.a”: did you mean “walk”?"
      ),
      (
        "[report.a]\nvalue = 1\ncount = {}\nevery = \"1s\"",
        "“report.a” has value and count at once"
      ),
      ("[report.a]\ncount = {}", "f:1:1: “report.a” would be reported once only"),
      (
        "[report.tcxn.rssi]\nvalue = 1",
        "there is no “rssi” in “report.tcxn”: for a resource "
          + "within another write [report.\"/tcxn/rssi\"]"
      ),
      (
        "every = \"1s\"\n[report.a]\nwalk = { form = 1, step = 1 }",
        "f:3:10: there is no “form” in “report.a.walk”: did you mean “from”?"
      ),
      (
        "every = \"1s\"\n[report.a]\nwalk = { step = 1 }",
        "f:3:8: “report.a.walk” lacks “from”: add for instance from = 18.5"
      ),
      (
        "every = \"1s\"\n[report.a]\nwalk = { from = 1, step = 0 }",
        "f:3:27: “report.a.walk.step” wants a number above 0"
      ),
      (
        "every = \"1s\"\n[report.a]\nwalk = { from = 9, step = 1, min = 1, max = 3 }",
        "“report.a.walk.from” is not between"
      ),
      (
        "every = \"1s\"\n[report.a]\nwalk = { from = 1e300, step = 1 }",
        "“report.a.walk.from” is too large"
      ),
      (
        "every = \"1s\"\n[report.a]\nramp = { from = 1, to = 2, over = \"1s\", then = \"circle\" }",
        "wants one of \"hold\", \"saw\", \"triangle\""
      ),
      (
        "every = \"1s\"\n[report.a]\nplace = { from = \"here\", step = 1, within = 1 }",
        "wants a latitude and a longitude"
      ),
      ("every = \"1s\"\n[report.a]\ncycle = []", "f:3:9: “report.a.cycle” wants a list"),
      ("every = \"1s\"\n[report.a]\ncount = {}\nweight = 0", "f:4:10: “report.a.weight” wants"),
      (
        "[report.a]\ncount = {}\nevery = \"1s\"\nweight = 2",
        "f:4:1: “weight” counts in rounds only"
      ),
      (
        "[report.a]\nof = \"a\"\nbands = [{ value = 1 }]",
        "f:2:6: “report.a” follows itself"
      ),
      (
        "[report.a]\nof = \"b\"\nbands = [{ below = 2, value = 1 }, { below = 1, value = 2 }]",
        "this band is below the one before it"
      ),
      (
        "[reported]\nb = { c = 1 }\n[report.b]\nvalue = 1",
        "f:3:9: “b” is under [reported] too"
      ),
      (
        "[report]\n\"/a/b\" = { value = 1 }\na = { value = 2 }",
        "f:3:1: “a” and “/a/b” write the same resource"
      ),
      ("[desired.a]\nrefuse = 1", "f:2:10: “desired.a.refuse” wants true, or the reason"),
      ("[desired.a]\nchance = 0.5", "f:2:1: “chance” says how often"),
      ("[desired.a]\nrefuse = true\nchance = 2", "f:3:10: “desired.a.chance” wants a number from"),
      ("[desired.a]\nrefuse = true\nmin = 1", "f:3:1: “min” never holds"),
      ("[desired.a]\nmin = 2\nmax = 1", "f:3:7: “desired.a.max” wants a number that is not below"),
      ("[desired.a]\noutside = \"clamp\"", "f:2:1: “outside” says what becomes"),
      ("[desired.a]\nevery = \"1s\"", "f:2:1: “every” is the time between steps"),
      ("[desired.a]\nstep = -1", "f:2:8: “desired.a.step” wants a number above 0"),
      ("[desired.a]\nerror-value = 1", "f:2:1: “error-value” is reported where"),
      (
        "[desired.\"*\"]\n[desired.mode]",
        "f:2:10: “desired.mode” never holds, since “desired.*” is before it"
      ),
      ("[csv]\nfile = \"a\"", "“csv” wants a header with two brackets, [[csv]]"),
      ("[[csv]]\ninterval = \"1s\"", "f:2:1: “csv” lacks “file”"),
      ("[[csv]]\nfile = \"a\"", "“csv” wants either “interval” or “time”"),
      (
        "[[csv]]\nfile = \"a\"\ninterval = \"1s\"\nseparator = \"ab\"",
        "f:4:13: “csv.separator” wants one character"
      ),
      (
        "[[csv]]\nfile = \"a\"\ninterval = \"1s\"\ncolumns = { a = 1 }",
        "wants a resource, or false"
      ),
      ("[[recording]]\nfile = 1", "f:2:8: “recording.file” wants the name of a file"),
    ])
  func faults(_ text: String, _ words: String) {
    let faults = RulesText(text, file: "f").faults.map(\.description)
    #expect(faults.contains { $0.contains(words) }, "\(faults)")
  }

  @Test("tells all its faults, in their order")
  func order() {
    let text = RulesText("[desired.a]\nmin = \"x\"\n[reported]\na = inf\n", file: "f")
    #expect(text.faults.map(\.line) == [2, 4])
  }
}
