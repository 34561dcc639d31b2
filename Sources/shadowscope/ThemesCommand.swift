import ArgumentParser
import Glibc
import Settings
import Terminal

struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes", _superCommandName: "shadowscope",
    abstract: "List the themes and show how they look.",
    discussion: """
      With a name, every role of that theme. Contrast is that of the text that is hardest to read, \
      selected or not, by WCAG 2.1; 4.5:1 is wanted. A dark terminal is taken to be black, a light \
      one white, and the sixteen colours to be xterm's.

      Examples:
        shadowscope themes
        shadowscope themes nord
      """)

  @Argument(help: "One theme, to see every role of it.")
  var name: String?

  func run() throws {
    do throws(CommandFailure) {
      let settings = try PersonalSettings()
      let sequences = StyleSequences(output: STDOUT_FILENO, environment: Environment.terminal)
      if let name {
        let theme = try settings.theme(named: name)
        try write(ThemeSamples(theme: theme, sequences: sequences).roles, theme)
        return
      }
      try StandardStreams.writeLine(ThemeSamples.heading)
      for name in settings.folders.names {
        let theme = try settings.theme(named: name)
        try write(ThemeSamples(theme: theme, sequences: sequences).summary, theme)
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func write(_ lines: [String], _ theme: LoadedTheme) throws(CommandFailure) {
    for line in lines { try StandardStreams.writeLine(line) }
    for fault in theme.faults { StandardStreams.tell("warning: \(fault)") }
  }
}
