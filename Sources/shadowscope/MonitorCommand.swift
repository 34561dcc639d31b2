import ArgumentParser
import Glibc
import Monitor
import Settings
import Terminal
import Thing

struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor", _superCommandName: "shadowscope",
    abstract: "Watch and edit a thing's shadow, live.",
    discussion: """
      A broker keeps one connection for each client id: while you watch under the thing's name, the \
      real device is off line.

      Without a thing it asks for one. Of a batch with several things it shows the list.

      Example: shadowscope monitor --thing-dir certs/00000001 \\
      --endpoint abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com
      """)

  @OptionGroup var options: ThingOptions
  @OptionGroup var screen: ScreenOptions

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Tell in the shadow that the thing is on line, as MIC wants it: tcxn.connection_status is 2 "
        + "with each connection, 0 before a good-bye, and 0 by last will without one."))
  var presence: Bool?

  func validate() throws {
    if options.verbose, isatty(STDERR_FILENO) == 1 {
      throw ValidationError(
        "--verbose would write across the screen: take --log-file FILE, or send it elsewhere with "
          + "2> FILE.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
      try open(resolve(options), CommandSignals.take())
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func resolve(_ options: ThingOptions) throws(CommandFailure) -> ResolvedOptions {
    var said: [Setting: SettingValue] = [:]
    if let readOnly = screen.readOnly { said[.readOnly] = .flag(readOnly) }
    if let presence { said[.presence] = .flag(presence) }
    var resolved = try options.resolve(said)
    try resolved.takePresence()
    // An owner acts for one of many things, and nothing here can list them.
    if resolved.choice.owner != nil { try resolved.requireThing() }
    return resolved
  }

  /// Opens what was chosen, after asking for what was not.
  private func open(
    _ resolved: ResolvedOptions, _ signals: Signals
  ) throws(CommandFailure) {
    var look = try PersonalSettings(resolved).look(theme: screen.theme)
    look.isReadOnly = resolved.isReadOnly
    let choice = resolved.choice
    let remembered = RememberedState(path: Environment.stateFile).endpoint
    guard resolved.namesThing else {
      var screen = StartScreen(endpoint: choice.endpoint.isEmpty ? remembered : choice.endpoint)
      screen.profiles = resolved.profiles
      return try start(screen, choice, look, signals)
    }
    if choice.endpoint.isEmpty, let path = choice.batch ?? choice.thingDir {
      let isBatch = choice.batch != nil
      return try start(
        .asking(
          path: path, isBatch: isBatch, name: isBatch ? choice.thing : nil,
          endpoint: remembered), choice, look, signals)
    }
    if let batch = choice.undecidedBatch {
      return try start(.choosing(from: batch, endpoint: choice.endpoint), choice, look, signals)
    }
    try MonitorRun(thing: choice.open(signals), choice: choice, look: look, signals: signals)
      .run()
  }

  /// Asks for a thing until one can be opened; whatever else was `given` counts as it is.
  private func start(
    _ screen: StartScreen, _ given: ThingChoice, _ look: ScreenLook, _ signals: Signals
  ) throws(CommandFailure) {
    var screen = screen
    screen.keys = look.keys
    screen.notices = look.notices
    while true {
      let run = StartRun(
        look: look, signals: signals, state: RememberedState(path: Environment.stateFile))
      switch try run.run(&screen) {
      case .quit: return
      case .profile(let name):
        var options = options
        (options.profile, options.noProfile) = (name, false)
        let resolved: ResolvedOptions
        do throws(CommandFailure) { resolved = try resolve(options) } catch {
          screen.refuseProfile(([error.what] + error.excerpt).joined(separator: " "))
          continue
        }
        return try open(resolved, signals)
      case .demo: return try DemoCommand.runUntilQuit(keeping: nil, look, signals)
      case .open(let path, let name, let endpoint):
        var choice = given
        (choice.thingDir, choice.batch) = name == nil ? (path, nil) : (nil, path)
        if let name { choice.thing = name }
        choice.endpoint = endpoint
        let thing: OpenThing
        do throws(CommandFailure) { thing = try choice.open(signals) } catch {
          screen.refuse([error.what, error.cause, error.remedy].joined(separator: " "))
          continue
        }
        return try MonitorRun(thing: thing, choice: choice, look: look, signals: signals).run()
      }
    }
  }
}
