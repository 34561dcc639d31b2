import ArgumentParser
import JSON
import Shadow
import Thing

struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", _superCommandName: "shadowscope",
    abstract: "Save a thing's shadow, to compare it or put it back later.",
    discussion: """
      Writes one JSON document: whose shadow it is, when and where it was asked, and the document \
      with every number as it came. Without a FILE, or with -, it stands on standard output. A FILE \
      is there whole or not at all, only you may read it, and one that is there already is replaced \
      with --force only.

      The exit status is 0 if it was saved, 4 if the thing has no such shadow, and 73 if FILE is there \
      already or cannot be written.

      Examples:
        shadowscope snapshot --thing-dir certs/00000001 --endpoint HOST before.json
        shadowscope snapshot --profile plant | jq .document.state.reported
      """)

  @OptionGroup var options: ThingOptions

  @Flag(name: .shortAndLong, help: "Replace FILE if it is there.")
  var force = false

  @Argument(
    help: ArgumentHelp("Where to save it; standard output unless given.", valueName: "file"))
  var file: String = SnapshotCommand.standardOutput

  /// The name that stands for it.
  private static let standardOutput = "-"

  func run() throws {
    do throws(CommandFailure) {
      let output =
        file == Self.standardOutput ? nil : OutputFile(path: file, isReplacing: force)
      // Before a connection is made for nothing.
      try output?.check()
      let thing = try options.resolve().openThing()
      let snapshot = try Self.take(of: thing)
      guard let output else {
        try StandardStreams.writeJSON(snapshot.json.pretty(escaping: .invisible))
        return
      }
      try output.write(Array((snapshot.json.pretty() + "\n").utf8))
      StandardStreams.tell("Saved \(SavedShadow(snapshot).words) in \(file).")
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// Connects and asks for the shadow as it is now.
  ///
  /// - Throws: `CommandFailure` if there is none, or no answer.
  static func take(of thing: OpenThing) throws(CommandFailure) -> Snapshot {
    let body = try RequestRun(thing: thing).answer(to: .document).body
    do throws(UnexpectedShape) {
      return Snapshot(
        of: try ShadowDocument(json: body), at: thing.address,
        endpoint: thing.configuration.endpoint.description, taken: Clock.wallMilliseconds)
    } catch {
      throw CommandFailure(unreadable: error)
    }
  }
}

extension CommandFailure {
  /// An answer of the service that is no document.
  init(unreadable shape: UnexpectedShape) {
    self.init(
      status: .protocolFailure, what: "The service's answer is no shadow's document.",
      cause: "\(shape.reason).", remedy: "")
  }
}
