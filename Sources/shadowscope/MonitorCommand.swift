import ArgumentParser
import Thing

struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Watch and edit a thing's shadow, live.",
    discussion: """
      A broker keeps one connection for each client id: while you watch under the thing's name, the \
      real device is off line.

      Example: shadowscope monitor --thing-dir certs/00000001 \\
      --endpoint abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com
      """)

  @OptionGroup var options: ThingOptions

  func run() throws {
    do throws(CommandFailure) {
      let choice = options.choice
      let thing = try choice.open()
      try MonitorRun(thing: thing, choice: choice, signals: try CommandSignals.take()).run()
    } catch {
      throw StandardStreams.report(error)
    }
  }
}
