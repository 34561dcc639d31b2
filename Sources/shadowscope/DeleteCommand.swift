import ArgumentParser
import JSON
import Settings
import Shadow
import Thing

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", _superCommandName: "shadowscope",
    abstract: "Delete a thing's shadow, with all that it holds.",
    discussion: """
      Asks first, and names the thing and the shadow; without a terminal to ask on it needs --yes. \
      What the service answered stands on standard output as JSON, with the version of the document \
      that is gone. The shadow's versions go on from there if it is made anew within 48 hours.

      The exit status is 0 if it was deleted, 1 if the answer was no, 4 if there was no such shadow, \
      64 without a terminal and without --yes, and 75 if no answer came: then `shadowscope get` tells.

      Examples:
        shadowscope delete --thing-dir certs/00000001 --endpoint HOST
        shadowscope delete --profile plant --shadow night --yes
      """)

  @OptionGroup var options: ThingOptions

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(name: .customLong("no-read-only"), help: "Delete although a profile says read-only.")
  var writes = false

  func run() throws {
    do throws(CommandFailure) {
      let thing = try options.resolve(writes ? [.readOnly: .flag(false)] : [:])
        .openThing(toWrite: true)
      if !yes { try ask(thing) }
      var generator = SystemRandomNumberGenerator()
      let token = ClientToken.make(using: &generator)
      let publication = DeleteRequest(clientToken: token).publication(to: thing.address)
      let answer = try RequestRun(thing: thing).answer(to: .delete(publication, token: token))
      try StandardStreams.writeAccepted(answer.body, "The shadow was deleted.")
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// - Throws: `CommandFailure` unless the person says yes.
  private func ask(_ thing: OpenThing) throws(CommandFailure) {
    let words = thing.address.words
    guard var prompt = try LinePrompt(ifEnded: "Nothing was deleted.") else {
      throw CommandFailure(
        status: .usage, what: "Nothing was deleted: there is no terminal to ask on.",
        cause: "It would take away \(words).", remedy: "Add --yes if that is meant.")
    }
    let question = "Delete \(words) at \(thing.configuration.endpoint) with all that it holds?"
    guard try prompt.yes(question, standard: false) else {
      throw CommandFailure(
        status: .failed, what: "Nothing was deleted.", cause: "The answer was no.", remedy: "")
    }
  }
}
