import ArgumentParser
import Glibc
import JSON
import Settings
import Shadow
import Thing

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", _superCommandName: "shadowscope",
    abstract: "Put a saved state of a shadow back.",
    discussion: """
      Gets the shadow, works out the smallest update that makes desired and reported what FILE says \
      (only what differs, and null for what is too many), shows it on standard error, and asks. \
      Without a terminal to ask on it needs --yes. The update is locked to the version that was \
      shown: if the shadow changes meanwhile, nothing is written, and the exit status is 5.

      To write desired asks the device to act. To write reported speaks in the device's place: it \
      says what the device is like, and does not make it so. --section desired or --section reported \
      leaves the other section alone. Versions go on counting, and what is written is new to the \
      metadata: neither can be put back.

      What the service accepted stands on standard output. --dry-run sends nothing, and prints the \
      topic, a space and the exact bytes there. If nothing differs it says so, sends nothing, and prints nothing.

      The exit status is 0 if the shadow is as in FILE, or was so already; 1 if the answer was no; \
      64 without --yes where nobody can be asked, or for a snapshot of another thing or shadow \
      without --force.

      Examples:
        shadowscope restore --thing-dir certs/00000001 --endpoint HOST before.json
        shadowscope restore --profile plant --section desired --yes before.json
        shadowscope restore --profile plant --dry-run before.json
      """)

  @OptionGroup var options: ThingOptions

  @Option(help: "Only this section.")
  var section: SectionChoice = .both

  @OptionGroup var place: MomentOption

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(help: "Show what would be sent, and send nothing.")
  var dryRun = false

  @Flag(help: "Take a snapshot of another thing or shadow.")
  var force = false

  @Flag(name: .customLong("no-read-only"), help: "Publish although a profile says read-only.")
  var writes = false

  @Argument(
    help: ArgumentHelp(
      "A snapshot, a recording, or what get printed; - is standard input.", valueName: "file"))
  var file: String

  func run() throws {
    do throws(CommandFailure) {
      let (saved, isRecording) = try DocumentFile(
        path: file, moment: place.moment, thing: options.thing, shadow: options.shadow
      ).read()
      try DocumentFile.check(place.moment, isRecording: isRecording)
      let thing = try options.resolve(writes ? [.readOnly: .flag(false)] : [:])
        .openThing(toWrite: !dryRun)
      try checkOrigin(of: saved, for: thing)
      let run = try RestoreRun(thing: thing, writes: !dryRun)
      defer { run.stop() }
      try restore(saved, by: run)
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private func restore(_ saved: SavedShadow, by run: RestoreRun) throws(CommandFailure) {
    let current = try run.document()
    let plan = RestorePlan(to: saved.document, from: current, sections: section.sections)
    let preview = RestorePreview(
      plan: plan, current: current, saved: saved, name: InputText.name(of: file),
      address: run.thing.address, endpoint: run.thing.configuration.endpoint.description,
      leavesOutBytes: dryRun)
    for line in preview.shortfalls { StandardStreams.tell("warning: \(line)") }
    guard !plan.isEmpty else {
      StandardStreams.tell(preview.nothingToDo)
      return
    }
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    let publication = plan.request(clientToken: token).publication(to: run.thing.address)
    StandardStreams.tell(preview.lines(of: publication).joined(separator: "\n"))
    guard publication.payload.count <= ShadowLimits.greatestPayload else {
      throw CommandFailure(
        status: .badData, what: "The update is too large to be sent.",
        cause: "It has \(publication.payload.count) bytes, and AWS IoT closes the connection over "
          + "more than \(ShadowLimits.greatestPayload).", remedy: "Nothing was sent.")
    }
    if dryRun {
      let payload = String(decoding: publication.payload, as: UTF8.self)
      try StandardStreams.writeAsItIs("\(publication.topic) \(payload)")
      return
    }
    if !yes { try ask() }
    let accepted = try run.answer(to: publication, token: token)
    try StandardStreams.writeAccepted(accepted, "The update was accepted.")
  }

  // MARK: Questions

  /// - Throws: `CommandFailure` unless the person says yes.
  private func ask() throws(CommandFailure) {
    guard var prompt = try LinePrompt(ifEnded: "Nothing was sent.") else {
      throw Self.nobodyToAsk
    }
    guard try prompt.yes("Send it?", standard: false) else { throw Self.no }
  }

  /// Insists on a snapshot of the same shadow, or on somebody who wants another.
  private func checkOrigin(of saved: SavedShadow, for thing: OpenThing) throws(CommandFailure) {
    if !dryRun, !yes, !Self.canAsk { throw Self.nobodyToAsk }
    guard let origin = saved.address, origin != thing.address, !force else { return }
    let what =
      "\(InputText.name(of: file)) is of \(origin.label), not of \(thing.address.label)."
    guard !yes, !dryRun, var prompt = try LinePrompt(ifEnded: "Nothing was sent.") else {
      throw CommandFailure(
        status: .usage, what: what, cause: "Nothing was sent.",
        remedy: "Add --force to put it there all the same.")
    }
    StandardStreams.tell(what)
    guard try prompt.yes("Put it there all the same?", standard: false) else { throw Self.no }
  }

  private static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

  private static var nobodyToAsk: CommandFailure {
    CommandFailure(
      status: .usage, what: "Nothing was sent: there is no terminal to ask on.", cause: "",
      remedy: "Look at it with --dry-run, and add --yes if it is what you want.")
  }

  private static var no: CommandFailure {
    CommandFailure(
      status: .failed, what: "Nothing was sent.", cause: "The answer was no.", remedy: "")
  }
}
