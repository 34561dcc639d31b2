import ArgumentParser
import JSON
import Sandbox
import Settings
import Terminal
import Thing

struct DemoCommand: ParsableCommand {
  /// The thing that the demo shows.
  static let thing = "greenhouse-07"

  /// What the cloud side wants of it at the start, so that there is a difference to be seen.
  private static let wishes: JSONObject = ["mode": "auto", "pump1": ["flow": 12]]

  static let configuration = CommandConfiguration(
    commandName: "demo", _superCommandName: "shadowscope",
    abstract: "Open the monitor on a sandbox with a simulated weather station.",
    discussion: """
      Quitting stops everything and leaves no process and no file.

      Examples:
        shadowscope demo
        shadowscope demo --keep my-sandbox --theme light
      """)

  @Option(
    help: ArgumentHelp("Keep the sandbox's files in this folder.", valueName: "folder"))
  var keep: String?

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    if keep?.isEmpty == true { throw ValidationError("--keep takes the name of a folder.") }
  }

  func run() throws {
    do throws(CommandFailure) {
      var look = try PersonalSettings().look(theme: screen.theme)
      look.isReadOnly = screen.readOnly ?? false
      try Self.runUntilQuit(keeping: keep, look, CommandSignals.take())
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// Runs the sandbox, its device and the monitor.
  ///
  /// - Parameters:
  ///   - keep: a folder for the sandbox's files; nil for a temporary one.
  ///   - look: of the screen.
  ///   - signals: taken over before anything is started.
  /// - Throws: `CommandFailure` if there is no sandbox, or no terminal to run on.
  static func runUntilQuit(
    keeping keep: String?, _ look: ScreenLook, _ signals: Signals
  ) throws(CommandFailure) {
    let sandbox: RunningSandbox
    do throws(SandboxError) {
      let options = SandboxOptions(
        folder: keep, things: [thing], temporaryFolders: Environment.temporaryFolder)
      sandbox = try RunningSandbox.start(options)
    } catch {
      throw CommandFailure(error)
    }
    defer { sandbox.stop() }
    do throws(SandboxError) {
      var generator = SystemRandomNumberGenerator()
      try sandbox.startDevice(
        thing: thing, rules: BuiltInRules.weatherStation.rules, wishes: wishes,
        seed: generator.next())
    } catch {
      throw CommandFailure(error)
    }
    let choice = ThingChoice(
      thingDir: sandbox.batch.thing(thing).path, endpoint: "localhost:\(sandbox.port)",
      ca: sandbox.batch.authority)
    // Its port and its thing end with it: what was connected to before is what counts.
    try MonitorRun(
      thing: choice.open(signals), choice: choice, look: look, signals: signals, isRemembered: false
    ).run()
  }
}
