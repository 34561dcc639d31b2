import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

@Suite("get and update")
struct HeadlessTests {
  @Test("get answers 4 and nothing on standard output for a thing without a shadow")
  func missing() throws {
    let sandbox = try TestSandbox()
    let (status, output, errors) = try Program.run(["get"] + sandbox.options)
    #expect(status == 4)
    #expect(output.isEmpty)
    #expect(errors.contains("No shadow exists with name: 'lamp1'"))
  }

  @Test("update writes JSON values, texts and nested resources, and get shows them")
  func roundTrip() throws {
    let sandbox = try TestSandbox()
    let written = try Program.run(
      ["update"] + sandbox.options + [
        "count=102", "on=true", "text=\"102\"", "mode=eco mode", "/pump1/flow=11.50",
        "kitchen/temp=1e3", "list=[1,2]", "empty=",
      ])
    #expect(written.status == 0)
    #expect(try JSONParser.parse(written.output.utf8).object?["version"] == 1)
    let read = try Program.run(["get"] + sandbox.options)
    #expect(read.status == 0)
    let document = try JSONParser.parse(read.output.utf8)
    #expect(
      document[JSONPath(keys: ["state", "reported"])]?.compact
        == #"{"count":102,"on":true,"text":"102","mode":"eco mode","pump1":{"flow":11.50},"#
        + #""kitchen/temp":1e3,"list":[1,2],"empty":""}"#)
    #expect(document.object?["clientToken"] == nil)
  }

  @Test("update --desired asks for values, and null removes one")
  func desired() throws {
    let sandbox = try TestSandbox()
    #expect(
      try Program.run(["update"] + sandbox.options + ["--desired", "a=1", "b=2"]).status == 0)
    #expect(try Program.run(["update"] + sandbox.options + ["--desired", "a=null"]).status == 0)
    let document = try JSONParser.parse(Program.run(["get"] + sandbox.options).output.utf8)
    #expect(document[JSONPath(keys: ["state"])]?.compact == #"{"desired":{"b":2},"delta":{"b":2}}"#)
  }

  @Test("update answers 3 with the service's words when it is rejected")
  func rejected() throws {
    let sandbox = try TestSandbox()
    let deep = #"deep={"1":{"2":{"3":{"4":{"5":{"6":1}}}}}}"#
    let (status, output, errors) = try Program.run(["update"] + sandbox.options + [deep])
    #expect(status == 3)
    #expect(output.isEmpty)
    #expect(errors.contains("400 JSON contains too many levels of nesting"))
  }

  @Test("get escapes what a terminal would act on, and the JSON stays the same value")
  func harmless() throws {
    let sandbox = try TestSandbox()
    let value = "\"\\u009b31m\\u202e\\u007f\\u200b ok é\""
    #expect(try Program.run(["update"] + sandbox.options + ["a=\(value)"]).status == 0)
    let output = try Program.run(["get"] + sandbox.options).output
    #expect(output.contains(#""\u009b31m\u202e\u007f\u200b ok é""#))
    let document = try JSONParser.parse(output.utf8)
    #expect(try document[JSONPath(keys: ["state", "reported", "a"])] == JSONParser.parse(value))
  }

  @Test("says so when standard output cannot be written, and that an update was accepted")
  func fullDisk() throws {
    let sandbox = try TestSandbox()
    let program = try Program.path
    func shell(_ command: String) throws -> (ending: ChildProcess.Ending, errors: String) {
      let run = try ChildProcess.run(["sh", "-c", "'\(program)' \(command) > /dev/full"])
      return (run.ending, run.errors)
    }
    let thing = sandbox.options.joined(separator: " ")
    let update = try shell("update \(thing) a=1")
    #expect(update.ending == .exited(1))
    #expect(update.errors.contains("The update was accepted."))
    #expect(update.errors.contains("Standard output cannot be written."))
    let get = try shell("get \(thing)")
    #expect(get.ending == .exited(1))
    #expect(get.errors.contains("No space left on device"))
  }

  @Test("ends without a word when nobody reads any more")
  func closedPipe() throws {
    let sandbox = try TestSandbox()
    #expect(try Program.run(["update"] + sandbox.options + ["a=1"]).status == 0)
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    let child = try ChildProcess(
      [Program.path, "get"] + sandbox.options, output: .descriptor(ends[1]))
    close(ends[1])
    #expect(try child.waitForEnd(seconds: 30) == .exited(141))
    #expect(child.errorText.isEmpty)
  }

  @Test("a batch of one thing needs no name")
  func batch() throws {
    let sandbox = try TestSandbox(things: ["lamp1"])
    let (status, _, _) = try Program.run([
      "update", "--batch", sandbox.batch.things, "--endpoint", "localhost:\(sandbox.port)", "a=1",
    ])
    #expect(status == 0)
  }

  @Test("a named shadow is another shadow")
  func named() throws {
    let sandbox = try TestSandbox()
    let named = ["--shadow", "config"]
    #expect(try Program.run(["update"] + sandbox.options + named + ["a=1"]).status == 0)
    #expect(try Program.run(["get"] + sandbox.options + named).status == 0)
    #expect(try Program.run(["get"] + sandbox.options).status == 4)
  }
}
