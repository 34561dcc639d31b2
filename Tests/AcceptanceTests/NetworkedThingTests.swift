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
