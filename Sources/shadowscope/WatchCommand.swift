import ArgumentParser
import Recordings
import Shadow
import Terminal
import Thing

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", _superCommandName: "shadowscope",
    abstract: "Print a shadow's messages and changes as they come.",
    discussion: """
      First the present state, as the answer to a get, then each message of the shadow. Lines on a \
      terminal tell each value that changed. Elsewhere each message is an object of JSON a line, \
      with the members time, direction (in or out), topic, version and payload; payloadText is \
      there instead where the payload is no JSON, payloadBase64 where it is no text. With \
      --changes-only or --path it also has changes: path, old and new of each. Payloads are printed \
      as they came, also signed URLs in them, which are secrets; only recordings mask those.

      It goes on over lost connections, and says so on standard error; what changed meanwhile is \
      told with the return. Whoever reads too slowly misses messages, the oldest first: standard \
      error tells how many, as do lines of JSON with the member dropped.

      Only one client at a time may use a client id, and the thing itself uses its name: to watch \
      beside it, or beside `update`, give another --client-id where the policy allows it, or \
      --as-owner.

      The exit status is 0 after --count or --for, 124 if --for was over before --count was \
      reached, 130 after Control-C, and 141 when nobody reads any more.

      Examples:

        shadowscope watch --thing-dir certs/00000001 --endpoint HOST
        shadowscope watch --profile plant --path /pump1/flow --count 1 --for 5m
        shadowscope watch --profile plant --changes-only | jq -c '.changes[]'
        shadowscope watch --profile plant --raw >> messages.txt
      """)

  @OptionGroup var options: ThingOptions
  @OptionGroup var stream: StreamOptions

  @Option(
    help: ArgumentHelp(
      "Only what changes this resource, or something in it: a JSON Pointer such as /pump1/flow, or "
        + "one name.", valueName: "path"))
  var path: PathArgument?

  @Flag(help: "Only what changes the state: no present state, no requests, no answers.")
  var changesOnly = false

  @Option(
    help: ArgumentHelp(
      "Record all messages as well, as `shadowscope record` does, but for those that a reader too "
        + "slow misses: the recording misses them too, and says how many.", valueName: "file"))
  var record: String?

  @Flag(help: "Write over a file of --record that is there.")
  var force = false

  func validate() throws {
    if let record, record.isEmpty || record == "-" {
      throw ValidationError("--record wants the name of a file.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
      let start = Clock.monotonicMilliseconds
      let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
      let thing = try options.resolve().openThing(signals)
      let recording = try record.map { file throws(CommandFailure) in
        try RecordingOutput(
          file, isReplacing: force,
          header: RecordingHeader(
            of: thing, shadows: [thing.address], start: Clock.wallMilliseconds))
      }
      let followed = try FollowedThing(
        thing, signals: signals, bound: StreamRun.mostWaiting)
      defer { followed.stop() }
      let printer = WatchPrinter(
        of: thing.address, shape: stream.shape, path: path?.path, changesOnly: changesOnly)
      var recorder = RecordingPrinter(printer, recording)
      defer { recorder.end() }
      try StreamRun(followed, options: stream, since: start).run(&recorder)
    } catch {
      throw StandardStreams.report(error)
    }
  }
}
