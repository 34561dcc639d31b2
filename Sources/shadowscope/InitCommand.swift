import ArgumentParser
import Glibc
import Monitor
import Settings
import Shadow
import Terminal
import Thing

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", _superCommandName: "shadowscope",
    abstract: "Write a profile: which thing, which broker, under a short name.",
    discussion: """
      Asks for what the options do not say, checks the connection as `doctor` does, shows what it \
      would write, writes it into the file of settings, of which everything else stays as it is, and \
      opens the monitor. Keys and passphrases are never written, and nothing is fetched.

      MIC's zip is taken as it is. The broker's host is shown by App Board under Settings, About: 14 \
      letters and digits, then -ats.iot.eu-west-1.amazonaws.com. MIC's public pages do not confirm \
      that the client id must be the thing's name; every example has it so.

      Where nobody can be asked it checks only with --check, and opens nothing; the exit status is 1 \
      if a check failed, and nothing is written then but with --yes.

      Example: shadowscope init certs.zip

      Example, without a question: shadowscope init certs.zip --thing 00000001 \\
      --endpoint abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com --name home --default --yes
      """)

  @OptionGroup var settings: SettingsPlace

  @Argument(
    help: ArgumentHelp("A batch or a thing's folder.", valueName: "batch-or-folder"))
  var path: String?

  @Option(help: ArgumentHelp("The profile's name.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("A thing's folder.", valueName: "folder"))
  var thingDir: String?

  @Option(help: ArgumentHelp("A batch: a zip, or a folder of things' folders.", valueName: "batch"))
  var batch: String?

  @Option(help: ArgumentHelp("Which of the batch.", valueName: "name"))
  var thing: String?

  @Option(help: ArgumentHelp("The broker.", valueName: "host[:port]"))
  var endpoint: String?

  @Option(
    help: ArgumentHelp("The CA, if it is not to be found by itself.", valueName: "file"))
  var ca: String?

  @Flag(inversion: .prefixedNo, help: "Use the profile where none is named.")
  var `default`: Bool?

  @Flag(
    name: .shortAndLong,
    help:
      "Write without asking, also over a profile of this name. Where nobody can be asked, only the latter needs it."
  )
  var yes = false

  @Flag(
    inversion: .prefixedNo,
    help: "Check the connection before anything is written; asked for on a terminal otherwise.")
  var check: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Open the monitor at the end, on a terminal; asked for there otherwise.")
  var open: Bool?

  func validate() throws {
    if [path, thingDir, batch].compactMap(\.self).count > 1 {
      throw ValidationError("Give only one of --thing-dir, --batch and a path.")
    }
  }

  func run() throws {
    let isOpening: Bool
    let profile: [String]
    do throws(CommandFailure) {
      if open == true, !Self.hasTerminal {
        throw CommandFailure(
          status: .usage, what: "There is no terminal to open the monitor on.", cause: "",
          remedy: "Leave --open away, or run shadowscope init in a terminal.")
      }
      guard let file = SettingsPlace.path(naming: settings.config) else {
        throw CommandFailure(
          status: .noInput, what: "There is no place for a file of settings.",
          cause: "Neither HOME nor XDG_CONFIG_HOME is set.", remedy: "Name one: --config FILE.")
      }
      let old = try Self.explained { () throws(SettingsFault) in try SettingsFile.text(file) }
      let configuration = Configuration(old ?? "", file: file)
      guard configuration.isReadable else {
        throw CommandFailure(.unreadable(configuration.faults), file: file, [])
      }
      let given = ProfileInterview.Given(
        path: path, thingDir: thingDir, batch: batch, thing: thing, endpoint: endpoint, ca: ca,
        name: name, isDefault: `default`)
      var interview = ProfileInterview(
        given, configuration: configuration,
        lastEndpoint: RememberedState(path: Environment.stateFile).endpoint,
        prompt: try LinePrompt())
      let outcome = try interview.run()
      let placed: ProfileText.Placed
      do throws(ProfileText.Fault) {
        placed = try outcome.profile.placed(
          in: old ?? "", file: file, isDefault: outcome.isDefault)
      } catch {
        throw CommandFailure(error, file: file, outcome.profile.lines)
      }
      let isReplacing = configuration.profile(named: outcome.profile.name) != nil
      let isSound = try checks(outcome.profile, &interview)
      try confirm(placed, file: file, isReplacing: isReplacing, isSound: isSound, &interview)
      try Self.explained { () throws(SettingsFault) in
        try SettingsFile.write(placed.text, to: file, replacing: old)
      }
      profile =
        ["--profile", outcome.profile.name] + (settings.config.map { ["--config", $0] } ?? [])
      let line = profile.map(\.shellWord).joined(separator: " ")
      StandardStreams.tell("Written. Check the connection, then watch:")
      try StandardStreams.writeLine("shadowscope doctor \(line)")
      try StandardStreams.writeLine("shadowscope \(line)")
      if let open {
        isOpening = open
      } else if yes || !Self.hasTerminal {
        isOpening = false
      } else {
        isOpening = try interview.confirms("Open the monitor on it now?", standard: true)
      }
    } catch {
      throw StandardStreams.report(error)
    }
    // After the questions, whose keys and signals are the monitor's now.
    if isOpening {
      let monitor = try MonitorCommand.parse(profile)
      try monitor.run()
    }
  }

  /// Whether there is somebody to ask, and a screen for them.
  private static var hasTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// Checks the connection of a profile that is to be, each step told as it is taken.
  ///
  /// - Returns: whether nothing failed; true as well if nothing was checked.
  private func checks(
    _ profile: ProfileText, _ interview: inout ProfileInterview
  ) throws(CommandFailure) -> Bool {
    let choice = ThingChoice(profile)
    let isAsking = interview.prompt != nil
    guard check ?? (isAsking && !yes) else { return true }
    guard choice.undecidedBatch == nil else {
      StandardStreams.tell("Nothing is checked before a thing is chosen.")
      return true
    }
    let subject = choice.checkupSubject
    if check == nil {
      let who = subject.knownClientID.map { " Whoever is connected as \($0) is thrown out by it." }
      let question = "Check the connection now, as shadowscope doctor does?"
      if let who { StandardStreams.tell(String(who.dropFirst())) }
      guard try interview.confirms(question, standard: true) else { return true }
    }
    let run = CheckupRun(
      subject: subject, passphrase: PassphraseSource(descriptor: nil, signals: nil),
      lines: CheckLines(
        sequences: StyleSequences(output: STDERR_FILENO, environment: Environment.terminal),
        text: PlainText(environment: Environment.terminal), width: StandardStreams.outputColumns))
    let results = try interview.pause { () throws(CommandFailure) in
      try run.run { (line) throws(CommandFailure) in StandardStreams.tellStyled(line) }
    }
    guard let failure = results.firstFailure else { return true }
    guard isAsking || yes else {
      throw CommandFailure(
        status: .failed, what: "Nothing was written: the check failed at “\(failure.title)”.",
        cause: "", remedy: "Do what the check says, or write all the same with --yes.")
    }
    return false
  }

  /// Shows what would be written, and makes sure that it may be.
  private func confirm(
    _ placed: ProfileText.Placed, file: String, isReplacing: Bool, isSound: Bool,
    _ interview: inout ProfileInterview
  ) throws(CommandFailure) {
    StandardStreams.tell("\nInto \(file):\n")
    for line in placed.removed { StandardStreams.tell("  - \(line)") }
    for line in placed.added { StandardStreams.tell("  + \(line)") }
    StandardStreams.tell("")
    guard !yes else { return }
    if interview.prompt == nil {
      guard isReplacing else { return }
      throw CommandFailure(
        status: .usage, what: "Nothing was written: there is a profile of this name already.",
        cause: "", remedy: "Say --yes to replace it, or another --name.")
    }
    var question = isReplacing ? "Replace the profile?" : "Write it?"
    if !isSound { question = "A check failed. \(question.dropLast()) all the same?" }
    guard try interview.confirms(question, standard: !isReplacing && isSound) else {
      throw CommandFailure(status: .failed, what: "Nothing was written.", cause: "", remedy: "")
    }
  }

  private static func explained<Value>(
    _ body: () throws(SettingsFault) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(SettingsFault) { return try body() } catch {
      throw CommandFailure(
        status: .noInput, what: error.description, cause: "",
        remedy: "Nothing was written.")
    }
  }
}

extension ThingChoice {
  /// What a profile that is to be would choose.
  fileprivate init(_ profile: ProfileText) {
    func text(_ setting: Setting) -> String? {
      profile.entries.first { $0.setting == setting }?.value.text
    }
    self.init(
      thingDir: text(.thingDir).map(Environment.expanding),
      batch: text(.batch).map(Environment.expanding), thing: text(.thing),
      endpoint: text(.endpoint) ?? "", ca: text(.ca).map(Environment.expanding))
  }
}

extension CommandFailure {
  /// - Parameters:
  ///   - fault: why the file is left alone.
  ///   - file: its name.
  ///   - lines: what would have been written.
  fileprivate init(_ fault: ProfileText.Fault, file: String, _ lines: [String]) {
    switch fault {
    case .unreadable(let faults):
      self.init(
        status: .badData, what: faults.first?.description ?? "\(file) cannot be read.", cause: "",
        remedy: "Nothing was written: correct the file first.",
        excerpt: faults.dropFirst().map(\.description))
    case .inTheWay(let line):
      self.init(
        status: .badData,
        what: "\(file):\(line): what stands there cannot be changed without touching other things.",
        cause: "Nothing was written. These are the lines:",
        remedy: "Put them there by hand.", excerpt: lines)
    }
  }
}
