import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("Colours and keys as the person set them")
struct LookTests {
  /// A folder of settings.
  private func settings(
    _ text: String, themes: [String: String] = [:]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try PrivateFiles.makeFolder(folder.path("shadowscope"))
    try PrivateFiles.makeFolder(folder.path("shadowscope/themes"))
    try folder.write(text, to: "shadowscope/config.toml")
    for (name, text) in themes { try folder.write(text, to: "shadowscope/themes/\(name).toml") }
    return folder
  }

  /// How nord and gruvbox-dark write a path in 24 bits.
  private static let nord = "38;2;229;233;240m"
  private static let gruvbox = "38;2;235;219;178m"

  @Test(
    "come from the option, else from the environment, else from the settings",
    arguments: [
      (["--theme", "nord"], ["SHADOWSCOPE_THEME": "gruvbox-dark"], nord),
      ([], ["SHADOWSCOPE_THEME": "nord"], nord), ([], [:], gruvbox),
      (["--theme", "mine"], [:], "38;2;1;2;3m"),
    ] as [([String], [String: String], String)])
  func theme(_ options: [String], _ environment: [String: String], _ colour: String) async throws {
    let folder = try settings(
      "theme = \"gruvbox-dark\"",
      themes: ["mine": "inherits = \"nord\"\n[roles]\n\"path\" = { fg = \"#010203\" }\n"])
    let screen = try Program.inTerminal(
      ["monitor"] + options,
      environment: ["XDG_CONFIG_HOME": folder.path, "COLORTERM": "truecolor"]
        .merging(environment) { $1 })
    try await screen.wait(seconds: 20, for: "shadowscope --help")
    #expect(try screen.styledScreen().contains(colour))
  }

  @Test("a wrong theme and a wrong key are told with their line; what is right is taken")
  func faults() async throws {
    let sandbox = try TestSandbox()
    let folder = try settings(
      "theme = \"mine\"\n[keys]\nquit = \"Q\"\npublsh = \"ctrl-s\"\n",
      themes: ["mine": "inherits = \"nord\"\n[roles]\n\"paht\" = { fg = \"#010203\" }\n"])
    let screen = try Program.inTerminal(
      ["monitor"] + sandbox.options, rows: 40, columns: 160,
      environment: ["XDG_CONFIG_HOME": folder.path, "COLORTERM": "truecolor"])
    let shown = try await screen.wait(seconds: 20, for: "This thing has no shadow")
    #expect(
      shown.contains(#"config.toml:4: there is no command "publsh" (did you mean "publish"?)"#))
    #expect(shown.contains(#"mine.toml:3: there is no role "paht" (did you mean "path"?)"#))
    #expect(shown.contains("Q quit"))
    try screen.press("Escape")
    try await screen.wait(seconds: 20, for: "the notices gone") { !$0.contains("publsh") }
    try screen.press("q", "?")
    try await screen.wait(seconds: 20, for: "┌ help ")
    try screen.press("q")
    try await screen.wait(seconds: 20, for: "┌ resources ")
    try screen.press("Q")
    #expect(try await screen.waitForEnd(seconds: 20) == 0)
  }

  @Test("are none with NO_COLOR, whatever else asks for them")
  func noColour() async throws {
    let sandbox = try TestSandbox()
    try MosquittoClient.publish(
      #"{"state":{"desired":{"flow":12},"reported":{"flow":11}}}"#,
      to: "$aws/things/lamp1/shadow/update", as: sandbox.batch.thing("lamp1"), of: sandbox.batch,
      port: sandbox.port)
    let terminal = try PseudoTerminal()
    let program = try ChildProcess(
      [try Program.path, "monitor", "--theme", "nord"] + sandbox.options,
      environment: [
        "NO_COLOR": "1", "COLORTERM": "truecolor", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
      ], input: .descriptor(terminal.terminal), output: .descriptor(terminal.terminal))
    #expect(terminal.collect(seconds: 20) { $0.contains("differs") })
    program.signal(SIGTERM)
    #expect(try program.waitForEnd(seconds: 20) == .exited(0))
    terminal.collect()
    let styles = terminal.outputText.matches(of: /\u{1B}\[([0-9;:]*)m/)
      .flatMap { $0.1.split(separator: ";") }
    #expect(styles.contains("1"))
    // Bold, dim, underlined, reversed, and the way back.
    #expect(Set(styles).subtracting(["0", "1", "2", "4", "7", "22", "24", "27"]) == [])
  }

  @Test("are listed with every theme, plain where no terminal reads them")
  func list() throws {
    let (status, output, errors) = try Program.run(["themes"])
    #expect(status == 0)
    #expect(errors == "")
    #expect(!output.contains("\u{1B}"))
    let names = ["colour-blind", "dark", "high-contrast", "light", "mono", "nord"]
    for name in names {
      #expect(output.split(separator: "\n").contains { $0.hasPrefix("\(name) ") })
    }
    let one = try Program.run(["themes", "nord"])
    #expect(one.status == 0)
    #expect(one.output.contains("value.changed") && !one.output.contains("\u{1B}"))
    let none = try Program.run(["themes", "nrod"])
    #expect(none.status == 64)
    #expect(none.errors.contains("Did you mean “nord”?"))
  }

  @Test("are shown in the terminal by the list of themes")
  func preview() async throws {
    let screen = try Program.inLastingTerminal(
      ["themes", "nord"], environment: ["COLORTERM": "truecolor"])
    try await screen.wait(seconds: 20, for: "ended 0")
    #expect(try screen.styledScreen().contains("38;2;"))
  }
}
