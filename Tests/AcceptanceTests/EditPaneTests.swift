import Sandbox
import TestSupport
import Testing

@Suite("The edit pane, on a broker with others")
struct EditPaneTests {
  /// A monitor of a thing that has a shadow.
  private func monitor(
    _ sandbox: borrowing TestSandbox, state: String, environment: [String: String] = [:]
  ) async throws -> TmuxSession {
    try publish(state, sandbox)
    let screen = try Program.inTerminal(["monitor"] + sandbox.options, environment: environment)
    try await screen.wait(seconds: 30, for: "the document") { $0.version == 1 }
    return screen
  }

  /// Acts as the thing, as a device on the same certificate does.
  private func publish(_ state: String, _ sandbox: borrowing TestSandbox) throws {
    try MosquittoClient.publish(
      "{\"state\":\(state)}", to: "$aws/things/lamp1/shadow/update",
      as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
  }

  /// Stages another value for the first resource.
  private func stage(_ value: String, _ screen: TmuxSession) async throws {
    try screen.press("e", "C-u")
    try screen.type(value)
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")
  }

  @Test("shows what changed when the version is refused, and a rebase keeps the edit")
  func locked() async throws {
    let sandbox = try TestSandbox()
    let screen = try await monitor(sandbox, state: #"{"reported":{"temperature":21.5}}"#)
    try await stage("22", screen)
    try screen.press("V")
    try await screen.wait(seconds: 20, for: "v1 · 1 staged")
    try publish(#"{"reported":{"temperature":23}}"#, sandbox)
    try await screen.wait(seconds: 20, for: "v1 of 2 · 1 staged")
    try screen.press("P")
    let refused = try await screen.wait(
      seconds: 20, for: "rejected 409: staged upon v1, the shadow is at v2")
    #expect(refused.contains("was 21.5, is 23, yours 22"))
    try screen.press("R")
    try await screen.wait(seconds: 20, for: "upon v2 now")
    try screen.press("P")
    try await screen.wait(seconds: 20, for: "accepted v3")
  }

  @Test("acknowledges the delta and clears the wish, in one update")
  func acknowledged() async throws {
    let sandbox = try TestSandbox()
    let screen = try await monitor(
      sandbox, state: #"{"desired":{"flow":12},"reported":{"flow":11}}"#)
    let listener = try Subscription(
      to: ["$aws/things/lamp1/shadow/update/accepted"], as: sandbox.batch.thing("lamp1"),
      of: sandbox.batch, port: sandbox.port)
    try screen.press("A")
    try await screen.wait(seconds: 20, for: "Report flow as done?")
    try screen.press("c")
    try await screen.wait(seconds: 20, for: "2 staged")
    try screen.press("P")
    try await screen.wait(seconds: 20, for: "acceptance, and the document without a difference") {
      $0.contains("accepted v2") && !$0.rows[1].contains("differs")
    }
    try listener.wait(for: "acceptance") {
      $0.contains(#""desired":{"flow":null},"reported":{"flow":12}"#)
    }
  }

  @Test("hands a backdated document to MIC, and the shadow is as it was")
  func backdated() async throws {
    let sandbox = try TestSandbox()
    let screen = try await monitor(sandbox, state: #"{"reported":{"temperature":21.5}}"#)
    let listener = try Subscription(
      to: ["tcxn/things/lamp1/shadow/backdate"], as: sandbox.batch.owner, of: sandbox.batch,
      port: sandbox.port)
    try await stage("22", screen)
    try screen.press("t", "t", "o")
    try screen.type("2026-01-02T03:04:05Z")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "observed on 2026-01-02")
    try screen.press("P")
    let sent = try await screen.wait(seconds: 20, for: "the broker has it")
    #expect(sent.version == 1)
    #expect(!sent.contains("staged"))
    try listener.wait(for: "document") {
      $0.contains(#"{"state":{"reported":{"temperature":22}},"timestamp":1767323045000"#)
    }
  }

  @Test("deletes the shadow once the thing's name is typed")
  func deleted() async throws {
    let sandbox = try TestSandbox()
    let screen = try await monitor(sandbox, state: #"{"reported":{"temperature":21.5}}"#)
    try screen.press("D")
    try screen.type("lamp2")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "nothing is deleted")
    try screen.press("BSpace", "1", "Enter")
    let gone = try await screen.wait(seconds: 20, for: "deleted: v1 is gone")
    #expect(gone.contains("This thing has no shadow"))
  }

  @Test("stages what was changed in the person's own editor")
  func editedOutside() async throws {
    let sandbox = try TestSandbox()
    let screen = try await monitor(
      sandbox, state: #"{"reported":{"pump":{"flow":11,"on":true}}}"#,
      environment: ["EDITOR": "sed -i s/11/12/"])
    try screen.press("E")
    let staged = try await screen.wait(seconds: 20, for: "1 edit of pump staged")
    #expect(staged.contains("reported pump.flow  11 → 12"))
    try screen.press("P")
    try await screen.wait(seconds: 20, for: "accepted v2")
  }

  @Test("changes nothing in read-only mode")
  func readOnly() async throws {
    let sandbox = try TestSandbox()
    try publish(#"{"reported":{"temperature":21.5}}"#, sandbox)
    let screen = try Program.inTerminal(["monitor", "--read-only"] + sandbox.options)
    try await screen.wait(seconds: 30, for: "21.5")
    try screen.press("e")
    let refused = try await screen.wait(seconds: 20, for: "Read-only: nothing is staged")
    #expect(refused.rows.first?.contains("read-only") == true)
  }
}
