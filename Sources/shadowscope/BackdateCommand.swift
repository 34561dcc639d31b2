import ArgumentParser
import Backdating
import Glibc
import JSON
import Settings
import Shadow
import Thing

struct BackdateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backdate", _superCommandName: "shadowscope",
    abstract: "Have MIC store observations of the past from a file.",
    discussion: """
      Each observation goes to MIC's topic for those of the past, and is stored there with its time. \
      That is all: the shadow does not change, no rule is triggered, and no answer comes beyond the \
      broker's acknowledgement. A message is sent for each moment, since no public page of MIC shows \
      a form for several (unconfirmed); what follows each other in the file with the same moment is \
      one message.

      FILE is read and checked whole before anything is sent, 16 MiB at most; - is standard input. \
      Lines of JSON (.ndjson, .jsonl, or what begins with a brace) are {"timestamp":MOMENT,"KEY":VALUE,…}, \
      or {"state":{"reported":{…}},"timestamp":MOMENT}; what could be meant as either is refused. A \
      table (.csv, or anything else) has a header: the column named timestamp or time has the \
      moments, each other one is a resource by its name, dots and slashes included, unless it starts \
      with /, as a JSON Pointer does. A cell that reads as a number, true, false or null is that, any \
      other a text; an empty one says nothing.

      MOMENT is a number of ms since 1970, or ISO 8601 with a date and a time of day; without a zone \
      that is local time. Seconds are taken with --seconds only. What is out of order is refused \
      unless there is --sort.

      How far it came is kept beside the program's other state, by what is in the file, the thing and \
      the endpoint: run again after an interruption, it goes on where it ended, and sends nothing \
      twice. A message that was on its way when the connection or the program ended may have been \
      stored or not: its line is told, and it is sent again only with --again, after which MIC may \
      have it twice. --restart forgets what was sent and begins anew. A file that has changed is \
      another file.

      At the end a line of JSON stands on standard output: messages, sent, acknowledged, unknown, \
      skipped (left out since an earlier run had begun them), unsent, and the first and last moment \
      in ms. --check reads the file and prints messages, lines, first, last and resources; --dry-run \
      prints the topic, a space and the exact bytes of each. Neither needs a network.

      The exit status is 0 if all that was sent is acknowledged; 1 if the answer was no; 64 without \
      --yes where nobody can be asked; 65 if something is wrong with the file; 69 if the connection \
      did not come back within --timeout; 73 if it cannot be kept how far it came; 75 if it is not \
      known of some messages whether the broker has them.

      Examples:
        shadowscope backdate --check measurements.csv
        shadowscope backdate --profile plant --time-column when --text iccid measurements.csv
        jq -c '.[]' values.json | shadowscope backdate --profile plant --yes -
      """)

  @OptionGroup var options: ThingOptions

  @Option(
    help: ArgumentHelp(
      "The column of a table with the moments; timestamp or time unless given.",
      valueName: "name"))
  var timeColumn: String?

  @Option(
    help: ArgumentHelp(
      "A column of a table whose cells are texts, whatever they look like; may be repeated.",
      valueName: "name"))
  var text: [String] = []

  @Option(help: ArgumentHelp("What parts the fields of a table.", valueName: "character"))
  var separator = ","

  @Flag(help: "Numbers are seconds since 1970, rather than milliseconds.")
  var seconds = false

  @Flag(help: "Put what is out of order in the order of time.")
  var sort = false

  @Flag(help: "Take moments that are more than five minutes ahead of this machine's clock.")
  var future = false

  @Flag(help: "Read the file, say what is in it, and send nothing.")
  var check = false

  @Flag(help: "Print what would be sent, and send nothing.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Option(
    help: ArgumentHelp(
      "Messages a second at most, 0 for any number. AWS IoT discards what is more than 100 on a "
        + "connection; MIC's own limits are not public.", valueName: "number"))
  var rate = 90

  @Option(
    help: ArgumentHelp(
      "Messages that wait for their acknowledgement at most, 1 to 10; as many are in doubt if it "
        + "ends at once.", valueName: "number"))
  var inFlight = 10

  @Option(
    help: ArgumentHelp(
      "How long a lost connection is waited for: 30s, 5m.", valueName: "duration"),
    transform: DurationArgument.read)
  var timeout = DurationArgument(milliseconds: 120_000)

  @Flag(help: "Also send what an earlier run does not know the fate of; MIC may store it twice.")
  var again = false

  @Flag(help: "Forget what earlier runs have sent of this file, and begin anew.")
  var restart = false

  @Flag(help: "Keep nothing: after an interruption nothing tells what was sent.")
  var noJournal = false

  @Flag(name: .customLong("no-read-only"), help: "Publish although a profile says read-only.")
  var writes = false

  @Argument(
    help: ArgumentHelp("Observations: NDJSON or CSV; - is standard input.", valueName: "file"))
  var file: String

  func validate() throws {
    if options.shadow != nil {
      throw ValidationError("An observation of the past belongs to no --shadow.")
    }
    guard separator.utf8.count == 1, let byte = separator.utf8.first, byte >= 0x20 || byte == 0x09,
      ![UInt8(ascii: "\""), 0x7F].contains(byte), byte < 0x80
    else { throw ValidationError("--separator wants one ASCII character, and no quote.") }
    guard (0...1000).contains(rate) else { throw ValidationError("--rate wants 0 to 1000.") }
    guard (1...10).contains(inFlight) else { throw ValidationError("--in-flight wants 1 to 10.") }
    if check, dryRun { throw ValidationError("Give only one of --check and --dry-run.") }
    if again, restart { throw ValidationError("Give only one of --again and --restart.") }
    if noJournal, again || restart {
      throw ValidationError("--\(again ? "again" : "restart") goes by what is kept.")
    }
  }

  func run() throws {
    do throws(CommandFailure) {
      let bytes = try InputText.read(
        file, limit: ObservationFile.longest,
        because: "It is read whole before anything is sent; split it, in the order of time.")
      let read = try observations(bytes)
      read.warnings.forEach { StandardStreams.tell("warning: \($0)") }
      if check { return try StandardStreams.writeJSON(BackdateWords.contents(of: read)) }
      let resolved = try options.resolve(writes ? [.readOnly: .flag(false)] : [:])
      if dryRun {
        resolved.tellWarnings()
        return try preview(read, to: try resolved.addressAlone())
      }
      try send(read, bytes, as: try resolved.openThing(toWrite: true))
    } catch {
      throw StandardStreams.report(error)
    }
  }

  // MARK: What is read

  private func observations(_ bytes: [UInt8]) throws(CommandFailure) -> ObservationFile {
    let form = ObservationFile.Form(of: file, bytes)
    if form == .lines, timeColumn != nil || !text.isEmpty {
      throw CommandFailure(
        status: .usage, what: "--time-column and --text are for tables.",
        cause: "\(InputText.subject(file)) has lines of JSON.", remedy: "")
    }
    var rule = ObservationRule(
      now: Clock.wallMilliseconds, utcOffsetSeconds: { LocalTime.utcOffsetSeconds(at: $0) })
    rule.countsSeconds = seconds
    rule.allowsFuture = future
    rule.sorts = sort
    rule.timeColumn = timeColumn
    rule.textColumns = text
    rule.separator = separator.utf8.first ?? rule.separator
    do throws(ObservationFaults) { return try ObservationFile(bytes, form, rule) } catch {
      throw BackdateWords.failure(error, in: InputText.subject(file))
    }
  }

  private func preview(
    _ read: ObservationFile, to address: ShadowAddress
  ) throws(CommandFailure) {
    let topic = MICTopic.backdate.topic(of: address.thing)
    for message in read.messages {
      try StandardStreams.writeAsItIs(
        "\(topic) \(String(decoding: message.payload, as: UTF8.self))")
    }
  }

  // MARK: What is sent

  private func send(
    _ read: ObservationFile, _ bytes: [UInt8], as thing: OpenThing
  ) throws(CommandFailure) {
    let kept = try KeptBackdate(
      of: read, bytes, as: thing, noJournal ? .nothing : restart ? .anew : .onwards)
    let words = BackdateWords(
      name: InputText.name(of: file), read: read,
      topic: MICTopic.backdate.topic(of: thing.address.thing),
      endpoint: thing.configuration.endpoint.description, rate: rate)
    let uncertain = kept.journal.uncertain
    var todo = kept.journal.remaining
    if again { todo = (todo + uncertain).sorted() }
    if kept.journal.acknowledged + uncertain.count > 0 {
      StandardStreams.tell(words.continuing(kept.journal, with: todo, again: again))
    }
    guard !todo.isEmpty else {
      return try StandardStreams.writeLine(
        words.summary(BackdateTally(skipped: read.messages.count)))
    }
    StandardStreams.tell(words.preview(of: todo).joined(separator: "\n"))
    if !yes { try ask() }
    var run = BackdateRun(
      read, todo, kept, timeout: timeout.milliseconds,
      RequestPipeline(limit: inFlight, rate: rate == 0 ? nil : rate, keepsGoing: true))
    let failure = try run.send(as: thing)
    try StandardStreams.writeLine(words.summary(run.tally))
    if let failure { throw failure }
  }

  /// - Throws: `CommandFailure` unless the person says yes.
  private func ask() throws(CommandFailure) {
    guard var prompt = try LinePrompt(ifEnded: "Nothing was sent.") else {
      throw CommandFailure(
        status: .usage, what: "Nothing was sent: there is no terminal to ask on.", cause: "",
        remedy: "Look at it with --dry-run, and add --yes if it is what you want.")
    }
    guard try prompt.yes("Send them?", standard: false) else {
      throw CommandFailure(
        status: .failed, what: "Nothing was sent.", cause: "The answer was no.", remedy: "")
    }
  }
}
