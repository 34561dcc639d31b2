import ArgumentParser
import JSON
import Monitor
import Recordings
import Shadow
import Terminal
import Thing

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", _superCommandName: "shadowscope",
    abstract: "Play a recording in the monitor, or into a sandbox.",
    discussion: """
      The monitor shows the recording as it went: nothing is connected to, and nothing can be \
      changed. Space pauses, comma and full stop go 10 seconds back and on, ; goes to the next \
      message, { and } to start and end, - and + play slower and faster. A recording that is \
      damaged is played up to the damage, which is told with its line.

      With --to-sandbox nothing is shown: the recorded requests are sent to a sandbox that runs on \
      this machine, at their pace, as the thing that is given. First comes the document that each \
      shadow had at the start, then each get, update and delete, whoever made it, without the \
      version that it insisted on; the sandbox answers by itself. Where no request was recorded, \
      updates are found by comparing the documents. A JSON object with the numbers of requests, \
      accepted and rejected ends it.

      The exit status is 0, 65 if the file is no recording or, without the monitor, damaged, 66 if \
      there is no such file, and 130 after Control-C.

      Examples:

        shadowscope replay plant.ndjson --speed 10
        shadowscope replay plant.ndjson --check | jq .messages
        shadowscope replay plant.ndjson --to-sandbox --speed max --thing-dir sandbox/things/lamp1 \
      --endpoint localhost:8883
      """)

  @Argument(help: ArgumentHelp("The recording.", valueName: "file"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "How fast, 0.01 to 1000 times, or max for without a pause; 1 unless given.",
      valueName: "number|max"))
  var speed: ReplaySpeed = .times(1)

  @Flag(help: "Read the file, print what it holds as JSON, and end.")
  var check = false

  @Flag(help: "Send the recorded requests to a sandbox, which the options of a thing name.")
  var toSandbox = false

  @Option(
    help: ArgumentHelp(
      "The colours; shadowscope themes lists them. Otherwise SHADOWSCOPE_THEME, then config.toml.",
      valueName: "name"))
  var theme: String?

  @OptionGroup(title: "The sandbox's thing, for --to-sandbox") var options: ThingOptions

  func validate() throws {
    if check, toSandbox { throw ValidationError("Give only one of --check and --to-sandbox.") }
  }

  func run() throws {
    do throws(CommandFailure) {
      let reader = try Self.open(file)
      if check {
        try StandardStreams.writeLine(Self.summary(of: reader).pretty(escaping: .invisible))
        return try Self.requireWhole(reader)
      }
      if toSandbox {
        if !reader.isEnded, reader.damage == nil {
          StandardStreams.tell(
            "warning: the recording was cut off between two lines, or is still going on")
        }
        try SandboxFeed(reader, speed: speed, options: options).run()
        return try Self.requireWhole(reader)
      }
      let look = try PersonalSettings().look(theme: theme)
      var run = ReplayRun(
        reader, path: file, speed: speed, look: look, signals: try CommandSignals.take())
      try run.run()
      if let damage = reader.damage { StandardStreams.tell("warning: \(damage.words)") }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  private static func open(_ file: String) throws(CommandFailure) -> RecordingReader {
    do throws(RecordingReader.Fault) {
      return try RecordingReader(Environment.expanding(file))
    } catch {
      switch error {
      case .file(let fault):
        throw CommandFailure(
          status: .noInput, what: "\(file) cannot be read: \(fault.reason).", cause: "",
          remedy: "Name a recording.")
      case .refused(let refusal):
        throw CommandFailure(
          status: .badData, what: "\(file) cannot be played. \(refusal.words)", cause: "",
          remedy: refusal.remedy)
      }
    }
  }

  /// Ends a command without a screen with the damage, which only the screen would have told.
  private static func requireWhole(_ reader: RecordingReader) throws(CommandFailure) {
    guard let damage = reader.damage else { return }
    let count = reader.index.messages
    throw CommandFailure(
      status: .badData, what: damage.words,
      cause: "\(count) message\(count == 1 ? " was" : "s were") read before it.", remedy: "")
  }

  private static func summary(of reader: RecordingReader) -> JSONValue {
    let (header, index) = (reader.header, reader.index)
    var object: JSONObject = [
      "thing": .string(header.thing),
      "shadows": .array(
        header.addresses(with: index).map { $0.shadow.map(JSONValue.string) ?? .null }),
      "endpoint": header.endpoint.map(JSONValue.string) ?? .null,
      "start": .string(CalendarTime(index.start).iso), "end": .string(CalendarTime(index.end).iso),
      "messages": .number(JSONNumber(Int64(index.messages))),
      "lines": .number(JSONNumber(Int64(index.count + 1))), "ended": .bool(reader.isEnded),
    ]
    if let damage = reader.damage {
      object.append(
        key: "damage",
        value: [
          "line": .number(JSONNumber(Int64(damage.line))),
          "column": .number(JSONNumber(Int64(damage.column))),
          "byte": .number(JSONNumber(Int64(damage.offset))), "reason": .string(damage.reason),
        ])
    }
    return .object(object)
  }
}

extension ReplaySpeed: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }

  var defaultValueDescription: String { "1" }
}
