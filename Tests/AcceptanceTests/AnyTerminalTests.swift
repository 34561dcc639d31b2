import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("The monitor in whatever terminal")
struct AnyTerminalTests {
  private func report(_ state: String, _ sandbox: borrowing TestSandbox) throws {
    try MosquittoClient.publish(
      "{\"state\":\(state)}", to: "$aws/things/lamp1/shadow/update",
      as: sandbox.batch.thing("lamp1"), of: sandbox.batch, port: sandbox.port)
  }

  @Test(
    "is framed, takes keys and ends",
    arguments: ["xterm", "screen-256color", "linux", "vt100"])
  func types(_ type: String) async throws {
    let sandbox = try TestSandbox()
    try report(#"{"desired":{"flow":12},"reported":{"flow":11}}"#, sandbox)
    let screen = try Program.inTerminal(["monitor"] + sandbox.options, type: type)
    let shown = try await screen.wait(seconds: 20, for: "1 differs")
    #expect(shown.rows.filter { $0.hasPrefix("│") && $0.hasSuffix("│") }.count >= 15)
    #expect(shown.rows.allSatisfy { $0.count <= 80 })
    try screen.press("Down", "t", "e")
    try await screen.wait(seconds: 20, for: "> 12")
    try screen.press("Left", "3", "End", "4")
    try await screen.wait(seconds: 20, for: "> 1324")
    try screen.press("Escape")
    try await screen.wait(seconds: 20, for: "Nothing is staged")
    try screen.press("q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
    #expect(try !screen.usesSecondScreen())
  }

  @Test("draws ASCII alone where the locale has nothing else")
  func ascii() async throws {
    let sandbox = try TestSandbox()
    try report(#"{"desired":{"flow":12},"reported":{"flow":11,"name":"Växthus"}}"#, sandbox)
    // A terminal without line drawing of its own, so that nothing else comes from there either.
    let screen = try Program.inTerminal(
      ["monitor"] + sandbox.options, environment: ["LC_ALL": "C"])
    let shown = try await screen.wait(seconds: 20, for: "1 differs")
    #expect(shown.text.unicodeScalars.allSatisfy { $0.isASCII })
    #expect(shown.contains("! ") && shown.contains("V?xthus"))
    #expect(shown.rows.contains { $0.hasPrefix("+- log -") || $0.hasPrefix("+ log -") })
  }

  @Test("takes a paste of 100 KB with line ends into one line, and says what it would be")
  func hugePaste() async throws {
    let sandbox = try TestSandbox()
    try report(#"{"reported":{"note":"short"}}"#, sandbox)
    let screen = try Program.inTerminal(["monitor"] + sandbox.options)
    try await screen.wait(seconds: 20, for: "short")
    try screen.press("e", "C-u")
    try await screen.wait(seconds: 20, for: "reported note")
    try screen.paste(String(repeating: "half a line,\n", count: 8000) + "the end")
    let typed = try await screen.wait(seconds: 20, for: "line,␊the end")
    #expect(typed.contains("text"))
    try screen.press("C-w")
    try screen.type("stop")
    try await screen.wait(seconds: 20, for: "the stop")
    try screen.press("Enter")
    try await screen.wait(seconds: 20, for: "1 staged")
    try await screen.wait(seconds: 20, for: "of 8192: the service will refuse it")
  }
}
