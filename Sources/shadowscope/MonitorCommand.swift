import ArgumentParser
import Monitor
import Terminal
import Thing

struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Watch and edit a thing's shadow, live.",
    discussion: """
      A broker keeps one connection for each client id: while you watch under the thing's name, the \
      real device is off line.

      Without a thing it asks for one. Of a batch with several things it shows the list.

      Example: shadowscope monitor --thing-dir certs/00000001 \\
      --endpoint abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com
      """)

  @OptionGroup var options: ThingOptions
  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    // An owner acts for one of many things, and nothing here can list them.
    if options.asOwner != nil { try options.requireThing() }
  }

  func run() throws {
    do throws(CommandFailure) {
      var look = try PersonalSettings().look(theme: screen.theme)
      look.isReadOnly = screen.readOnly
      let signals = try CommandSignals.take()
      let choice = options.choice
      guard options.namesFolder else {
        let endpoint = options.endpoint ?? RememberedState(path: Environment.stateFile).endpoint
        return try start(StartScreen(endpoint: endpoint), look, signals)
      }
      if options.endpoint == nil, let path = choice.batch ?? choice.thingDir {
        let name = choice.batch == nil ? nil : choice.thing
        let isBatch = choice.batch != nil
        return try start(
          .asking(
            path: path, isBatch: isBatch, name: name,
            endpoint: RememberedState(path: Environment.stateFile).endpoint), look, signals)
      }
      if let batch = choice.undecidedBatch {
        return try start(.choosing(from: batch, endpoint: choice.endpoint), look, signals)
      }
      try MonitorRun(thing: choice.open(), choice: choice, look: look, signals: signals).run()
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// Asks for a thing until one can be opened.
  private func start(
    _ screen: StartScreen, _ look: ScreenLook, _ signals: Signals
  ) throws(CommandFailure) {
    var screen = screen
    screen.keys = look.keys
    screen.notices = look.notices
    while true {
      let run = StartRun(
        look: look, signals: signals, state: RememberedState(path: Environment.stateFile))
      switch try run.run(&screen) {
      case .quit: return
      case .demo: return try DemoCommand.runUntilQuit(keeping: nil, look, signals)
      case .open(let path, let name, let endpoint):
        var choice = options.choice
        (choice.thingDir, choice.batch) = name == nil ? (path, nil) : (nil, path)
        if let name { choice.thing = name }
        choice.endpoint = endpoint
        let thing: OpenThing
        do throws(CommandFailure) { thing = try choice.open() } catch {
          screen.refuse([error.what, error.cause, error.remedy].joined(separator: " "))
          continue
        }
        return try MonitorRun(thing: thing, choice: choice, look: look, signals: signals).run()
      }
    }
  }
}
