import ArgumentParser
import Canvas
import Glibc
import JSON
import Monitor
import Settings
import Terminal
import Thing

struct ThingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "things", _superCommandName: "shadowscope",
    abstract: "List the things of a batch and how their certificates stand.",
    discussion: """
      Prints one line for each thing: its name, the state and the dates of its certificate (UTC), \
      and the certificate's SHA-256 fingerprint, by which AWS IoT finds it. The state is valid, \
      expiring (within 30 days, or --expires-within), expired, not-yet-valid, or broken with the \
      reason. No network is used and no private key is read.

      With --json each line is a JSON object: thing, state, notBefore, notAfter, fingerprint, path, \
      reason; null for what is not known.

      The exit status is 0 however the things stand, 65 or 66 if the batch cannot be read.

      Examples:
        shadowscope things certs.zip
        shadowscope things certs --json | jq -r 'select(.state != "valid") | .thing'
      """)

  @Argument(
    help: ArgumentHelp(
      "MIC's zip as it is, or a folder of things' folders; otherwise the profile's.",
      valueName: "zip|folder"))
  var path: String?

  @Option(help: ArgumentHelp("The same as an option.", valueName: "zip|folder"))
  var batch: String?

  @Option(
    help: ArgumentHelp("A connection by its name in the file of settings.", valueName: "name"))
  var profile: String?

  @Flag(help: "Use no profile, not even the file's default.")
  var noProfile = false

  @OptionGroup var settings: SettingsPlace

  @Option(
    help: ArgumentHelp(
      "How long before its end a certificate counts as expiring.", valueName: "duration"),
    transform: DurationArgument.read)
  var expiresWithin = DurationArgument(milliseconds: 30 * 86_400_000)

  @Flag(help: "Print a JSON object a line.")
  var json = false

  func validate() throws {
    if path != nil, batch != nil {
      throw ValidationError("Give the batch once: as an argument, or with --batch.")
    }
    if profile != nil, noProfile {
      throw ValidationError("Give only one of --profile and --no-profile.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
      let now = Clock.wallMilliseconds / 1000
      let notice = expiresWithin.milliseconds / 1000
      let rows = try Self.entries(of: folder()).map { ThingRow($0, at: now, notice: notice) }
      if json {
        for row in rows { try StandardStreams.writeLine(row.json.compact(escaping: .invisible)) }
      } else {
        let sequences = StyleSequences(
          output: STDOUT_FILENO, environment: Environment.terminal)
        let table = ThingTable(rows: rows, width: StandardStreams.outputColumns) { text, role in
          // Roles of the text keep the terminal's own colours.
          role == .text ? text : sequences?.text(text, Theme.dark[role]) ?? text
        }
        for line in table.lines { try StandardStreams.writeLine(line) }
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func folder() throws(CommandFailure) -> String {
    if let path { return path }
    let sources = try EffectiveOptions.Sources(
      batch.map { [.batch: .text($0)] } ?? [:], profile: profile, refusesProfiles: noProfile,
      from: settings)
    let resolved = try ResolvedOptions(sources) { "" }
    resolved.tellWarnings()
    guard let folder = resolved.choice.batchFolder else {
      throw CommandFailure(
        status: .usage, what: "Name the batch: shadowscope things ZIP|FOLDER.", cause: "",
        remedy: "Or a profile that has one: --profile NAME.")
    }
    return folder
  }

  /// The things of a batch, or the only one of a thing's own folder.
  private static func entries(of path: String) throws(CommandFailure) -> [BatchEntry] {
    var entries: [BatchEntry] = []
    do throws(CredentialError) {
      try Batch.inventory(of: path) { some in
        entries += some
        return true
      }
    } catch {
      guard error.kind == .thingInPlaceOfBatch,
        let only = BatchEntry(of: ThingFolder(path: path))
      else { throw CommandFailure(error) }
      return [only]
    }
    return entries
  }
}
