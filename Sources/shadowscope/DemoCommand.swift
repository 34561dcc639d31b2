import ArgumentParser
import Dispatch
import JSON
import Sandbox
import Settings
import Shadow
import Terminal
import Thing

struct DemoCommand: ParsableCommand {
  /// The thing that the demo shows.
  static let thing = "greenhouse-07"
  /// Behind it, with a shadow of its own on the same connection.
  static let networkedThing = "greenhouse-07__soil"

  /// What the cloud side wants of it at the start, so that there is a difference to be seen.
  private static let wishes: JSONObject = ["mode": "auto", "pump1": ["flow": 12]]

  static let configuration = CommandConfiguration(
    commandName: "demo", _superCommandName: "shadowscope",
    abstract: "Open the monitor on a sandbox with a simulated weather station.",
    discussion: """
      The station reports a place (latlng), tcxn, a typed and an untyped nested resource; behind it is \
      a networked thing with a shadow of its own, greenhouse-07__soil: S lists it. The station is a \
      process, shadowscope simulate: kill it, and its last will shows it off line.

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
    let hasReported = DispatchSemaphore(value: 0)
    let sandbox: RunningSandbox
    do throws(SandboxError) {
      let options = SandboxOptions(
        folder: keep, things: [thing], temporaryFolders: Environment.temporaryFolder)
      sandbox = try RunningSandbox.start(options) { event in
        if case .request(let request) = event, request.address.thing == thing,
          request.operation == .update
        {
          hasReported.signal()
        }
      }
    } catch {
      throw CommandFailure(error)
    }
    defer { sandbox.stop() }
    let station = try DemoStation(thing, in: sandbox)
    // Before the sandbox, whose files it reads.
    defer { station.stop() }
    // The first screen is of a station that has told everything: that it is on line, then the rest.
    for _ in 1...2 { _ = hasReported.wait(timeout: .now() + .seconds(3)) }
    sandbox.wish(wishes, of: ShadowAddress(thing: thing))
    var networked: [String] = []
    // Without the plug-in only the owner reaches networked things.
    if NetworkedThings.plugin != nil {
      do throws(SandboxError) {
        var generator = SystemRandomNumberGenerator()
        try sandbox.startDevice(
          thing: networkedThing, rules: BuiltInRules.soilProbe.rules, seed: generator.next())
      } catch {
        throw CommandFailure(error)
      }
      networked = [networkedThing]
    }
    let choice = ThingChoice(
      thingDir: sandbox.batch.thing(thing).path, endpoint: "localhost:\(sandbox.port)",
      ca: sandbox.batch.authority)
    // Its port and its thing end with it: what was connected to before is what counts.
    try MonitorRun(
      thing: choice.open(signals), choice: choice, look: look, signals: signals,
      networkedThings: networked, isRemembered: false
    ).run()
  }
}
