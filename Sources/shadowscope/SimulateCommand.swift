import ArgumentParser
import Glibc
import Settings
import Shadow
import Simulation
import Terminal
import Thing

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", _superCommandName: "shadowscope",
    abstract: "Be a device without firmware, by rules in a file.",
    discussion: """
      Reports what the rules say: constants, walks, ramps, waves, a CSV file or a recording, on \
      their schedules; and obeys, clamps, maps or refuses what is desired, after a delay. The rules \
      are a file in TOML, which the README describes, or one of the program's own: weather-station, \
      soil-probe.

      Standard output has a line for each report, each wish obeyed or refused, and each report that \
      the service rejects, once that is known; with --json an object a line. It goes on until \
      Ctrl-C, --for, or the end of a table that says then = "end"; the exit status is 0 then.

      Outside of a sandbox it takes the place of the real device, which has the same client id: the \
      broker throws that out. It asks for the thing's name first; --yes is for scripts, without it \
      the status is 64 where nobody can be asked. A sandbox is known by its CA and a loopback \
      address; there the client id is THING-device, so that a monitor can look on.

      Examples:
      shadowscope simulate --print weather-station > mine.toml
      shadowscope simulate mine.toml --check
      shadowscope simulate mine.toml --thing-dir my-sandbox/things/lamp1 \\
      --endpoint localhost:PORT
      shadowscope simulate mine.toml --profile plant --for 1h --seed 7 --yes
      """)

  @Argument(
    help: ArgumentHelp(
      "A file of rules, or the name of one that the program holds.", valueName: "rules"))
  var rules: String?

  @OptionGroup var options: ThingOptions

  @Option(
    help: ArgumentHelp(
      "Print one of the program's own files of rules, to start from, and end.", valueName: "name"))
  var print: String?

  @Flag(help: "Say what the rules do, and connect to nothing.")
  var check = false

  @Option(
    help: ArgumentHelp(
      "Of all that is left to chance; the same seed does the same. The rules' own otherwise, else a "
        + "new one, which is told.", valueName: "number"))
  var seed: UInt64?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("End after this time, for instance 10m.", valueName: "duration"),
    transform: DurationArgument.read)
  var duration: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Let the device's time, delays too, go so many times as fast, 0.01 to 1000; reports stay "
        + "within ten a second.", valueName: "factor"))
  var speed = 1.0

  @Flag(
    inversion: .prefixedNo,
    help: """
      Report tcxn.connection_status, with a last will, whatever the rules say of it.
      """)
  var presence: Bool?

  @Flag(help: "Write an object of JSON a line.")
  var json = false

  @Flag(name: .shortAndLong, help: "Write no lines; rejections are told on standard error.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Take the place of a real device without a question.")
  var yes = false

  @Flag(name: .customLong("no-read-only"), help: "Publish although a profile says read-only.")
  var writes = false

  func validate() throws {
    if rules == nil, print == nil {
      throw ValidationError(
        "Name a file of rules, or one of the program's own: \(BuiltInRules.list).")
    }
    if rules != nil, print != nil { throw ValidationError("Give either rules or --print.") }
    if json, quiet { throw ValidationError("Give only one of --json and --quiet.") }
    if !(0.01...1000).contains(speed) { throw ValidationError("--speed takes 0.01 to 1000.") }
  }

  func run() throws {
    do throws(CommandFailure) {
      if let print {
        return try StandardStreams.writeLine(String(BuiltInRules.named(print).dropLast()))
      }
      let loaded = try LoadedRules(rules ?? "")
      if check {
        for line in RulesSummary(loaded).lines { try StandardStreams.writeLine(line) }
        return
      }
      try simulate(loaded)
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func simulate(_ loaded: LoadedRules) throws(CommandFailure) {
    var resolved = try resolve(loaded.rules)
    resolved.tellWarnings()
    try resolved.requireThing()
    try resolved.requireWriting()
    try resolved.takePresence()
    var thing = try resolved.choice.open()
    let isOwner = resolved.effective[.asOwner] != nil
    let hasClientID = resolved.effective[.clientID] != nil
    let stand = StandIn(thing, isOwner: isOwner)
    if stand.isInSandbox, !isOwner, !hasClientID {
      thing.configuration.clientID = stand.clientIDInSandbox
    }
    StandardStreams.tell(thing.advice)
    try stand.confirm(yes: yes)
    // After the question, which has its own.
    let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
    var generator = SystemRandomNumberGenerator()
    let seed =
      self.seed ?? loaded.rules.seed ?? UInt64(UInt32.random(in: .min ... .max, using: &generator))
    StandardStreams.tell(
      "\(loaded.name) is simulated as \(thing.address.thing), with --seed \(seed).")
    var run = try SimulationRun(
      thing, rules: loaded.rules, seed: seed, speed: speed,
      output: SimulationOutput(format: json ? .json : quiet ? .none : .lines), signals: signals)
    defer { run.stop() }
    try run.run(for: duration?.milliseconds)
  }

  private func resolve(_ rules: Rules) throws(CommandFailure) -> ResolvedOptions {
    var said: [Setting: SettingValue] = [:]
    if writes { said[.readOnly] = .flag(false) }
    if let presence {
      said[.presence] = .flag(presence)
    } else if rules.tellsPresence {
      said[.presence] = .flag(true)
    }
    return try options.resolve(said)
  }
}

extension BuiltInRules {
  /// Their names in a row.
  static var list: String { names.joined(separator: ", ") }

  /// The text of one.
  ///
  /// - Throws: `CommandFailure` if there is none of this name.
  static func named(_ name: String) throws(CommandFailure) -> String {
    if let text = text(of: name) { return text }
    let hint = nearest(to: name).map { " Did you mean “\($0)”?" } ?? ""
    throw CommandFailure(
      status: .usage, what: "The program holds no rules “\(name)”.\(hint)", cause: "",
      remedy: "There is \(list).")
  }
}
