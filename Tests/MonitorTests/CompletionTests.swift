import JSON
import Monitor
import Testing

@Suite("Completion")
struct CompletionTests {
  static let paths = [
    JSONPath(keys: ["humidity"]), JSONPath(keys: ["pump1"]), JSONPath(keys: ["pump1", "flow"]),
    JSONPath(keys: ["pump1", "running"]), JSONPath(keys: ["pump2"]), JSONPath(keys: [""]),
    JSONPath(keys: ["/odd"]), JSONPath(keys: ["a/b", "c~d"]),
  ]

  /// What the line holds after Tab was pressed so many times.
  static func tabs(_ completion: Completion, _ count: Int, backwards: Bool = false) -> [String] {
    var completion = completion
    return (0..<count).map { _ in completion.next(backwards: backwards) }
  }

  @Test("adds what all share, then goes through them and back to what was typed")
  func cycle() {
    let completion = Completion("p", among: ["pump1", "pump2", "humidity", "pump1"])
    #expect(completion.candidates == ["pump1", "pump2"])
    #expect(Self.tabs(completion, 5) == ["pump", "pump1", "pump2", "p", "pump1"])
    #expect(Self.tabs(completion, 3, backwards: true) == ["pump2", "pump1", "p"])
  }

  @Test("takes the only candidate at once, and leaves the line where there is none")
  func few() {
    #expect(Self.tabs(Completion("h", among: ["pump1", "humidity"]), 2) == ["humidity", "h"])
    #expect(Self.tabs(Completion("x", among: ["pump1"]), 2) == ["x", "x"])
    #expect(Completion("pump1", among: ["pump1"]).isEmpty)
  }

  @Test("looks past case only where nothing fits as typed")
  func caseless() {
    #expect(Self.tabs(Completion("PU", among: ["pump1", "pump2"]), 2) == ["pump", "pump1"])
    #expect(Completion("p", among: ["Pump", "pump"]).candidates == ["pump"])
  }

  @Test("compares by code points")
  func scalars() {
    #expect(Completion("e", among: ["e\u{301}x", "éy"]).candidates == ["e\u{301}x"])
    #expect(Self.tabs(Completion("", among: ["e\u{301}x", "e\u{301}y"]), 1) == ["e\u{301}"])
  }

  @Test("keeps so many candidates and counts the others")
  func bounded() {
    let completion = Completion("n", among: (0..<1000).map { "n\($0)" })
    #expect(completion.total == 1000)
    #expect(completion.candidates.count == 200)
  }

  @Test(
    "completes a name below a place, and a pointer part by part",
    arguments: [
      ("", [], ["humidity", "pump1", "pump2", "\"\"", "/~1odd", "a/b"]),
      ("pu", [], ["pump1", "pump2"]),
      ("", ["pump1"], ["flow", "running"]), ("f", ["pump1"], ["flow"]), ("flow", ["pump1"], []),
      ("/", [], ["/humidity", "/pump1", "/pump2", "/~1odd", "/a~1b"]),
      ("/pu", ["humidity"], ["/pump1", "/pump2"]),
      ("/pump1", [], ["/pump1/flow", "/pump1/running"]),
      ("/pump1/r", [], ["/pump1/running"]), ("/a~1b/", [], ["/a~1b/c~0d"]), ("/x", [], []),
    ] as [(String, [String], [String])])
  func paths(_ typed: String, _ base: [String], _ expected: [String]) {
    let completion = Completion(path: typed, below: JSONPath(keys: base), among: Self.paths)
    #expect(completion.candidates == expected)
  }
}
