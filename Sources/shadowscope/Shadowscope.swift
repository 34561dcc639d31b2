import ArgumentParser
import Thing

@main
struct Shadowscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shadowscope", abstract: "A live look at a thing's Device Shadow.",
    discussion: """
      Connects as a thing to AWS IoT or Managed IoT Cloud over MQTT and mutual TLS.

      Without an account: shadowscope demo
      """,
    version: Version.text,
    subcommands: [
      MonitorCommand.self, GetCommand.self, UpdateCommand.self, DeleteCommand.self,
      RecordCommand.self, ReplayCommand.self, SimulateCommand.self, SnapshotCommand.self,
      DiffCommand.self, RestoreCommand.self, DoctorCommand.self, WatchCommand.self,
      PubCommand.self, SubCommand.self,
      SandboxCommand.self, DemoCommand.self, InitCommand.self, ConfigCommand.self,
      ThemesCommand.self,
      WaitCommand.self, InvokeCommand.self, ThingsCommand.self,
    ], defaultSubcommand: MonitorCommand.self)

  static func main() {
    KeyProtection.begin()
    guard var command = parsedAlone(CommandLine.arguments.dropFirst()) else { return main(nil) }
    do { try command.run() } catch { exit(withError: error) }
  }

  /// The command that is named first, parsed by itself; nil to have the arguments parsed from the
  /// root on, as whatever is wrong with them must be, and whatever is about all commands.
  ///
  /// From the root on, the parser makes what each command takes several times over, which is more
  /// work than all else until a `get` is sent. A command that names the root in its configuration
  /// is also spared the search for a request for completions.
  private static func parsedAlone(_ arguments: ArraySlice<String>) -> (any ParsableCommand)? {
    let named = configuration.subcommands.first { $0._commandName == arguments.first }
    guard let named else { return nil }
    // Whatever is named connects, but for a few that end as soon.
    TLSWarmUp.begin()
    guard let parsed = try? named.parseAsRoot(Array(arguments.dropFirst())) else {
      return nil
    }
    // A request for help is parsed into a command of its own.
    let expected = [named] + named.configuration.subcommands
    return expected.contains { $0 == type(of: parsed) } ? parsed : nil
  }
}
