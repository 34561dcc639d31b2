import ArgumentParser
import JSON
import Monitor
import Settings
import Shadow

struct UpdateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", abstract: "Report values of a thing, or ask for them.",
    discussion: """
      A value is JSON when it parses as JSON, otherwise text: 102, true, '"102"', '{"a":1}', eco. \
      null removes a resource. A key that starts with / is a JSON Pointer into nested resources, \
      any other is one name, dots and slashes included.

      What the service accepted stands on standard output as JSON, with the new version. The exit \
      status is 0 only then.

      Example: shadowscope update --thing-dir certs/00000001 --endpoint HOST \\
      temperature=21.5 /pump1/flow=12
      """)

  @OptionGroup var options: ThingOptions

  @Flag(help: "Set the desired state rather than the reported one.")
  var desired = false

  @Flag(name: .customLong("no-read-only"), help: "Publish although a profile says read-only.")
  var writes = false

  @Argument(help: ArgumentHelp("What to write.", valueName: "key=value"))
  var assignments: [String]

  func run() throws {
    do throws(CommandFailure) {
      let resolved = try options.resolve(writes ? [.readOnly: .flag(false)] : [:])
      resolved.warnings.forEach { StandardStreams.tell("warning: \($0)") }
      try resolved.requireThing()
      try resolved.requireWriting()
      let section: Section = desired ? .desired : .reported
      let change = SectionChange.merge(try members())
      let thing = try resolved.choice.open()
      StandardStreams.tell(thing.advice)
      var generator = SystemRandomNumberGenerator()
      let token = ClientToken.make(using: &generator)
      let request = UpdateRequest(
        desired: section == .desired ? change : nil, reported: section == .reported ? change : nil,
        clientToken: token)
      let accepted = try RequestRun(thing: thing).answer(
        to: .update(request.publication(to: thing.address), token: token))
      do throws(CommandFailure) {
        try StandardStreams.writeLine(accepted.pretty(escaping: .invisible))
      } catch {
        // Whoever reads only standard output must not take it for unsent.
        StandardStreams.tell("The update was accepted.")
        throw error
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func members() throws(CommandFailure) -> JSONObject {
    do throws(Assignments.Fault) { return try Assignments.members(assignments) } catch {
      throw CommandFailure(error)
    }
  }
}
