import ArgumentParser
import JSON
import Monitor
import Settings
import Shadow
import Thing

struct UpdateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", _superCommandName: "shadowscope",
    abstract: "Report values of a thing, or ask for them.",
    discussion: """
      KEY=VALUE writes JSON where the value parses as JSON, otherwise a text: 102, true, '"102"', \
      '{"a":1}', eco. KEY:=JSON takes nothing but JSON. null removes a resource, as --delete does. A \
      key that starts with / is a JSON Pointer into nested resources, any other is one name, dots \
      and slashes included.

      --json FILE takes a JSON object from a file, or - for standard input, in place of arguments. \
      It is a whole request if it holds a “state” that is an object of “desired” and “reported” \
      alone and, beside it, nothing but “version”, “timestamp” and “clientToken”. Without a “state”, \
      or with one that is no object, it is the members of a section: reported, or with --desired \
      desired. Anything in between is refused.

      What the service accepted stands on standard output as JSON, with the new version. The exit \
      status is 0 only then; 3 if it was rejected, 5 for another version than --if-version, 65 for \
      data that is malformed, 75 if no answer came: then `shadowscope get` tells. Nothing is ever \
      sent twice.

      What MIC would make nothing of is told as a warning, a line each, and written all the same: own \
      keys in tcxn, a latlng that is no place, a per cent beyond 100, a connection_status other than \
      0, 1 and 2.

      --lines takes a document a line, each as --json would, and sends them in their order, up to \
      --in-flight before the answers are there. Each has a line of JSON on standard output, in the \
      order of the input: {"line":1,"outcome":"accepted","version":8,…}; outcome is accepted, \
      acknowledged (--backdate), rejected, unknown, unsent or malformed. The first failure ends it: \
      no more is sent, what is in flight is waited for, and the exit status is that failure's. With \
      --keep-going it goes on, also after a lost connection. A line whose answer was lost is unknown \
      and not sent again. The service may carry out requests that are in flight together in another \
      order: with --in-flight 1 each waits for the answer to the one before.

      --wait-delta-closed prints the accepted version at once and then waits until desired and \
      reported are equal in what was written: 0 when they are, 124 when the time is over, with what \
      is still open.

      --dry-run sends nothing and needs no broker and no key: it prints the topic, a space and the \
      exact bytes, as mosquitto_sub -v does; only the clientToken is another each time.

      Examples:
        shadowscope update --thing-dir certs/00000001 --endpoint HOST flow=12
        shadowscope update --profile plant temperature=21.5 /pump1/flow=12 mode=eco
        shadowscope update --profile plant --desired on=true --wait-delta-closed 30s
        shadowscope update --profile plant 'limits:=[1,2]' --delete /pump1/error
        shadowscope update --profile plant --backdate --timestamp "5m ago" level=19
        jq -c '.[]' values.json | shadowscope update --profile plant --lines
      """)

  @OptionGroup var options: ThingOptions

  @Flag(help: "Set the desired state rather than the reported one.")
  var desired = false

  @Option(
    name: .customLong("json"),
    help: ArgumentHelp(
      "What to write, or a whole request, from a file; - is standard input.", valueName: "file|-"))
  var file: String?

  @Flag(help: "Take a document a line, from --json FILE or standard input.")
  var lines = false

  @Option(
    name: .customLong("delete"),
    help: ArgumentHelp("Remove this resource; may be repeated.", valueName: "path"))
  var removed: [PathArgument] = []

  @Option(
    help: ArgumentHelp("Only if the shadow has this version.", valueName: "version"))
  var ifVersion: Int64?

  @Option(
    help: ArgumentHelp(
      "MIC's time of the observation: ms since 1970, 2026-11-24T12:04:31Z, “5m ago”.",
      valueName: "time"))
  var timestamp: String?

  @Flag(
    help: ArgumentHelp(
      "Have MIC store an observation only: the shadow does not change, and the broker's "
        + "acknowledgement is the only answer, so that standard output stays empty."))
  var backdate = false

  @Option(
    help: ArgumentHelp(
      "Report tcxn.thingType too, for a networked thing that MIC makes with this document: an id of "
        + "the cloud's. MIC's public pages do not confirm that it belongs there, and things are not "
        + "told whether it could be made.", valueName: "id"))
  var thingType: String?

  @Flag(help: "Print what would be sent, and send nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Then wait until the thing has done what is desired, so long at most: 30s, 5m.",
      valueName: "duration"), transform: DurationArgument.read)
  var waitDeltaClosed: DurationArgument?

  @Flag(help: "With --lines: go on after a failure.")
  var keepGoing = false

  @Option(
    help: ArgumentHelp(
      "With --lines: documents that wait for their answers at most, 1 to 8; AWS IoT takes 10 a "
        + "connection.", valueName: "number"))
  var inFlight = 8

  @Option(
    help: ArgumentHelp(
      "With --lines: documents a second at most, 0 for any number. 20 unless given, which is what AWS "
        + "IoT takes for a thing; 90 with --backdate.", valueName: "number"))
  var rate: Int?

  @Flag(name: .customLong("no-read-only"), help: "Publish although a profile says read-only.")
  var writes = false

  @Argument(help: ArgumentHelp("What to write.", valueName: "key=value"))
  var assignments: [String] = []

  func validate() throws {
    if thingType != nil {
      let besides: [(Bool, String)] = [
        (lines, "--lines"), (file != nil, "--json"), (desired, "--desired"),
        (backdate, "--backdate"),
      ]
      if let (_, name) = besides.first(where: \.0) {
        throw ValidationError("--thing-type is reported with KEY=VALUE, without \(name).")
      }
      if thingType?.isEmpty == true { throw ValidationError("--thing-type takes an id.") }
    }
    let isBare = assignments.isEmpty && removed.isEmpty && thingType == nil
    if isBare, file == nil, !lines {
      throw ValidationError("Say what to write: KEY=VALUE, --delete PATH, --json FILE or --lines.")
    }
    if !isBare, file != nil || lines {
      throw ValidationError("Give either KEY=VALUE and --delete, or --json and --lines.")
    }
    if backdate {
      let besides: [(Bool, String)] = [
        (desired, "--desired"), (ifVersion != nil, "--if-version"),
        (options.shadow != nil, "--shadow"), (waitDeltaClosed != nil, "--wait-delta-closed"),
      ]
      if let (_, name) = besides.first(where: \.0) {
        throw ValidationError("An observation of the past (--backdate) has no \(name).")
      }
    }
    if lines {
      let besides: [(Bool, String)] = [
        (ifVersion != nil, "--if-version"), (timestamp != nil, "--timestamp"),
        (waitDeltaClosed != nil, "--wait-delta-closed"),
      ]
      if let (_, name) = besides.first(where: \.0) {
        throw ValidationError(
          "\(name) is for one document; with --lines each may have a version and a timestamp of its "
            + "own, as a whole request.")
      }
    }
    if !lines, keepGoing || rate != nil {
      throw ValidationError("\(keepGoing ? "--keep-going" : "--rate") is for --lines.")
    }
    guard (1...8).contains(inFlight) else { throw ValidationError("--in-flight wants 1 to 8.") }
    guard (0...1000).contains(rate ?? 0) else { throw ValidationError("--rate wants 0 to 1000.") }
    if let ifVersion, ifVersion < 1 {
      throw ValidationError("--if-version wants a version, 1 or more.")
    }
    if file == "-", lines { throw ValidationError("--lines reads standard input by itself.") }
  }

  func run() throws {
    do throws(CommandFailure) {
      let resolved = try options.resolve(writes ? [.readOnly: .flag(false)] : [:])
      resolved.tellWarnings()
      let plan = try plan()
      if dryRun {
        try preview(plan, to: try resolved.addressAlone())
      } else {
        try resolved.requireThing()
        try resolved.requireWriting()
        try send(plan) { () throws(CommandFailure) in
          let thing = try resolved.choice.open()
          StandardStreams.tell(thing.advice)
          return thing
        }
      }
    } catch {
      throw StandardStreams.report(error)
    }
  }

  // MARK: What is said

  private func plan() throws(CommandFailure) -> UpdatePlan {
    UpdatePlan(
      section: desired ? .desired : .reported, choosesSection: desired, version: ifVersion,
      timestamp: try observationTime(), isBackdate: backdate)
  }

  private func observationTime() throws(CommandFailure) -> Int64? {
    guard let timestamp else { return nil }
    let time = ObservationTime(
      timestamp, at: Clock.wallMilliseconds, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
    switch time {
    case .moment(let moment): return moment
    case .doubtful(let moment, let question):
      throw CommandFailure(
        status: .usage, what: "“\(timestamp)” for --timestamp is in doubt.", cause: question,
        remedy: "If so: --timestamp \(moment)")
    case .refused(let reason):
      throw CommandFailure(
        status: .usage, what: "“\(timestamp)” for --timestamp cannot be used: \(reason).",
        cause: "", remedy: "")
    }
  }

  /// The one document of arguments or a file.
  private func body() throws(CommandFailure) -> (body: UpdateBody, name: String) {
    guard let file else {
      do throws(Assignments.Fault) {
        let type = thingType.map { ["/tcxn/thingType:=\(JSONValue.string($0).compact)"] } ?? []
        let members = try Assignments.members(
          assignments + type, removing: removed.map(\.path))
        return (.section(members), "The update")
      } catch {
        throw CommandFailure(error)
      }
    }
    let name = InputText.subject(file)
    let text = try InputText.read(file)
    do throws(UpdateBody.Fault) { return (try UpdateBody(text), name) } catch {
      throw CommandFailure(error, in: name)
    }
  }

  private func request(
    _ plan: UpdatePlan, to address: ShadowAddress, _ said: (body: UpdateBody, name: String)
  ) throws(CommandFailure) -> UpdateMessage {
    do throws(UpdateBody.Fault) {
      return try UpdateMessage(said.body, by: plan, to: address)
    } catch {
      throw CommandFailure(error, in: said.name)
    }
  }

  // MARK: What is done

  private func preview(_ plan: UpdatePlan, to address: ShadowAddress) throws(CommandFailure) {
    guard lines else {
      let message = try request(plan, to: address, body())
      message.warnings.forEach { StandardStreams.tell("warning: \($0)") }
      return try StandardStreams.writeAsItIs(message.line)
    }
    var input = try InputLines(file ?? "-")
    try UpdateLines.preview(&input, plan, to: address, keepsGoing: keepGoing)
  }

  private func send(
    _ plan: UpdatePlan, _ open: () throws(CommandFailure) -> OpenThing
  ) throws(CommandFailure) {
    if lines {
      let input = try InputLines(file ?? "-")
      let rate = rate ?? (backdate ? 90 : 20)
      var run = UpdateLines(
        input, plan,
        RequestPipeline(limit: inFlight, rate: rate == 0 ? nil : rate, keepsGoing: keepGoing))
      return try run.send(as: try open())
    }
    let said = try body()
    // Before the thing: what is wrong with the data is wrong with any.
    let thing = try open()
    let message = try request(plan, to: thing.address, said)
    message.warnings.forEach { StandardStreams.tell("warning: \($0)") }
    if let waitDeltaClosed {
      var wait = try DeltaWait(message, milliseconds: waitDeltaClosed.milliseconds)
      return try wait.run(as: thing)
    }
    let run = RequestRun(thing: thing)
    guard !backdate else {
      _ = try run.answer(to: .backdate(message.publication, token: message.token))
      return StandardStreams.tell("The broker has the observation.")
    }
    let answer = try run.answer(to: .update(message.publication, token: message.token))
    try StandardStreams.writeAccepted(answer.body, "The update was accepted.")
  }
}

extension ResolvedOptions {
  /// Which shadow is meant, as far as that can be told without a broker and without a key.
  ///
  /// - Throws: `CommandFailure` if no thing is named, or none can have the name.
  func addressAlone() throws(CommandFailure) -> ShadowAddress {
    let thing: String
    if let name = choice.thing {
      thing = choice.networked.map { "\(name)__\($0)" } ?? name
    } else if namesThing {
      do throws(CredentialError) { thing = try choice.folder().thingName } catch {
        throw CommandFailure(error)
      }
    } else {
      throw CommandFailure(
        status: .usage, what: "Name the thing: --thing NAME.", cause: "",
        remedy: "Or its folder with --thing-dir, or a profile with --profile.")
    }
    let address = ShadowAddress(thing: thing, shadow: choice.shadow)
    try choice.check(address)
    return address
  }
}
