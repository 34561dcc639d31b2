import JSON
import Sandbox
import Shadow
import TestSupport
import Testing
import Thing
@testable import shadowscope

@Suite("A networked thing, over its parent's connection")
struct NetworkedThingTests {
  @Test("connects as its parent, whose certificate it is, unless a client id is given")
  func clientID() throws {
    let sandbox = try TestSandbox()
    let folder = sandbox.batch.thing("lamp1").path
    var choice = ThingChoice(
      thingDir: folder, thing: "lamp1__pump", endpoint: "localhost:\(sandbox.port)")
    let opened = try choice.open()
    #expect(opened.address.thing == "lamp1__pump")
    #expect(opened.configuration.clientID == "lamp1")
    choice.clientID = "bench"
    #expect(try choice.open().configuration.clientID == "bench")
  }

  @Test("is named by its own name, made of a type, and read again")
  func named() throws {
    let sandbox = try TestSandbox(strict: true)
    let options = sandbox.options + ["--networked", "pump"]
    let written = try Program.run(["update"] + options + ["--thing-type", "42", "flow=2"])
    #expect(written.status == 0, "\(written.errors)")
    let read = try Program.run(["get"] + options + ["--section", "reported"])
    #expect(
      try JSONParser.parse(read.output.utf8).compact == #"{"flow":2,"tcxn":{"thingType":"42"}}"#)
    let shown = try Program.run(["update", "--dry-run"] + options + ["--thing", "lamp1", "a=1"])
    #expect(shown.output.hasPrefix("$aws/things/lamp1__pump/shadow/update "))
  }

  @Test(
    "says what cannot be",
    arguments: [
      (["--networked", "", "a=1"], "--networked takes a name."),
      (["--thing-type", "", "a=1"], "--thing-type takes an id."),
      (["--thing-type", "1", "--desired", "a=1"], "without --desired."),
      (["--networked", "a b", "a=1"], "a b"),
    ])
  func refused(_ arguments: [String], _ words: String) throws {
    let sandbox = try TestSandbox()
    let result = try Program.run(["update"] + sandbox.options + arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test("is written and read from its parent's folder, and from a batch", arguments: [false, true])
  func roundTrip(fromBatch: Bool) throws {
    let sandbox = try TestSandbox(strict: true)
    let place =
      fromBatch
      ? ["--batch", sandbox.batch.things, "--ca", sandbox.batch.authority]
      : ["--thing-dir", sandbox.batch.thing("lamp1").path]
    let options =
      place + [
        "--thing", "lamp1__pump", "--endpoint", "localhost:\(sandbox.port)",
      ]
    let written = try Program.run(["update"] + options + ["flow=2"])
    #expect(written.status == 0, "\(written.errors)")
    let document = try JSONParser.parse(Program.run(["get"] + options).output.utf8)
    #expect(document[JSONPath(keys: ["state", "reported"])]?.compact == #"{"flow":2}"#)
  }
}
