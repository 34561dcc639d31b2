import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("The monitor, when a sandbox starts again in its folder")
struct RenewedCertificatesTests {
  /// Starts a sandbox again on its port.
  private func again(_ former: SandboxProgram) throws -> SandboxProgram {
    try SandboxProgram(
      in: former.batch.path, ["--thing", "lamp1", "--port", String(former.port)])
  }

  @Test("comes back by itself to the certificates that were kept")
  func kept() async throws {
    let folder = try TemporaryFolder()
    let first = try SandboxProgram(in: folder.path("kept"), ["--thing", "lamp1"])
    let screen = try Program.inTerminal(["monitor"] + first.options("lamp1"))
    try await screen.wait(seconds: 20, for: "● connected")
    try first.stop()
    try await screen.wait(seconds: 20, for: "○ offline")
    let second = try again(first)
    try await screen.wait(seconds: 40, for: "● connected")
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    try second.stop()
  }

  @Test("takes new certificates from the files on r, and says which file it cannot read")
  func renewed() async throws {
    let folder = try TemporaryFolder()
    let first = try SandboxProgram(in: folder.path("kept"), ["--thing", "lamp1"])
    let screen = try Program.inTerminal(["monitor"] + first.options("lamp1"), columns: 100)
    try await screen.wait(seconds: 20, for: "● connected")
    try first.stop()
    try await screen.wait(seconds: 20, for: "○ offline")
    #expect(unlink(first.batch.path + "/broker/ca-key.pem") == 0)
    let second = try again(first)
    try second.child.wait(seconds: 20, for: "words about the authority") {
      $0.errorText.contains("all others are made anew: its key is missing.")
    }
    try await screen.wait(seconds: 40, for: "■ stopped")

    let key = second.batch.thing("lamp1").privateKey
    #expect(rename(key, key + ".away") == 0)
    try screen.press("r")
    try await screen.wait(seconds: 20, for: "Tried again with the certificates as they were")
    #expect(rename(key + ".away", key) == 0)
    try screen.press("r")
    try await screen.wait(seconds: 20, for: "● connected")
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    try second.stop()
  }
}
