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
    subcommands: commands.map { $0.type() }, defaultSubcommand: MonitorCommand.self)

  /// A command, which is looked at only when it is asked for, since what a type says of itself takes
  /// time to put together.
  struct Entry: Sendable {
    enum Manner {
      /// Each millisecond until it connects is one that somebody waits.
      case hurries
      /// It goes on for days in little memory.
      case stays
    }

    let name: String
    let manner: Manner
    let type: @Sendable () -> any ParsableCommand.Type

    init(
      _ name: String, _ manner: Manner, type: @escaping @Sendable () -> any ParsableCommand.Type
    ) {
      self.name = name
      self.manner = manner
      self.type = type
    }
  }

  /// All commands, in the order in which help lists them.
  static let commands: [Entry] = [
    Entry("monitor", .hurries) { MonitorCommand.self },
    Entry("get", .hurries) { GetCommand.self },
    Entry("update", .hurries) { UpdateCommand.self },
    Entry("delete", .hurries) { DeleteCommand.self },
    Entry("backdate", .hurries) { BackdateCommand.self },
    Entry("record", .stays) { RecordCommand.self },
    Entry("replay", .hurries) { ReplayCommand.self },
    Entry("simulate", .stays) { SimulateCommand.self },
    Entry("snapshot", .hurries) { SnapshotCommand.self },
    Entry("diff", .hurries) { DiffCommand.self },
    Entry("restore", .hurries) { RestoreCommand.self },
    Entry("doctor", .hurries) { DoctorCommand.self },
    Entry("watch", .stays) { WatchCommand.self },
    Entry("pub", .hurries) { PubCommand.self },
    Entry("sub", .stays) { SubCommand.self },
    Entry("sandbox", .hurries) { SandboxCommand.self },
    Entry("demo", .hurries) { DemoCommand.self },
    Entry("init", .hurries) { InitCommand.self },
    Entry("config", .hurries) { ConfigCommand.self },
    Entry("themes", .hurries) { ThemesCommand.self },
    Entry("wait", .stays) { WaitCommand.self },
    Entry("invoke", .hurries) { InvokeCommand.self },
    Entry("file", .hurries) { FileCommand.self },
    Entry("jobs", .hurries) { JobsCommand.self },
    Entry("things", .hurries) { ThingsCommand.self },
  ]

  static func main() {
    KeyProtection.begin()
    let arguments = CommandLine.arguments.dropFirst()
    guard var command = parsedAlone(arguments) else { return main(nil) }
    do { try command.run() } catch { exit(withError: error) }
  }

  /// The command that is named first, parsed by itself; nil to have the arguments parsed from the
  /// root on, as whatever is wrong with them must be, and whatever is about all commands.
  ///
  /// From the root on, the parser makes what each command takes several times over, which is more
  /// work than all else until a `get` is sent. A command that names the root in its configuration
  /// is also spared the search for a request for completions.
  private static func parsedAlone(_ arguments: ArraySlice<String>) -> (any ParsableCommand)? {
    guard let entry = commands.first(where: { $0.name == arguments.first }) else { return nil }
    // Meanwhile, which at its peak also takes the memory of both.
    if entry.manner == .hurries { TLSWarmUp.begin() }
    defer { if entry.manner == .stays { StartMemory.giveBack() } }
    let named = entry.type()
    guard let parsed = try? named.parseAsRoot(Array(arguments.dropFirst())) else {
      return nil
    }
    // A request for help is parsed into a command of its own.
    let expected = [named] + named.configuration.subcommands
    return expected.contains { $0 == type(of: parsed) } ? parsed : nil
  }
}
