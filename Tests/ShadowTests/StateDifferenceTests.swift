import JSON
import Shadow
import Testing

@Suite("The difference of two states")
struct StateDifferenceTests {
  private func document(_ state: String) throws -> ShadowDocument {
    try ShadowDocument(json: JSONParser.parse(#"{"state":\#(state),"version":1}"#))
  }

  private func words(_ difference: StateDifference) -> [String] {
    difference.lines.map { line in
      "\(line.section) \(line.change.path.pointer) \(line.change.old?.compact ?? "-") "
        + "\(line.change.new?.compact ?? "-")"
    }
  }

  @Test("names section, resource, old and new; a section that comes or goes by its resources")
  func lines() throws {
    let difference = StateDifference(
      from: try document(#"{"desired":{"mode":"eco"},"reported":{"t":1,"in":{"a":1,"b":[1]}}}"#),
      to: try document(#"{"reported":{"t":1.0,"in":{"a":2},"new":{"x":1}}}"#))
    #expect(
      words(difference) == [
        #"desired /mode "eco" -"#, "reported /in/a 1 2", "reported /in/b [1] -",
        #"reported /new - {"x":1}"#,
      ])
    #expect(
      JSONPatch(difference.changes).json.compact
        == #"[{"op":"replace","path":"/reported/in/a","value":2},"#
        + #"{"op":"remove","path":"/reported/in/b"},"#
        + #"{"op":"add","path":"/reported/new","value":{"x":1}},"#
        + #"{"op":"remove","path":"/desired"}]"#)
  }

  @Test("is none where only version, times and the form of numbers differ, or an empty section")
  func none() throws {
    var other = try document(#"{"desired":{},"reported":{"t":1e0}}"#)
    (other.version, other.timestamp) = (7, 8)
    let difference = StateDifference(from: try document(#"{"reported":{"t":1}}"#), to: other)
    #expect(difference.isEmpty)
    #expect(difference.changes.isEmpty)
  }

  @Test("counts the sections and the place that are asked for")
  func narrowed() throws {
    let old = try document(#"{"desired":{"a":{"b":1,"c":1}},"reported":{"a":{"b":1},"z":1}}"#)
    let new = try document(#"{"desired":{"a":{"b":2,"c":2}},"reported":{"a":5}}"#)
    let place = try #require(JSONPointer("/a/b"))
    let both = StateDifference(from: old, to: new, at: place)
    #expect(words(both) == ["desired /a/b 1 2", "reported /a/b 1 -"])
    // A patch can only take away what is above.
    #expect(both.changes.map(\.path.pointer) == ["/desired/a/b", "/reported/a"])
    let one = StateDifference(from: old, to: new, sections: [.desired], at: place)
    #expect(words(one) == ["desired /a/b 1 2"])
    #expect(one.changes.map(\.path.pointer) == ["/desired/a/b"])
  }

  @Test("looks into arrays where the place is in one")
  func element() throws {
    let old = try document(#"{"reported":{"l":[1,2,3]}}"#)
    let new = try document(#"{"reported":{"l":[1,5,3]}}"#)
    let second = StateDifference(from: old, to: new, at: try #require(JSONPointer("/l/1")))
    #expect(words(second) == ["reported /l/1 2 5"])
    #expect(StateDifference(from: old, to: new, at: try #require(JSONPointer("/l/0"))).isEmpty)
  }
}
