import ArgumentParser
import Glibc
import Recordings
import Shadow
import Terminal
import Thing

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", _superCommandName: "shadowscope",
    abstract: "Record a shadow's messages to a file.",
    discussion: """
      All messages of the shadow to the byte, both ways, with their times, and what happens to the \
      connection, as NDJSON; the README describes the format. It begins with the answer to a get. \
      What signs a URL is masked. The file is private to you (mode 0600) and is written line by \
      line. `shadowscope replay` plays it.

      Without a file it takes THING-DATE-TIME.ndjson in this folder and says so; - is standard \
      output. A file that is there is left alone unless --force is given.

      It ends with Control-C, or with --for or --count. The exit status is 0 then, and 124 if --for \
      was over before --count was reached; 73 if the file cannot be made or written, with all that \
      was recorded before.

      Examples:

        shadowscope record --profile plant --for 10m plant.ndjson
        shadowscope record --profile plant --also-shadow config --count 100
        shadowscope record --profile plant - | jq -c 'select(.topic)'
      """)

  @OptionGroup var options: ThingOptions

  @Argument(help: ArgumentHelp("Where to; - for standard output.", valueName: "file"))
  var file: String?

  @Option(
    help: ArgumentHelp(
      "A further shadow of the thing by its name, or classic for the one without; may be repeated.",
      valueName: "name"))
  var alsoShadow: [String] = []

  @Option(help: ArgumentHelp("End after so many messages.", valueName: "number"))
  var count: Int?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("End after this time, such as 90s or 5m.", valueName: "duration"),
    transform: DurationArgument.read)
  var duration: DurationArgument?

  @Flag(help: "Write over a file that is there.")
  var force = false

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count wants 1 or more.") }
    if file?.isEmpty == true { throw ValidationError("The file needs a name.") }
  }

  func run() throws {
    do throws(CommandFailure) {
      let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
      let resolved = try options.resolve()
      resolved.warnings.forEach { StandardStreams.tell("warning: \($0)") }
      try resolved.requireThing()
      let thing = try resolved.choice.open(signals)
      let addresses = try addresses(of: thing)
      StandardStreams.tell(thing.advice)
      let start = Clock.monotonicMilliseconds
      let header = RecordingHeader(
        thing: thing.address.thing, shadows: addresses.map(\.shadow),
        endpoint: thing.configuration.endpoint.description, start: Clock.wallMilliseconds)
      let recording = try RecordingOutput(file, isReplacing: force, header: header)
      let followed = try FollowedThing(thing, addresses: addresses, signals: signals)
      defer { followed.stop() }
      StandardStreams.tell("recording to \(recording.name)")
      let isEnough = try record(
        followed, to: recording, until: duration.map { start + $0.milliseconds })
      try recording.end()
      StandardStreams.tell("recorded \(recording.summary)")
      if !isEnough {
        throw CommandFailure(
          status: .timedOut, what: "The time is over, and fewer messages came than were wanted.",
          cause: "", remedy: "")
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// - Parameters:
  ///   - followed: what is recorded.
  ///   - recording: where to.
  ///   - deadline: ms of `Clock.monotonicMilliseconds`; nil for none.
  /// - Returns: false if there are fewer messages than wanted.
  /// - Throws: `CommandFailure` when the connection fails for good, or nothing can be written.
  private func record(
    _ followed: FollowedThing, to recording: RecordingOutput, until deadline: Int64?
  ) throws(CommandFailure) -> Bool {
    while true {
      let happened: [FollowedThing.Occurrence]
      do throws(CommandFailure) { happened = try followed.next(until: deadline) } catch {
        // What was recorded before is worth keeping in good order.
        if recording.hasBegun { try recording.end() }
        throw error
      }
      for occurrence in happened {
        switch occurrence {
        case .event(let event, let time):
          guard let line = RecordedLine(event, at: time) else { continue }
          try recording.write(line)
          if let count, recording.messages >= count { return true }
        case .dropped(let count):
          try recording.write(RecordedLine(time: Clock.wallMilliseconds, .dropped(count)))
          StandardStreams.tell("\(count) messages came too fast and are not recorded")
        case .signal: return true
        case .input: break
        }
      }
      // However fast messages come.
      if let deadline, Clock.monotonicMilliseconds >= deadline { return count == nil }
    }
  }

  private func addresses(
    of thing: OpenThing
  ) throws(CommandFailure) -> [ShadowAddress] {
    var addresses = [thing.address]
    for name in alsoShadow {
      let address = ShadowAddress(
        thing: thing.address.thing, shadow: name == "classic" ? nil : name)
      if let fault = address.nameFault {
        throw CommandFailure(
          status: .usage, what: "\(fault).", cause: "", remedy: "Correct --also-shadow.")
      }
      if !addresses.contains(address) { addresses.append(address) }
    }
    return addresses
  }
}
