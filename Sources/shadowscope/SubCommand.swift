import ArgumentParser
import Monitor
import Shadow
import Terminal
import Thing

struct SubCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sub", _superCommandName: "shadowscope",
    abstract: "Print what comes on any topics.",
    discussion: """
      Each message is a line: for people on a terminal, elsewhere an object of JSON with the members \
      time, direction, topic, retained (where it is) and payload; payloadText is there instead where \
      the payload is no JSON, payloadBase64 where it is no text. --raw prints topic, space and \
      payload as they came. Nothing is masked: signed URLs, as answers of MIC's invoke service have \
      them, are printed with what signs them.

      A filter may hold + for one level and, at its end, # for all that follow. Put it in single \
      quotes: the shell would take $aws for a variable.

      Where a policy forbids a filter, AWS IoT may cut the connection without a word. The filters \
      are tried singly then, and one that ends the connection twice is left out.

      The exit status is 0 after --count or --for, 124 if --for was over before --count was \
      reached, 77 if no filter is permitted, 130 after Control-C, and 141 when nobody reads any more.

      Examples:

        shadowscope sub --profile plant 'tcxn/things/00000001/#'
        shadowscope sub --profile plant --raw --count 10 'plant/+/status' 'plant/+/alarm'
      """)

  @OptionGroup var options: ThingOptions
  @OptionGroup var stream: StreamOptions

  @Argument(help: "What to subscribe to, with QoS 1.")
  var filter: [String]

  func validate() throws {
    if filter.isEmpty { throw ValidationError("Name a topic filter.") }
    for filter in filter {
      if let fault = TopicRules.fault(inFilter: filter) { throw ValidationError(fault) }
    }
    if filter.count > OpenShadows.filterLimit {
      throw ValidationError("A connection has at most \(OpenShadows.filterLimit) filters.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
      let start = Clock.monotonicMilliseconds
      let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
      let thing = try options.resolve().openThing(signals)
      for advice in filter.compactMap(TopicRules.advice(onFilter:)) {
        StandardStreams.tell("warning: \(advice)")
      }
      let followed = try FollowedThing(
        thing, addresses: [], filters: filter, signals: signals, bound: StreamRun.mostWaiting)
      defer { followed.stop() }
      var printer = SubPrinter(thing, filters: filter, shape: stream.shape)
      try StreamRun(followed, options: stream, since: start).run(&printer)
    } catch {
      throw StandardStreams.report(error)
    }
  }
}

/// What `sub` prints of the messages on free topics.
struct SubPrinter: StreamRun.Printer {
  private let thing: OpenThing
  private let filters: [String]
  private let writer: StreamWriter
  private var lines = MessageLines()
  private let readable: StreamLines

  /// - Parameters:
  ///   - thing: as which it is connected.
  ///   - filters: all that is subscribed to.
  ///   - shape: what a message becomes.
  init(_ thing: OpenThing, filters: [String], shape: StreamOptions.Format) {
    self.thing = thing
    self.filters = filters
    writer = StreamWriter(shape)
    readable = StreamLines(of: thing.address, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
  }

  mutating func take(
    _ event: ThingEvent, at time: Int64, to output: StreamOutput
  ) throws(CommandFailure) -> Bool {
    switch event {
    case .received(let message):
      put(StreamedMessage(message), to: output)
      return true
    case .connection(.online(let report)):
      let missing = report.refusedFilters + report.leftOutFilters
      guard missing.count >= filters.count, let topic = filters.first else { break }
      throw thing.refusal(of: topic)
    case .oversized(let topic, let bytes):
      StandardStreams.tell("A message of \(bytes) bytes on \(topic) is too long, and left out.")
    case .connection, .shadow, .sent, .outcome: break
    }
    return false
  }

  mutating func take(dropped count: Int, at time: Int64, to output: StreamOutput) {
    writer.put(dropped: count, time: time, &lines, readable, to: output)
  }

  private mutating func put(_ message: StreamedMessage, to output: StreamOutput) {
    switch writer.shape {
    case .raw: writer.putRaw(message, to: output)
    case .json: output.append { lines.append(message, to: &$0) }
    case .lines: writer.put([readable.line(ofFree: message)], to: output)
    }
  }
}
