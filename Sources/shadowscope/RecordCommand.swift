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
      resolved.tellWarnings()
      try resolved.requireThing()
      let thing = try resolved.choice.open(signals)
      let addresses = try addresses(of: thing)
      StandardStreams.tell(thing.advice)
      let start = Clock.monotonicMilliseconds
      let header = RecordingHeader(of: thing, shadows: addresses, start: Clock.wallMilliseconds)
      let recording = try RecordingOutput(file, isReplacing: force, header: header)
      let followed = try FollowedThing(thing, addresses: addresses, signals: signals)
      defer { followed.stop() }
      StandardStreams.tell("recording to \(recording.name)")
      let ending = try record(
        followed, to: recording, until: duration.map { start + $0.milliseconds })
      try recording.end()
      if let stream = recording.stream { try finish(stream, followed, ending) }
      StandardStreams.tell("recorded \(recording.summary)")
      if ending == .tooFew {
        throw CommandFailure(
          status: .timedOut, what: "The time is over, and fewer messages came than were wanted.",
          cause: "", remedy: "")
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// Why no more is recorded.
  private enum Ending {
    case enough
    /// The time is over before as many messages came as were wanted.
    case tooFew
    case signal
  }

  /// Ms that an end by a signal waits for the reader of standard output.
  private static let patience: Int64 = 1000

  /// Waits for the reader of standard output, but not for long after a signal.
  private func finish(
    _ stream: StreamOutput, _ followed: FollowedThing, _ ending: Ending
  ) throws(CommandFailure) {
    let end = ending == .signal ? Clock.monotonicMilliseconds + Self.patience : nil
    if let signal = try followed.drain(stream, until: end) {
      throw CommandFailure(endedBy: signal)
    }
    guard stream.isBehind else { return }
    throw CommandFailure(
      status: .cannotCreate, what: "The recording is cut off: nobody reads standard output.",
      cause: "", remedy: "")
  }

  /// - Parameters:
  ///   - followed: what is recorded.
  ///   - recording: where to.
  ///   - deadline: ms of `Clock.monotonicMilliseconds`; nil for none.
  /// - Returns: why it ended.
  /// - Throws: `CommandFailure` when the connection fails for good, or nothing can be written.
  private func record(
    _ followed: FollowedThing, to recording: RecordingOutput, until deadline: Int64?
  ) throws(CommandFailure) -> Ending {
    while true {
      try recording.flush()
      let isLate = deadline.map { Clock.monotonicMilliseconds >= $0 } ?? false
      // What came in time is recorded, however slow a reader of standard output is.
      let isBehind = recording.stream?.isBehind ?? false
      let happened: [FollowedThing.Occurrence]
      do throws(CommandFailure) {
        happened = try followed.next(
          until: isLate && isBehind ? nil : deadline, output: recording.stream)
      } catch {
        // What was recorded before is worth keeping in good order.
        if recording.hasBegun { try recording.end() }
        throw error
      }
      for occurrence in happened {
        switch occurrence {
        case .event(let event, let time):
          guard let line = RecordedLine(event, at: time) else { continue }
          try recording.write(line)
          if let count, recording.messages >= count { return .enough }
        case .dropped(let count):
          try recording.write(RecordedLine(time: Clock.wallMilliseconds, .dropped(count)))
          StandardStreams.tell("\(count) messages came too fast and are not recorded")
        case .signal: return .signal
        case .input: break
        }
      }
      if isLate, !isBehind { return count == nil ? .enough : .tooFew }
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
