import ArgumentParser
import JSON

struct GetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Print a thing's shadow as JSON.",
    discussion: """
      The document stands on standard output, words for people on standard error. The exit status \
      is 0 if the shadow was read and 4 if the thing has none.

      Example: shadowscope get --thing-dir certs/00000001 --endpoint HOST | jq .state.reported
      """)

  @OptionGroup var options: ThingOptions

  func run() throws {
    do throws(CommandFailure) {
      let resolved = try options.resolve()
      resolved.warnings.forEach { StandardStreams.tell("warning: \($0)") }
      try resolved.requireThing()
      let thing = try resolved.choice.open()
      StandardStreams.tell(thing.advice)
      let document = try RequestRun(thing: thing).answer(to: .document)
      try StandardStreams.writeLine(document.pretty(escaping: .invisible))
    } catch {
      throw StandardStreams.report(error)
    }
  }
}
