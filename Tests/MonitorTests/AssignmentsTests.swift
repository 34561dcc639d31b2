import JSON
import Monitor
import Testing

@Suite("KEY=VALUE arguments")
struct AssignmentsTests {
  @Test(
    "are read as the edit line reads what is typed",
    arguments: [
      (["count=102", "on=true", "text=\"102\""], #"{"count":102,"on":true,"text":"102"}"#),
      (["mode=eco mode", "empty=", "gone=null"], #"{"mode":"eco mode","empty":"","gone":null}"#),
      (["/pump1/flow=11.50", "/pump1/on=false"], #"{"pump1":{"flow":11.50,"on":false}}"#),
      (["kitchen/temp=1e3", "a.b=1", "sum=1=1"], #"{"kitchen/temp":1e3,"a.b":1,"sum":"1=1"}"#),
      ([], "{}"),
    ])
  func read(_ assignments: [String], _ members: String) throws {
    #expect(JSONValue.object(try Assignments.members(assignments)).compact == members)
  }

  @Test("with := are JSON or nothing")
  func json() throws {
    let members = try Assignments.members(["list:=[1,2]", "/a/b:=\"102\"", "x=y:=z", "gone:=null"])
    #expect(
      JSONValue.object(members).compact
        == #"{"list":[1,2],"a":{"b":"102"},"x":"y:=z","gone":null}"#)
    let fault = #expect(throws: Assignments.Fault.self) { try Assignments.members(["mode:=eco"]) }
    guard case .malformed("mode:=eco", _, text: "eco") = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(throws: Assignments.Fault.self) { try Assignments.members([":=1"]) }
  }

  @Test("stand beside paths that are removed, unless both mean one place")
  func removal() throws {
    let members = try Assignments.members(
      ["a=1"], removing: [JSONPath(keys: ["b"]), JSONPath(keys: ["c", "d"])])
    #expect(JSONValue.object(members).compact == #"{"a":1,"b":null,"c":{"d":null}}"#)
    let fault = #expect(throws: Assignments.Fault.self) {
      try Assignments.members(["/a/b=1"], removing: [JSONPath(keys: ["a"])])
    }
    #expect(fault == .clash("--delete a", paths: ["a.b", "a"]))
  }

  @Test("without an equals sign are none")
  func noEqualsSign() {
    #expect(throws: Assignments.Fault.noEqualsSign("flow")) { try Assignments.members(["flow"]) }
  }

  @Test("with a key that leads nowhere are refused", arguments: ["=1", "/a~2b=1"])
  func noResource(_ assignment: String) {
    let fault = #expect(throws: Assignments.Fault.self) { try Assignments.members([assignment]) }
    guard case .noResource(assignment, _, _) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test(
    "that write one place twice contradict each other",
    arguments: [["a=1", "a=2"], ["/a=1", "/a/b=2"], ["/a/b=2", "a=1"]])
  func clash(_ assignments: [String]) {
    let fault = #expect(throws: Assignments.Fault.self) { try Assignments.members(assignments) }
    guard case .clash(assignments[1], _) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
  }

  @Test("with broken JSON tell the place, with null in an array the reason")
  func values() {
    let broken = #expect(throws: Assignments.Fault.self) { try Assignments.members(["a=[1 2]"]) }
    guard case .malformed("a=[1 2]", let error, text: "[1 2]") = broken else {
      Issue.record("\(String(describing: broken))")
      return
    }
    #expect(error.offset == 3)
    #expect(throws: Assignments.Fault.refused("a=[null]", reason: "an array cannot hold null")) {
      try Assignments.members(["a=[null]"])
    }
  }
}
