import Sandbox
import TestSupport
import Testing

@Suite("Starting without a thing")
struct StartTests {
  @Test("asks for a folder and the broker, and opens a thing of the batch by keys alone")
  func opens() async throws {
    let sandbox = try TestSandbox()
    let home = try TemporaryFolder()
    let terminal = try Program.inTerminal([], environment: ["XDG_STATE_HOME": home.path])
    try await terminal.wait(seconds: 20, for: "No thing is named yet")
    try terminal.type("o")
    try await terminal.wait(seconds: 20, for: "MIC's zip of certificates")
    try terminal.type(sandbox.batch.things)
    try terminal.press("Enter")
    try await terminal.wait(seconds: 20, for: "The broker")
    try terminal.type("localhost:\(sandbox.port)")
    try terminal.press("Enter")
    try await terminal.wait(seconds: 20, for: "lamp2")
    try terminal.type("2")
    try terminal.press("Enter")
    try await terminal.wait(seconds: 20, for: "● connected")
    try await terminal.wait(seconds: 20, for: "This thing has no shadow")
    // Whoever starts again finds the broker there, and in the list what was looked at.
    let again = try Program.inTerminal([], environment: ["XDG_STATE_HOME": home.path])
    try await again.wait(seconds: 20, for: "No thing is named yet")
    try again.type("o")
    try again.type(sandbox.batch.things)
    try again.press("Enter")
    try await again.wait(seconds: 20, for: "> localhost:\(sandbox.port)")
    try again.press("Enter")
    try await again.wait(seconds: 20, for: "the time of its use") { shown in
      shown.rows.contains { $0.contains("lamp2") && $0.contains("used ") }
    }
    // The list takes the mouse too: a press on what is selected opens it.
    let list = try await again.wait(seconds: 20, for: "▌ lamp1")
    #expect(try again.mouseModes() == "0 1 1")
    try again.click(row: try #require(list.row(with: "▌ lamp1")), column: 10)
    try await again.wait(seconds: 20, for: "● connected")
  }
}
