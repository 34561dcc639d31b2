import ArgumentParser
import Monitor
import Settings
import Shadow

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", _superCommandName: "shadowscope",
    abstract: "Write a profile: which thing, which broker, under a short name.",
    discussion: """
      Asks for what the options do not say, shows what it would write, and writes it into the file \
      of settings, of which everything else stays as it is. Keys and passphrases are never written.

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

  func validate() throws {
    if [path, thingDir, batch].compactMap(\.self).count > 1 {
      throw ValidationError("Give only one of --thing-dir, --batch and a path.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
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
      try confirm(placed, file: file, isReplacing: isReplacing, &interview)
      try Self.explained { () throws(SettingsFault) in
        try SettingsFile.write(placed.text, to: file, replacing: old)
      }
      StandardStreams.tell("Written. Check the connection, then watch:")
      let config = settings.config.map { " --config \($0.shellWord)" } ?? ""
      let profile = "--profile \(outcome.profile.name.shellWord)\(config)"
      try StandardStreams.writeLine("shadowscope doctor \(profile)")
      try StandardStreams.writeLine("shadowscope \(profile)")
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// Shows what would be written, and makes sure that it may be.
  private func confirm(
    _ placed: ProfileText.Placed, file: String, isReplacing: Bool,
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
    let question = isReplacing ? "Replace the profile?" : "Write it?"
    guard try interview.confirms(question, standard: !isReplacing) else {
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
