import Canvas
import JSON
import Monitor
import Testing

@Suite("Completion in the edit line")
struct LineCompletionTests {
  @Test("goes through the names of a path, and back")
  func names() throws {
    var person = try EditingTests.person()
    person.type("a")
    person.press(.tab)
    #expect(person.model.entry?.line.text == "flow")
    person.press(.tab)
    #expect(person.model.entry?.line.text == "name")
    person.press(.backTab)
    #expect(person.model.entry?.line.text == "flow")
  }

  @Test("goes further in along a pointer, as far as it is clear")
  func pointers() throws {
    var person = try EditingTests.person()
    person.type("a")
    person.type("/p")
    person.press(.tab)
    #expect(person.model.entry?.line.text == "/p/")
    person.press(.tab)
    #expect(person.model.entry?.line.text == "/p/x")
  }

  @Test("offers true and false, the other first")
  func booleans() throws {
    var person = try EditingTests.person()
    person.type("jje")
    person.press(.tab)
    #expect(person.model.entry?.line.text == "false")
  }

  @Test("offers the values that the resource had, the newest first, and what was typed")
  func values() throws {
    var person = try Person(reported: #"{"t":1.0}"#)
    for (count, value) in ["2.50", "3", "4"].enumerated() {
      try person.receiveDocuments(
        from: nil, reported: "{\"t\":\(value)}", version: 128 + Int64(count))
    }
    person.type("e")
    var seen: [String] = []
    for _ in 0..<4 {
      person.press(.tab)
      seen.append(person.model.entry?.line.text ?? "")
    }
    #expect(seen == ["4", "3", "2.50", "1.0"])
  }

  @Test("says that nothing is known, and leaves the line alone")
  func nothing() throws {
    var person = try EditingTests.person()
    person.type("a")
    person.type("zzz")
    person.press(.tab)
    #expect(person.model.entry?.line.text == "zzz")
    #expect(person.sees("Nothing that is known begins so"))
    person.press(.enter)
    #expect(person.sees("reported zzz new"))
  }

  @Test("never types a name that guards a deletion")
  func deletion() throws {
    var person = try EditingTests.person()
    person.type("D")
    person.press(.tab)
    #expect(person.model.entry?.line.text.isEmpty == true)
  }
}
