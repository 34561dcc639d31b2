import ArgumentParser

@main
struct Shadowscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shadowscope", abstract: "A live look at a thing's Device Shadow.",
    discussion: """
      Connects as a thing to AWS IoT or Managed IoT Cloud over MQTT and mutual TLS.

      Without an account: shadowscope demo
      """,
    version: "0.1.0",
    subcommands: [
      MonitorCommand.self, GetCommand.self, UpdateCommand.self, DeleteCommand.self,
      RecordCommand.self, ReplayCommand.self, SimulateCommand.self, SnapshotCommand.self,
      DiffCommand.self, RestoreCommand.self, DoctorCommand.self, WatchCommand.self,
      PubCommand.self, SubCommand.self,
      SandboxCommand.self, DemoCommand.self, InitCommand.self, ConfigCommand.self,
      ThemesCommand.self,
    ], defaultSubcommand: MonitorCommand.self)

  static func main() {
    KeyProtection.begin()
    main(nil)
  }
}
