import JSON
import Sandbox
import TestSupport
import Testing

@Suite("The owner, in the place of the cloud")
struct OwnerTests {
  private func options(_ sandbox: borrowing TestSandbox, thing: String) -> [String] {
    [
      "--as-owner", sandbox.batch.owner.path, "--thing", thing,
      "--endpoint", "localhost:\(sandbox.port)",
    ]
  }

  @Test("wishes for every thing, and reads every shadow", arguments: ["lamp1", "lamp2"])
  func desired(thing: String) throws {
    let sandbox = try TestSandbox()
    let owner = options(sandbox, thing: thing)
    let wish = try Program.run(["update", "--desired"] + owner + ["power=on"])
    #expect(wish.status == 0, "\(wish.errors)")
    let document = try JSONParser.parse(Program.run(["get"] + owner).output.utf8)
    #expect(
      document[JSONPath(keys: ["state"])]?.compact
        == #"{"desired":{"power":"on"},"delta":{"power":"on"}}"#)
  }

  @Test("leaves the device on line, which hears of the wish")
  func device() throws {
    let sandbox = try TestSandbox()
    // Under the thing's name, as a device connects.
    let device = try Subscription(
      to: ["$aws/things/lamp1/shadow/update/delta"], as: sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port, more: ["-i", "lamp1"])
    for power in ["on", "off"] {
      let wish = try Program.run(
        ["update", "--desired"] + options(sandbox, thing: "lamp1") + ["power=\(power)"])
      #expect(wish.status == 0, "\(wish.errors)")
    }
    let deltas = try device.waitForMessages(2)
    #expect(deltas[0].contains(#""power":"on""#))
    #expect(deltas[1].contains(#""power":"off""#))
    #expect(device.connections == 1)
  }

  @Test("acts for a named shadow and for a networked thing too")
  func further() throws {
    let sandbox = try TestSandbox()
    let named = options(sandbox, thing: "lamp1") + ["--shadow", "night"]
    #expect(try Program.run(["update", "--desired"] + named + ["a=1"]).status == 0)
    let networked = options(sandbox, thing: "lamp1__pump")
    #expect(try Program.run(["update"] + networked + ["flow=2"]).status == 0)
    #expect(try Program.run(["get"] + options(sandbox, thing: "lamp1")).status == 4)
  }

  @Test("a thing's certificate is nobody's owner")
  func impostor() throws {
    let sandbox = try TestSandbox()
    let run = try Program.run([
      "update", "--desired", "--as-owner", sandbox.batch.thing("lamp2").path, "--thing", "lamp1",
      "--endpoint", "localhost:\(sandbox.port)", "power=on",
    ])
    // The broker drops the request without a word, so its outcome is not known.
    #expect(run.status == 75)
    #expect(try Program.run(["get"] + options(sandbox, thing: "lamp1")).status == 4)
  }

  @Test(
    "needs the thing's name, and no other certificate",
    arguments: [
      (["--as-owner", "o"], "--thing NAME"),
      (["--as-owner", "o", "--thing", "lamp1", "--thing-dir", "t"], "only one of"),
      (["--as-owner", "o", "--thing", "lamp1", "--batch", "b"], "only one of"),
      (["--thing", "lamp1"], "--as-owner FOLDER"),
    ])
  func commandLine(arguments: [String], words: String) throws {
    let run = try Program.run(["get", "--endpoint", "localhost"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains(words))
  }
}
