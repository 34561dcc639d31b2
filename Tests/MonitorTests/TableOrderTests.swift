import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The order of the table")
struct TableOrderTests {
  /// Four resources, of which b changed first and then d.x.
  static func person() throws -> Person {
    var person = try Person(reported: #"{"a":1,"b":1,"c":1,"d":{"x":1,"y":1}}"#, version: 1)
    person.wait(milliseconds: 1000)
    try person.receiveDocuments(
      from: nil, reported: #"{"a":1,"b":2,"c":1,"d":{"x":1,"y":1}}"#, version: 2)
    person.wait(milliseconds: 1000)
    try person.receiveDocuments(
      from: nil, reported: #"{"a":1,"b":2,"c":1,"d":{"x":2,"y":1}}"#, version: 3)
    return person
  }

  @Test("puts names in the order of their letters, whatever their case, and parts none of two")
  func names() throws {
    let person = try Person(
      reported: #"{"KKK":1,"a":1,"A":1,"ab":1,"AB":1,"b_1":1,"ö":1,"Ö":1,"Z":1}"#, version: 1)
    #expect(
      TableFilterTests.names(person) == ["A", "a", "AB", "ab", "b_1", "KKK", "Z", "Ö", "ö"])
  }

  @Test("pairs the rows of two documents in that order, so that only what changed counts")
  func pairs() throws {
    var person = try Person(reported: #"{"Kkk":1,"a":1,"K":1,"ж":1,"Ж":1}"#, version: 1)
    person.wait(milliseconds: 1000)
    try person.receiveDocuments(
      from: (#"{"Kkk":1,"a":1,"K":1,"ж":1,"Ж":1}"#, nil),
      reported: #"{"Kkk":1,"a":1,"K":2,"ж":1,"Ж":1,"k":5}"#, version: 2)
    #expect(person.logged.contains("~ K 1 → 2, + k 5"))
    #expect(!person.logged.contains("ж"))
  }

  @Test("puts what changed last first, branches by what is in them")
  func changed() throws {
    var person = try Self.person()
    person.type("ss")
    #expect(person.sees("what changed here last comes first"))
    #expect(person.sees("changed ↓"))
    #expect(TableFilterTests.names(person) == ["d", "x", "y", "b", "a", "c"])
    person.type("s")
    #expect(TableFilterTests.names(person) == ["a", "b", "c", "d", "x", "y"])
  }

  @Test("puts what was written last first")
  func age() throws {
    func leaf(_ seconds: Int) -> String { #"{"timestamp":\#(seconds)}"# }
    var person = Person()
    person.send(.connection(.connected(tls: "TLS1.3")))
    person.receive(
      .accepted(.get),
      #"{"state":{"reported":{"a":1,"b":2,"c":{"x":1,"y":2},"d":4}},"metadata":{"reported":{"#
        + #""a":\#(leaf(100)),"b":\#(leaf(300)),"c":{"x":\#(leaf(50)),"y":\#(leaf(400))},"#
        + #""d":\#(leaf(300))}},"version":1,"timestamp":1000}"#)
    person.type("s")
    #expect(TableFilterTests.names(person) == ["c", "y", "x", "b", "d", "a"])
    #expect(person.sees("age ↓"))
  }

  @Test("keeps the selected row where it is on the screen while others pass it by")
  func still() throws {
    let names = (0..<40).map { ($0 < 10 ? "r0" : "r") + "\($0)" }
    func state(_ changed: Int) -> String {
      "{" + names.enumerated().map { "\"\($1)\":\($0 == changed ? 1 : 0)" }.joined(separator: ",")
        + "}"
    }
    var person = try Person(reported: state(-1), version: 1)
    person.type("ss")
    for _ in 0..<20 { person.press(.down) }
    func line() -> Int? { person.screen().firstIndex { $0.contains("r20") } }
    let before = try #require(line())
    for changed in 30..<35 {
      try person.receiveDocuments(
        from: nil, reported: state(changed), version: Int64(changed))
    }
    #expect(person.model.table.selection?.path.display == "r20")
    #expect(line() == before)
  }

  @Test("holds pinned rows at the top by their whole path, wherever the table is scrolled to")
  func pins() throws {
    let many = (0..<60).map { "\"r\($0)\":\($0)" }.joined(separator: ",")
    var person = try Person(reported: "{\"a\":{\"deep\":1},\(many)}")
    person.type("jp")
    #expect(person.model.table.selection?.path.display == "a.deep")
    person.press(.end)
    #expect(person.screen()[3].contains("▴ a.deep"))
    person.type("/r59")
    #expect(TableFilterTests.names(person) == ["a.deep", "──────────────────", "r59"])
    person.press(.escape, .home)
    #expect(person.model.table.selection?.path.display == "a.deep")
    person.type("p")
    #expect(TableFilterTests.names(person).prefix(2) == ["a", "deep"])
  }

  @Test("remembers a pin while its resource is gone")
  func pinGone() throws {
    var person = try Person(reported: #"{"a":1,"b":2}"#, version: 1)
    person.press(.end)
    person.type("p")
    try person.receiveDocuments(from: nil, reported: #"{"a":1}"#, version: 2)
    #expect(!person.sees("▴"))
    try person.receiveDocuments(from: nil, reported: #"{"a":1,"b":3}"#, version: 3)
    #expect(person.sees("▴ b"))
  }

  @Test("pins a branch with all that is in it")
  func pinnedBranch() throws {
    var person = try Person(reported: #"{"a":1,"b":{"x":1,"y":{"z":2}}}"#)
    person.type("jp")
    #expect(TableFilterTests.names(person).prefix(4) == ["b", "x", "y", "z"])
    person.press(.enter)
    #expect(person.sees("▴ ▸ b"))
  }

  @Test("lets a screen full of pins scroll")
  func manyPins() throws {
    let many = (0..<30).map { "\"r\($0)\":\($0)" }.joined(separator: ",")
    var person = try Person(reported: "{\"a\":{\(many)},\"b\":1}")
    person.type("p")
    for key in [Key.end, .home, .end] {
      person.press(key)
      let isSeen = (0..<24).contains { row in
        (0..<80).contains { person.frame()[row, $0].selected }
      }
      #expect(isSeen)
    }
    #expect(person.sees("b 1"))
  }

  @Test("closes and opens all folds")
  func foldAll() throws {
    var person = try Person(reported: #"{"a":{"x":{"y":1}},"b":1,"tcxn":{"rssi":1}}"#)
    person.type("jj")
    person.type("z")
    #expect(TableFilterTests.names(person) == ["a", "b", "tcxn"])
    #expect(person.model.table.selection?.path.display == "a")
    person.type("Z")
    #expect(TableFilterTests.names(person) == ["a", "x", "y", "b", "tcxn", "rssi"])
  }
}

@Suite("The signs of the table")
struct TableSignTests {
  @Test(
    "marks names that a person could take for each other",
    arguments: [
      (["a", "а"], ["a", "а"]), (["pаy"], ["pаy"]), (["é", "e\u{301}"], ["é", "e\u{301}"]),
      (["a", "b"], []), (["температура", "насос"], []), (["Δt", "μV", "ρ_air", "温度"], []),
      (["Ａ", "A"], ["Ａ", "A"]), (["сор", "cop", "x"], ["сор", "cop"]),
    ])
  func lookAlikes(_ names: [String], _ marked: [String]) throws {
    let members = names.map { "\"\($0)\":1" }.joined(separator: ",")
    let person = try Person(reported: "{\(members)}")
    let count = person.screen().count { $0.contains("≈") }
    #expect(count == marked.count)
    for name in marked { #expect(person.sees("\(name) ≈")) }
  }

  @Test("tells the value before, where there is no line to draw")
  func was() throws {
    var person = try Person(reported: #"{"mode":"eco"}"#, version: 1)
    #expect(!person.sees("was"))
    try person.receiveDocuments(from: nil, reported: #"{"mode":"boost"}"#, version: 2)
    #expect(person.sees("boost 0 s was eco"))
    try person.receiveDocuments(from: nil, reported: #"{"mode":"boost"}"#, version: 3)
    #expect(person.sees("was eco"))
  }

  @Test("marks a value that gives way to an object")
  func replaced() throws {
    var person = try Person(reported: #"{"b":{"x":5}}"#)
    person.type("a")
    person.type("/b/x/inside")
    person.press(.enter)
    person.type("1")
    person.press(.enter)
    #expect(person.sees("* ▾ x 5 → {…}"))
  }
}
