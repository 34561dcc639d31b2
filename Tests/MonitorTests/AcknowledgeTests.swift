import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("Acknowledging the delta")
struct AcknowledgeTests {
  private func person() throws -> Person {
    try Person(
      reported: #"{"a":1,"pump":{"flow":11,"on":true}}"#,
      desired: #"{"a":1,"b":[2],"pump":{"flow":12,"on":true},"q":{"x":1,"y":{"z":2}}}"#)
  }

  private func edits(_ person: Person) -> [String] {
    person.model.draft.edits.map {
      "\($0.section.rawValue)\($0.path.pointer) \($0.value?.compact ?? "null")"
    }
  }

  @Test("asks with three answers, and no changes nothing")
  func no() throws {
    var person = try person()
    person.type("A")
    #expect(person.sees("Report b, pump.flow and 2 more as done? y yes c and clear desired n no"))
    person.type("k")
    #expect(person.sees("y, c or n?"))
    person.type("n")
    #expect(person.model.draft.isEmpty)
  }

  @Test("stages a report of everything that differs, as one step")
  func report() throws {
    var person = try person()
    person.type("Ay")
    #expect(
      edits(person) == [
        "reported/b [2]", "reported/pump/flow 12", "reported/q/x 1", "reported/q/y/z 2",
      ])
    person.type("u")
    #expect(person.model.draft.isEmpty)
  }

  @Test("clears the wishes too, whole objects where all in them differs, and nothing else")
  func clear() throws {
    var person = try person()
    person.type("Ac")
    #expect(
      edits(person).suffix(3) == ["desired/b null", "desired/pump/flow null", "desired/q null"])
    person.type("P")
    #expect(
      person.submitted?.text.hasPrefix(
        #"{"state":{"desired":{"b":null,"pump":{"flow":null},"q":null},"#
          + #""reported":{"b":[2],"pump":{"flow":12},"q":{"x":1,"y":{"z":2}}}}"#) == true)
  }

  @Test("leaves the third answer out of other questions")
  func otherQuestions() throws {
    var person = try person()
    person.type("Ayq")
    #expect(!person.sees("and clear desired"))
    person.type("c")
    #expect(person.model.question == .quit)
  }

  @Test("says that there is nothing to acknowledge")
  func nothing() throws {
    var person = try Person(reported: #"{"a":1}"#, desired: #"{"a":1.0}"#)
    person.type("A")
    #expect(person.sees("Nothing differs"))
  }
}
