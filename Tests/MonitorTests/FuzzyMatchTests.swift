import Canvas
import Monitor
import Testing

@Suite("Fuzzy matching")
struct FuzzyMatchTests {
  /// The text with what matched in brackets; nil if it does not match.
  static func marked(_ pattern: String, _ text: String) -> String? {
    FuzzyPattern(pattern).match(text).map { match in
      [Span(text)].highlighted(at: match.positions)
        .map { $0.role == .match ? "[\($0.text)]" : $0.text }.joined()
    }
  }

  @Test(
    "finds the letters where a person would look for them",
    arguments: [
      ("temp", "temperature", "[temp]erature"), ("TEMP", "temperature", nil),
      ("Temp", "outTemp", "out[Temp]"), ("temp", "outTemp", "out[Temp]"),
      ("p1f", "pump1.flow", "[p]ump[1].[f]low"), ("flow", "foo.lower.flow", "foo.lower.[flow]"),
      ("fb", "xf/foo.bar", "xf/[f]oo.[b]ar"), ("st", "lasSeenTime", "las[S]een[T]ime"),
      ("st", "lastSeenTime", "la[st]SeenTime"), ("fl", "of.l/afl.flow", "of.l/afl.[fl]ow"),
      ("bat", "tcxn/battery_level", "tcxn/[bat]tery_level"), ("aa", "banana", "b[a]n[a]na"),
      ("xyz", "xy", nil), ("", "anything", "anything"), ("   ", "anything", "anything"),
      ("a", "", nil), ("pump", "пump", nil), ("НАСОС", "насос", nil), ("насос", "НАСОС", "[НАСОС]"),
      ("οδος", "ΟΔΟΣ", "[ΟΔΟΣ]"), ("é", "e\u{301}", nil),
      ("e", "e\u{301}a", "[e\u{301}]a"),
    ] as [(String, String, String?)])
  func places(_ pattern: String, _ text: String, _ expected: String?) {
    #expect(Self.marked(pattern, text) == expected)
  }

  @Test("wants every word, in any order")
  func words() {
    #expect(Self.marked("flow pump", "pump1.flow") == "[pump]1.[flow]")
    #expect(Self.marked("flow valve", "pump1.flow") == nil)
    #expect(Self.marked("flow Pump", "pump1.flow") == nil)
  }

  @Test(
    "obeys the signs that fzf has",
    arguments: [
      ("'pf", "pump.flow", nil), ("'flow", "pump.flow", "pump.[flow]"), ("'", "a", "a"),
      ("^pu", "pump.flow", "[pu]mp.flow"), ("^flow", "pump.flow", nil),
      ("ow$", "pump.flow", "pump.fl[ow]"), ("pump$", "pump.flow", nil), ("$", "a$b", "a[$]b"),
      ("^flow$", "flow", "[flow]"), ("^flow$", "flows", nil), ("!flow", "pump.flow", nil),
      ("!flow", "pump", "pump"), ("!", "pump", "pump"), ("!^pump", "pump.flow", nil),
      ("pump !flow", "pump.level", "[pump].level"), ("pump !flow", "pump.flow", nil),
      ("'!a", "b!a", "b[!a]"), ("!pf", "pump.flow", "pump.flow"),
    ] as [(String, String, String?)])
  func signs(_ pattern: String, _ text: String, _ expected: String?) {
    #expect(Self.marked(pattern, text) == expected)
  }

  @Test(
    "ranks the better text first",
    arguments: [
      ("temp", "temperature", "t.e.m.p"), ("temp", "temperature", "outdoor_temperature"),
      ("temp", "outdoor_temperature", "attempted"), ("pf", "upflow", "pump.flow"),
      ("r04", "x_r04", "r0.r4"),
      ("flow", "flow", "f1l2o3w4"), ("lat", "latlng", "relation"),
    ])
  func ranking(_ pattern: String, _ better: String, _ worse: String) throws {
    let pattern = FuzzyPattern(pattern)
    let (first, second) = (try #require(pattern.match(better)), try #require(pattern.match(worse)))
    #expect(first.score > second.score)
  }

  @Test("finds a word whole in a long text, else its letters close together")
  func longText() throws {
    let noise = String(repeating: "ab-c", count: 25_000)
    let whole = try #require(FuzzyPattern("needle").match(noise + "n e e d l e needle" + noise))
    #expect(whole.positions == Array(100_012..<100_018))
    let spread = try #require(FuzzyPattern("xyz").match("x" + noise + "x.y.z"))
    #expect(spread.positions == [100_001, 100_003, 100_005])
  }

  @Test(
    "answers within a moment for a text of 100 KB and a pattern of 1000 letters",
    arguments: ["a", "a ", "ab"])
  func bounded(_ unit: String) {
    let pattern = FuzzyPattern(String(String(repeating: unit, count: 1000).prefix(1000)))
    let text = String(repeating: "a", count: 102_400)
    let taken = ContinuousClock().measure {
      _ = pattern.match(text)
      _ = pattern.match(text + "b")
    }
    // Far above what it takes, and far below what anything but linear would take.
    #expect(taken < .seconds(20))
  }

  @Test("highlights over several spans and leaves their other text as it was")
  func spans() {
    let line = [Span("pump1.", .path), Span("flow", .path), Span(" 11", .typeNumber)]
    #expect(
      line.highlighted(at: [0, 6, 7, 11]) == [
        Span("p", .match), Span("ump1.", .path), Span("fl", .match), Span("ow", .path),
        Span(" ", .typeNumber), Span("1", .match), Span("1", .typeNumber),
      ])
    #expect(line.highlighted(at: []) == line)
  }
}
