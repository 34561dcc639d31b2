import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The table's filter")
struct TableFilterTests {
  static func person() throws -> Person {
    try Person(
      reported: """
        {"humidity":60,"mode":"eco","pump1":{"flow":11,"mode":"boost"},"tcxn":{"rssi":77},\
        "temperature":21.5}
        """, desired: #"{"pump1":{"flow":12}}"#)
  }

  /// What stands in the column of names, from the top.
  static func names(_ person: Person) -> [String] {
    person.screen().dropFirst(3).prefix { !$0.hasPrefix("├") }.compactMap { line in
      // Without the type of a nested resource.
      line.dropFirst(4).prefix(18).split(separator: " ").last { !$0.hasPrefix("(") }
        .map(String.init)
    }
  }

  @Test("narrows the table down while it is typed, what is around a match staying in sight")
  func narrows() throws {
    var person = try Self.person()
    person.type("/")
    #expect(Self.names(person).count == 7)
    person.type("m")
    person.type("od")
    #expect(Self.names(person) == ["mode", "pump1", "mode"])
    #expect(person.sees("filter: mod · 2 of 6"))
    #expect(person.sees("2 of 6 resources match"))
    person.press(.backspace, .backspace, .backspace)
    #expect(Self.names(person).count == 7)
  }

  @Test("looks again only at what a document changes, adds or moves")
  func work() throws {
    func state(_ changed: Int, _ more: String = "") -> String {
      let members = (0..<500).map { "\"s\($0)\":\($0 == 7 ? changed : $0)" }
      return "{\(members.joined(separator: ","))\(more)}"
    }
    var person = try Person(reported: state(1), version: 1)
    person.type("/s7x")
    let all = person.model.table.textsMade
    #expect(all == 500)
    try person.receiveDocuments(
      from: (state(1), nil), reported: state(2), version: 2, token: "t")
    #expect(person.model.table.textsMade == all + 1)
    try person.receiveDocuments(
      from: (state(2), nil), reported: state(2, #","a":1,"s7x":3"#), version: 3, token: "t")
    #expect(person.model.table.textsMade == all + 3)
    #expect(Self.names(person).contains("s7x"))
    try person.receiveDocuments(
      from: (state(2, #","a":1,"s7x":3"#), nil), reported: state(2), version: 4, token: "t")
    #expect(person.model.table.textsMade == all + 3)
    #expect(!Self.names(person).contains("s7x"))
    person.press(.backspace)
    #expect(person.model.table.textsMade == all + 3)
    #expect(!Self.names(person).isEmpty)
  }

  @Test("follows a value that comes to match, or no longer does")
  func follows() throws {
    var person = try Person(reported: #"{"a":"on","b":"off","c":1.0}"#, version: 1)
    person.type("/on")
    person.press(.enter)
    #expect(Self.names(person) == ["a"])
    try person.receiveDocuments(
      from: (#"{"a":"on","b":"off","c":1.0}"#, nil),
      reported: #"{"a":"off","b":"on","c":1}"#, version: 2)
    #expect(Self.names(person) == ["b"])
  }

  @Test("finds values as well as paths, and each word where it likes")
  func values() throws {
    var person = try Self.person()
    person.type("/boost pump")
    #expect(Self.names(person) == ["pump1", "mode"])
    #expect(person.role(of: "boost") == .match)
    #expect(person.role(of: "pump1") == .match)
  }

  /// 400 resources of which many have the letters of another one.
  static func many() throws -> Person {
    let names = (0..<400).map { "r" + String(repeating: "0", count: 3 - "\($0)".count) + "\($0)" }
    let members = names.map { "\"\($0)\":1" }.joined(separator: ",")
    return try Person(
      reported: "{\"a/b\":2,\"g1\":{\"r04\":3,\"x/y\":4},\(members)}", version: 1)
  }

  @Test(
    "finds what has the words whole, and only where nothing has what has the letters",
    arguments: [
      ("r04", ["g1", "r04"] + (40...49).map { "r0\($0)" }),
      ("r04$", ["g1", "r04"]), ("^r039", ["r039"]),
      ("r03 !5 !^r038", ["r030", "r031", "r032", "r033", "r034", "r036", "r037", "r039"]),
      ("a/b", ["a/b"]), ("a~1b", ["a/b"]), ("/g1/r04", ["g1", "r04"]), ("g1.r04", ["g1", "r04"]),
      ("g1/x/y", ["g1", "x/y"]), ("/g1/x~1y", ["g1", "x/y"]), ("g1r4", ["g1", "r04"]),
    ] as [(String, [String])])
  func whole(_ words: String, _ names: [String]) throws {
    var person = try Self.many()
    person.send(.resized(Size(rows: 48, columns: 80)))
    person.type("/" + words)
    #expect(Self.names(person) == names)
  }

  @Test("marks in names and values what was found, whichever way the path was typed")
  func marks() throws {
    var person = try Self.many()
    person.type("/a~1b")
    #expect(person.role(of: "a/b") == .match)
    person.press(.control("u"))
    person.type("/g1/r04")
    #expect(person.role(of: "r04  ") == .match)
    #expect(!person.sees("by letters"))
    person.press(.control("u"))
    person.type("g1r4")
    #expect(person.sees("1 of 403 resources matches by letters, none by whole words"))
  }

  @Test("lets go of what only has the letters when a value comes to have the word")
  func arrivalOfWord() throws {
    var person = try Person(reported: #"{"pump_flow":1,"x":2}"#, version: 1)
    person.type("/pflow")
    #expect(Self.names(person) == ["pump_flow"])
    try person.receiveDocuments(
      from: nil, reported: #"{"pump_flow":1,"x":"pflow"}"#, version: 2)
    #expect(Self.names(person) == ["x"])
  }

  @Test("opens folds for the time, and closes them again as the person had them")
  func folds() throws {
    var person = try Self.person()
    person.type("/rssi")
    #expect(Self.names(person) == ["tcxn", "rssi"])
    person.press(.enter)
    person.press(.escape)
    #expect(person.sees("▸ tcxn"))
    #expect(!person.sees("rssi"))
  }

  @Test("lets a fold be closed while it is on")
  func closing() throws {
    var person = try Self.person()
    person.type("/mode")
    person.press(.enter)
    person.type("G")
    person.type("hh")
    #expect(Self.names(person) == ["mode", "pump1"])
    person.press(.escape)
    #expect(person.sees("▾ pump1"))
  }

  @Test("stays with Enter, and goes with Escape while browsing")
  func keeps() throws {
    var person = try Self.person()
    person.type("/hum")
    person.press(.enter)
    #expect(person.model.entry == nil)
    #expect(Self.names(person) == ["humidity"])
    #expect(person.sees("Esc clear filter"))
    person.press(.escape)
    #expect(Self.names(person).count == 7)
  }

  @Test("is what it was before when the line is abandoned, and so is the selection")
  func abandons() throws {
    var person = try Self.person()
    person.type("/mode")
    person.press(.enter)
    person.press(.end)
    person.type("/")
    person.press(.control("u"))
    person.type("temp")
    #expect(person.model.table.selection?.path.display == "temperature")
    person.press(.escape)
    #expect(person.model.table.filter?.text == "mode")
    #expect(person.model.table.selection?.path.display == "pump1.mode")
  }

  @Test("selects what it finds first, and what was selected once that is found again")
  func selection() throws {
    var person = try Self.person()
    person.press(.end)
    person.type("/mode")
    #expect(person.model.table.selection?.path.display == "mode")
    person.press(.control("u"))
    #expect(person.model.table.selection?.path.display == "temperature")
  }

  @Test("leaves the selection alone when a value comes to match")
  func arrival() throws {
    var person = try Self.person()
    person.press(.end)
    person.type("/11")
    person.press(.enter)
    #expect(person.model.table.selection?.path.display == "pump1.flow")
    try person.receiveDocuments(
      from: nil, reported: #"{"humidity":11,"pump1":{"flow":11},"temperature":11}"#, version: 128)
    #expect(Self.names(person) == ["humidity", "pump1", "flow", "temperature"])
    #expect(person.model.table.selection?.path.display == "pump1.flow")
  }

  @Test("says calmly that nothing matches")
  func nothing() throws {
    var person = try Self.person()
    person.type("/zzz")
    #expect(person.sees("No resource matches zzz. Esc clears the filter."))
    #expect(person.sees("nothing matches"))
    #expect(person.sees("0 of 6"))
  }

  @Test("makes n and N go through what it finds, and past what is only around")
  func next() throws {
    var person = try Self.person()
    person.type("/mode")
    person.press(.enter)
    var places: [String] = []
    for _ in 0..<3 {
      person.type("n")
      places.append(person.model.table.selection?.path.display ?? "")
    }
    person.type("N")
    places.append(person.model.table.selection?.path.display ?? "")
    #expect(places == ["pump1.mode", "mode", "pump1.mode", "mode"])
  }

  @Test("shows only what differs or is staged, until it is asked for the rest")
  func differences() throws {
    var person = try Self.person()
    person.press(.end)
    EditingTests.edit(&person, "22")
    person.type("f")
    #expect(Self.names(person) == ["pump1", "flow", "temperature"])
    #expect(person.sees("only ≠ · 2 of 6 · 1 differs"))
    person.type("/temp")
    #expect(Self.names(person) == ["temperature"])
    person.press(.enter, .escape)
    person.type("f")
    #expect(Self.names(person).count == 7)
  }

  @Test("says calmly that nothing differs")
  func noDifference() throws {
    var person = try Person(reported: #"{"a":1}"#)
    person.type("f")
    #expect(person.sees("Nothing differs, and nothing is staged. f shows the rest."))
  }

  @Test("is told even where there is no room for frames")
  func bare() throws {
    var person = try Self.person()
    person.send(.resized(Size(rows: 7, columns: 36)))
    person.type("/hum")
    person.press(.enter)
    #expect(person.sees("filter: hum · 1 of 6"))
  }
}
