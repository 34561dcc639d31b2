import Glibc
import Sandbox
import Settings
import TestSupport
import Testing

@Suite("From MIC's zip to the live screen")
struct HomeTests {
  /// Folders of a person's own.
  private func home(_ folder: borrowing TemporaryFolder) -> [String: String] {
    [
      "XDG_CONFIG_HOME": folder.path("config"), "XDG_STATE_HOME": folder.path("state"),
      "HOME": folder.path, "NO_COLOR": "1",
    ]
  }

  private func profile(_ folder: borrowing TemporaryFolder) throws -> String? {
    try SettingsFile.text(folder.path("config/shadowscope/config.toml"))
  }

  @Test("it is a few answers, each step of the check told, then the monitor")
  func walk() async throws {
    let folder = try TemporaryFolder()
    let sandbox = try SandboxProgram(in: folder.path("box"), ["--things", "3", "--zip"])
    let screen = try Program.inTerminal(
      ["init", folder.path("box/batch.zip")], rows: 40, environment: home(folder))
    try await screen.wait(seconds: 20, for: "3  00000003")
    try screen.type("2")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "That is 00000002.")
    try await screen.wait(seconds: 20, for: "Settings, About")
    try screen.type("https://localhost:\(sandbox.port)/")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "Use localhost:\(sandbox.port) instead?")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "Name of the profile [00000002]")
    try screen.type("home")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "Use it where no profile is named?")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "Check the connection now")
    try screen.press("Enter")
    let checked = try await screen.wait(seconds: 30, for: "Write it? [Y/n]")
    #expect(checked.contains("✓"))
    #expect(!checked.contains("✗"))
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "Open the monitor on it now?")
    try screen.press("Enter")
    try await screen.wait(seconds: 30, for: "the live screen") {
      $0.contains("● connected") && $0.contains("00000002") && $0.contains("no shadow")
    }
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    #expect(
      try profile(folder) == """
        profile = "home"

        [profiles.home]
        batch = "\(folder.path("box/batch.zip"))"
        thing = "00000002"
        endpoint = "localhost:\(sandbox.port)"

        """)
    try sandbox.stop()
  }

  @Test(
    "a failed check is explained, and nothing is written unless the person says so all the same")
  func failedCheck() async throws {
    let folder = try TemporaryFolder()
    let batch = BatchFolder(path: folder.path("box"))
    try batch.fill(things: ["lamp1"], key: .elliptic, validity: .aroundNow)
    try batch.zip.write(["lamp1"], of: batch)
    let arguments = [
      "init", batch.zip.path, "--endpoint", "localhost:1", "--name", "a", "--default",
    ]
    let alone = try Program.run(
      arguments + ["--check"], environment: Program.ours.merging(home(folder)) { $1 })
    #expect(alone.status == 1)
    #expect(alone.errors.contains("Nothing was written: the check failed at"), "\(alone.errors)")
    #expect(try profile(folder) == nil)
    let screen = try Program.inLastingTerminal(
      arguments + ["--check", "--no-open"], environment: home(folder))
    let asked = try await screen.wait(
      seconds: 30, for: "A check failed. Write it all the same? [y/N]")
    #expect(asked.contains("✗"))
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "ended 1")
    #expect(try profile(folder) == nil)
    let insisting = try Program.inLastingTerminal(
      arguments + ["--check", "--no-open"], environment: home(folder))
    try await insisting.wait(seconds: 30, for: "all the same?")
    try insisting.type("y")
    try insisting.press("Enter")
    try await insisting.wait(seconds: 20, for: "ended 0")
    #expect(try profile(folder)?.contains("[profiles.a]") == true)
  }

  @Test("opens nothing where nobody can be asked")
  func noTerminal() throws {
    let folder = try TemporaryFolder()
    let environment = Program.ours.merging(home(folder)) { $1 }
    let result = try Program.run(["init", "x.zip", "--open"], environment: environment)
    #expect(result.status == 64)
    #expect(result.errors.contains("There is no terminal to open the monitor on."))
  }
}
