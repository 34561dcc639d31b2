import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("Messages and values taken along")
struct KeepingTests {
  /// A monitor on a thing with a shadow.
  private func monitor(
    _ sandbox: borrowing TestSandbox, environment: [String: String] = [:]
  ) async throws -> TmuxSession {
    try MosquittoClient.publish(
      #"{"state":{"reported":{"temperature":21.5}}}"#, to: "$aws/things/lamp1/shadow/update",
      as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
    let screen = try Program.inTerminal(["monitor"] + sandbox.options, environment: environment)
    try await screen.wait(seconds: 20, for: "21.5")
    return screen
  }

  /// Asks to save what is read, under this name.
  private func save(_ path: String, _ screen: TmuxSession) async throws {
    try screen.press("W")
    try await screen.wait(seconds: 20, for: "~ is your own folder")
    try screen.press("C-u")
    try screen.type(path)
    try screen.press("Enter")
  }

  @Test("a message goes to a file for its owner alone, and replaces another only if told to")
  func saving() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    let screen = try await monitor(sandbox, environment: ["HOME": home.path])
    try screen.press("Tab", "Enter")
    try await screen.wait(seconds: 20, for: "1 raw  2 pretty  3 diff")
    try screen.press("W")
    // The line suggests a name.
    try await screen.wait(seconds: 20, for: "> lamp1-v1-get-accepted.json")
    try screen.press("C-u")
    try screen.type("~/kept.json")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "to ~/kept.json")
    var facts = stat()
    #expect(stat(home.path("kept.json"), &facts) == 0)
    #expect(facts.st_mode & 0o777 == 0o600)
    let saved = try ChildProcess.run(["cat", home.path("kept.json")]).output
    #expect(saved.hasPrefix(#"{"state":{"reported":{"temperature":21.5}}"#))

    try home.write("mine", to: "other.json")
    try await save("~/other.json", screen)
    try await screen.wait(seconds: 20, for: "y yes")
    try screen.press("n")
    try await screen.wait(seconds: 20, for: "the question gone") { !$0.contains("y yes") }
    #expect(try ChildProcess.run(["cat", home.path("other.json")]).output == "mine")
    try await save("~/other.json", screen)
    try await screen.wait(seconds: 20, for: "y yes")
    try screen.press("y")
    try await screen.wait(seconds: 20, for: "to ~/other.json")
    #expect(try ChildProcess.run(["cat", home.path("other.json")]).output == saved)
    #expect(stat(home.path("other.json"), &facts) == 0)
    #expect(facts.st_mode & 0o777 == 0o600)
    #expect(entries(of: home.path) == ["kept.json", "other.json"])

    try await save("~/none/kept.json", screen)
    try await screen.wait(seconds: 20, for: "Not saved: No such file")
  }

  @Test("a value, a message and a line for a shell go to the clipboard through tmux")
  func copying() async throws {
    let sandbox = try TestSandbox()
    let screen = try await monitor(sandbox)
    try screen.acceptCopies()
    try screen.press("y")
    try await screen.wait(seconds: 20, for: "▌ value  21.5")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "copied 4 B")
    try await waitUntil("the value") { try screen.copied() == "21.5" }
    try screen.press("y")
    try screen.type("mosq")
    try await screen.wait(seconds: 20, for: "▌ mosquitto_pub")
    try screen.press("Enter")
    try await waitUntil("the line") { try screen.copied().hasPrefix("mosquitto_pub ") }
    try screen.press("Tab", "Enter", "y")
    try await waitUntil("the message") {
      try screen.copied().hasPrefix(#"{"state":{"reported":{"temperature":21.5}}"#)
    }
  }
}
