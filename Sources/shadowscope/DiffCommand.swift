import ArgumentParser
import JSON
import Monitor
import Shadow

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", _superCommandName: "shadowscope",
    abstract: "Compare two states of a shadow.",
    discussion: """
      A and B are snapshots, documents as get prints them, or recordings, of which the state at the end \
      or --at a moment counts; - is standard input, and live is the shadow of the thing that the \
      options name, which B is unless it is given. What counts are \
      desired and reported: not the version, nor when a value was written, nor how a number is spelt \
      (1 and 1.0 are the same).

      Text has a line for each resource that differs: + for one that only B has, - for one that only \
      A has, ~ with the value in A and that in B. --format patch prints a JSON Patch (RFC 6902), \
      --format merge a JSON Merge Patch (RFC 7396); either turns A into B, and applies to a \
      document's "state". An array is one value, as a shadow keeps it.

      The exit status is that of diff: 0 if they are the same, 1 if they differ, more for trouble.

      Examples:
        shadowscope diff before.json --thing-dir certs/00000001 --endpoint HOST
        shadowscope diff before.json after.json --section reported --path /pump1
        shadowscope diff before.json after.json --format patch
      """)

  /// How the difference is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, patch, merge
  }

  @OptionGroup var options: ThingOptions

  @Option(help: "Only this section.")
  var section: SectionChoice = .both

  @Option(
    help: ArgumentHelp(
      "Only what is there in a section: /a/b or a name. A patch takes what is above as a whole.",
      valueName: "pointer"))
  var path: PathArgument?

  @OptionGroup var place: MomentOption

  @Option(help: "How to write it.")
  var format: Format = .text

  @Argument(help: ArgumentHelp("What was: a file, - or live.", valueName: "a"))
  var old: String

  @Argument(help: ArgumentHelp("What is: a file, - or live.", valueName: "b"))
  var new: String = ShadowSource.liveWord

  func run() throws {
    let isSame: Bool
    do throws(CommandFailure) {
      let (a, b) = (ShadowSource(old), ShadowSource(new))
      // What can be had only once.
      guard a != b || ![.live, .file("-")].contains(a) else {
        throw CommandFailure(
          status: .usage, what: "Both sides are \(a.name).", cause: "",
          remedy: "Name a file in place of one of them.")
      }
      // The files first: nobody connects for one that cannot be read.
      let files = (try read(a), try read(b))
      try DocumentFile.check(
        place.moment, isRecording: files.0?.isRecording ?? false || files.1?.isRecording ?? false)
      let sides = (try orLive(files.0?.saved), try orLive(files.1?.saved))
      let difference = StateDifference(
        from: sides.0.document, to: sides.1.document, sections: section.sections,
        at: JSONPointer(path?.path ?? JSONPath()))
      switch format {
      case .text: try write(difference, (a.name, sides.0), (b.name, sides.1))
      case .patch: try write(JSONPatch(difference.changes).json)
      case .merge: try write(Self.mergePatch(difference))
      }
      isSame = difference.isEmpty
      // A mistyped path would pass for no difference.
      if let path = path?.path, isSame,
        !section.sections.contains(where: { section in
          [sides.0, sides.1].contains { side in
            side.document[section].map { JSONValue.object($0)[path] != nil } ?? false
          }
        })
      {
        StandardStreams.tell("warning: Neither side has anything at \(path.display).")
      }
    } catch {
      throw StandardStreams.report(error.ofDiff)
    }
    if !isSame { throw ExitCode(ExitStatus.failed.rawValue) }
  }

  private func read(
    _ source: ShadowSource
  ) throws(CommandFailure) -> (saved: SavedShadow, isRecording: Bool)? {
    guard case .file(let path) = source else { return nil }
    return try DocumentFile(
      path: path, moment: place.moment, thing: options.thing, shadow: options.shadow
    ).read()
  }

  private func orLive(_ saved: SavedShadow?) throws(CommandFailure) -> SavedShadow {
    if let saved { return saved }
    let thing = try options.resolve().openThing()
    return SavedShadow(try SnapshotCommand.take(of: thing))
  }

  // MARK: Output

  private func write(
    _ difference: StateDifference, _ old: (name: String, SavedShadow),
    _ new: (name: String, SavedShadow)
  ) throws(CommandFailure) {
    guard !difference.isEmpty else { return }
    let lines = DifferenceLines(
      difference: difference, hasColours: StandardStreams.showsColours)
    try StandardStreams.writeLine(lines.heading("---", old.name, old.1.words))
    try StandardStreams.writeLine(lines.heading("+++", new.name, new.1.words))
    for line in lines.lines { try StandardStreams.writeLine(line) }
  }

  private func write(_ patch: JSONValue) throws(CommandFailure) {
    try StandardStreams.writeJSON(patch.pretty(escaping: .invisible))
  }

  private static func mergePatch(_ difference: StateDifference) throws(CommandFailure) -> JSONValue
  {
    do throws(JSONMergePatch.Inexpressible) {
      return try JSONMergePatch(difference.changes).json
    } catch {
      throw CommandFailure(
        status: .badData, what: "No merge patch can say that \(error.path.pointer) becomes null.",
        cause: "There a null removes (RFC 7396), as it does in a shadow.",
        remedy: "Take --format patch.")
    }
  }
}

extension CommandFailure {
  /// With a status that is not taken for a difference.
  fileprivate var ofDiff: CommandFailure {
    guard status == .failed else { return self }
    return CommandFailure(
      status: .trouble, what: what, cause: cause, remedy: remedy, excerpt: excerpt, checks: checks)
  }
}
