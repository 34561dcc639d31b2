import ArgumentParser
import JSON
import Settings

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", _superCommandName: "shadowscope",
    abstract: "Show which settings hold, and where each comes from.",
    discussion: """
      Command line before environment before profile before default. What is wrong in the file of \
      settings is told with its line, and the exit status is 65 then.

      Examples:
        shadowscope config show --profile plant
        shadowscope config path
      """,
    subcommands: [Show.self, Path.self], defaultSubcommand: Show.self)

  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "path", abstract: "Print where the file of settings is, or would be.")

    @OptionGroup var settings: SettingsPlace

    func run() throws {
      do throws(CommandFailure) {
        guard let path = SettingsPlace.path(naming: settings.config) else {
          throw CommandFailure(
            status: .noInput, what: "There is no place for a file of settings.",
            cause: "Neither HOME nor XDG_CONFIG_HOME is set.",
            remedy: "Name one: --config FILE, or SHADOWSCOPE_CONFIG.")
        }
        try StandardStreams.writeLine(path)
      } catch {
        throw StandardStreams.report(error)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show every setting. This is what config does by itself.")

    @OptionGroup var options: ThingOptions
    @OptionGroup var screen: ScreenOptions

    @Flag(inversion: .prefixedNo, help: "As of monitor.")
    var presence: Bool?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      do throws(CommandFailure) {
        let faults = try options.settings.read()?.allFaults ?? []
        let resolved: ResolvedOptions
        do throws(CommandFailure) { resolved = try options.resolve(said) } catch {
          // A profile that cannot be used: all that is wrong in the file, then.
          throw error.status == .badData ? Self.failure(faults) ?? error : error
        }
        let report = ConfigReport(
          resolved, remembered: RememberedState(path: Environment.stateFile).endpoint)
        if json {
          try StandardStreams.writeLine(report.json.pretty(escaping: .invisible))
        } else {
          for line in report.lines(width: StandardStreams.outputColumns) {
            try StandardStreams.writeLine(line)
          }
        }
        if let failure = Self.failure(faults) { throw failure }
      } catch {
        throw StandardStreams.report(error)
      }
    }

    private static func failure(_ faults: [SettingsFault]) -> CommandFailure? {
      guard let first = faults.first else { return nil }
      return CommandFailure(
        status: .badData, what: first.description, cause: "", remedy: "",
        excerpt: faults.dropFirst().map(\.description))
    }

    private var said: [Setting: SettingValue] {
      var said: [Setting: SettingValue] = [:]
      if let theme = screen.theme { said[.theme] = .text(theme) }
      if let readOnly = screen.readOnly { said[.readOnly] = .flag(readOnly) }
      if let presence { said[.presence] = .flag(presence) }
      return said
    }
  }
}
