import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The table of resources")
struct DifferenceTests {
  @Test(
    "counts differences as the service does",
    arguments: [
      (#"{"a":1}"#, #"{"a":1.0}"#, 0), (#"{"a":1}"#, #"{"a":"1"}"#, 1), (nil, #"{"a":1,"b":2}"#, 2),
      (#"{"a":1}"#, nil, 0), (#"{"a":{"x":1}}"#, #"{"a":{}}"#, 0), (nil, #"{"a":{}}"#, 1),
      (#"{"a":{"x":1,"y":2}}"#, #"{"a":{"x":2}}"#, 1), (#"{"a":{"x":1}}"#, #"{"a":5}"#, 1),
      (#"{"a":5}"#, #"{"a":{"x":1,"y":{"z":2}}}"#, 2), (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#, 1),
      (#"{"a":[]}"#, #"{"a":[]}"#, 0), (#"{"a":{}}"#, #"{"a":{"x":1}}"#, 1),
      (#"{"e":1}"#, #"{"e":1,"e":2}"#, 1),
    ] as [(String?, String?, Int)])
  func differences(_ reported: String?, _ desired: String?, _ count: Int) throws {
    func object(_ text: String?) throws -> JSONObject? {
      try text.flatMap { try JSONParser.parse($0).object }
    }
    let document = ShadowDocument(
      desired: try object(desired), reported: try object(reported), version: 1)
    let tree = ResourceTree(document)
    #expect(tree.differences == count)
    #expect((tree.differences > 0) == (document.delta != nil))
  }

  @Test("lists both sections together, sorted by name, objects before what is in them")
  func order() throws {
    let person = try Person(
      reported: #"{"z":1,"é":2,"b":{"d":1,"c":{}},"e":[]}"#, desired: #"{"a":1,"b":{"a":2}}"#)
    let nodes = person.model.table.tree.nodes
    #expect(nodes.map(\.path.display) == ["a", "b", "b.a", "b.c", "b.d", "e", "z", "é"])
    #expect(nodes.map(\.depth) == [0, 0, 1, 1, 1, 0, 0, 0])
    #expect(person.model.table.tree.resources == 7)
  }

  @Test("keeps names apart that only look alike")
  func names() throws {
    let person = try Person(reported: "{\"\u{E9}\":1,\"e\u{301}\":2,\"a.b\":3,\"a\":{\"b\":4}}")
    let paths = person.model.table.tree.nodes.map(\.path.display)
    #expect(Set(paths.map { Array($0.unicodeScalars) }).count == 5)
    #expect(paths.contains("a.b") && paths.contains("/a.b"))
  }

  @Test("folds and opens, and n opens what hides the next difference")
  func folds() throws {
    var person = try Person(
      reported: #"{"a":{"x":1},"tcxn":{"rssi":70}}"#, desired: #"{"tcxn":{"rssi":80}}"#)
    #expect(person.sees("▸ tcxn 1 resource"))
    person.press(.enter)
    #expect(person.sees("▸ a (untyped) 1 resource"))
    person.type(" ")
    #expect(person.sees("▾ a"))
    person.type("n")
    #expect(person.model.table.selection?.path.display == "tcxn.rssi")
    person.type("h")
    #expect(person.model.table.selection?.path.display == "tcxn")
    person.type("h")
    #expect(person.sees("▸ tcxn"))
  }

  @Test("draws a trend of numbers and of truth values")
  func trend() throws {
    var person = try Person(reported: #"{"n":1,"t":true}"#, version: 1)
    let later: [(Int64, Int, Bool)] = [(2, 7, false), (3, 1, true), (4, 4, false)]
    for (version, number, truth) in later {
      person.wait(milliseconds: 1000)
      try person.receiveDocuments(
        from: nil, reported: "{\"n\":\(number),\"t\":\(truth)}", version: version)
    }
    #expect(person.sees("▁▇▁▄"))
    #expect(person.sees("▔▁▔▁"))
  }

  @Test("draws the trend of what was reported, and never of what was only desired")
  func trendOfReported() throws {
    var person = try Person(
      reported: nil, desired: #"{"level":9,"mode":"eco","power":true}"#, version: 1)
    person.wait(milliseconds: 1000)
    let wish = #"{"level":9,"mode":"eco","power":true}"#
    try person.receiveDocuments(
      from: nil, reported: #"{"level":3,"mode":"off","power":false}"#, desired: wish, version: 2)
    let trends = person.screen().dropFirst(3).prefix(3).map { $0.suffix(12) }
    #expect(trends.allSatisfy { $0.allSatisfy { " │".contains($0) } })
    #expect(!person.sees("was"))
    person.wait(milliseconds: 1000)
    try person.receiveDocuments(
      from: nil, reported: #"{"level":5,"mode":"eco","power":true}"#, desired: wish, version: 3)
    #expect(person.sees("▁▇"))
    #expect(person.sees("▁▔"))
    #expect(person.sees("was off"))
  }

  @Test("takes a wish for no sample of what is reported")
  func trendAndWish() throws {
    var person = try Person(reported: #"{"b":true}"#, version: 1)
    person.receive(
      .documents,
      #"{"previous":null,"current":{"state":{"reported":{"b":true},"desired":{"b":false}},"#
        + #""metadata":{"reported":{"b":{"timestamp":\#(person.seconds - 18)}},"#
        + #""desired":{"b":{"timestamp":\#(person.seconds)}}},"version":2},"timestamp":1}"#)
    #expect(person.sees("b true false"))
    #expect(!person.sees("▔▔"))
  }

  @Test("draws the trend of what is desired where nothing is reported")
  func trendOfDesired() throws {
    var person = try Person(reported: nil, desired: #"{"level":9}"#, version: 1)
    person.wait(milliseconds: 1000)
    try person.receiveDocuments(
      from: nil, reported: nil, desired: #"{"level":3}"#, version: 2)
    #expect(person.sees("▇▁"))
  }

  @Test("survives numbers beyond any range", arguments: ["1e400", "-1e400", "1.7e308", "-1.7e308"])
  func extremes(_ number: String) throws {
    var person = try Person(reported: "{\"n\":\(number)}", version: 1)
    try person.receiveDocuments(
      from: nil, reported: "{\"n\":-\(number.drop { $0 == "-" })}", version: 2)
    try person.receiveDocuments(from: nil, reported: "{\"n\":1}", version: 3)
    #expect(person.sees("n 1"))
  }
}
