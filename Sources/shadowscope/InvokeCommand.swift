import ArgumentParser
import JSON
import Settings
import Shadow
import Thing

struct InvokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invoke", _superCommandName: "shadowscope",
    abstract: "Call a function of Managed IoT Cloud (MIC) as the thing.",
    discussion: """
      MIC answers calls on tcxn/things/THING/fn/invoke. Its four functions give the platform's time, \
      and URLs that read or write a file of the thing for five minutes; each has a variant whose \
      answer bears an id, which is used here unless --plain is given, so that the answer is known \
      to be ours.

      A signed URL is a secret: what signs it is masked unless --show-url is given. The arguments \
      are encoded twice, as MIC wants it.

      On a read-only connection `upload`, whose URL writes, and `call`, which may do anything, want \
      --no-read-only.

      Confirmed by MIC's documents are the functions, their arguments and the answers of the plain \
      ones. Not public are the names in the answer of GetIdentifiedSignedUrl, the form of an error \
      (that of AWS Lambda is understood: errorType, errorMessage), and whether there are more \
      functions (`invoke call` calls any). An answer in another form is printed as it came, as \
      {"raw": …}, with status 65.

      The exit status is 0 for an answer, 3 if the service refused the call, 75 if no answer came.

      Examples:
        shadowscope invoke time --profile rig | jq .clockSkewMs
        curl -T log.txt "$(shadowscope invoke upload log.txt --profile rig --show-url | jq -r .url)"
      """,
    subcommands: [Time.self, Upload.self, Download.self, Call.self])

  func run() throws {
    throw ValidationError("Name a function: time, upload, download or call.")
  }

  /// What all of them take.
  struct Options: ParsableArguments {
    @OptionGroup var options: ThingOptions

    @Option(
      help: ArgumentHelp("How long the answer may take, such as 10s.", valueName: "duration"),
      transform: DurationArgument.read)
    var timeout = DurationArgument(milliseconds: 10_000)

    /// Makes a call that changes nothing.
    func reply(to call: InvokeCall) throws(CommandFailure) -> InvokeRun.Reply {
      try reply(to: call, as: options.resolve())
    }

    /// Makes a call that may change something.
    ///
    /// - Parameters:
    ///   - call: what to call.
    ///   - permission: what the command line says of connections that are read-only.
    /// - Returns: the answer.
    /// - Throws: `CommandFailure` if the connection is read-only, and for what `reply(to:)` throws.
    func reply(
      to call: InvokeCall, permission: WritingOption
    ) throws(CommandFailure) -> InvokeRun.Reply {
      let resolved = try options.resolve(permission.writes ? [.readOnly: .flag(false)] : [:])
      try resolved.requireWriting()
      return try reply(to: call, as: resolved)
    }

    private func reply(
      to call: InvokeCall, as resolved: ResolvedOptions
    ) throws(CommandFailure) -> InvokeRun.Reply {
      try InvokeRun(thing: resolved.openThing(), patience: timeout.milliseconds).reply(to: call)
    }
  }

  /// Whether a call that may change something is made on a read-only connection as well.
  struct WritingOption: ParsableArguments {
    @Flag(name: .customLong("no-read-only"), help: "Call although a profile says read-only.")
    var writes = false
  }

  struct Time: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "time", abstract: "Compare this machine's clock with the platform's.",
      discussion: """
        Prints one JSON object on one line: time and timeEpoch (the platform's, ms since 1970), \
        clockSkewMs (how far this machine is ahead, below 0 behind), uncertaintyMs (half the round \
        trip, give or take which that is true) and roundTripMs.

        Example: shadowscope invoke time --profile rig | jq '.clockSkewMs > 5000'
        """)

    @OptionGroup var invoke: Options

    @Flag(help: "Call GetCurrentTimeEpoch, whose answer bears no id.")
    var plain = false

    func run() throws {
      do throws(CommandFailure) {
        let reply = try invoke.reply(to: .time(id: plain ? nil : InvokeCommand.makeID()))
        guard let reading = ClockReading(reply) else {
          throw try InvokeCommand.unreadable(reply.answer, showsURL: false)
        }
        StandardStreams.tell(reading.words)
        try StandardStreams.writeLine(reading.json.compact)
      } catch {
        throw StandardStreams.report(error)
      }
    }
  }

  struct Upload: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "upload", abstract: "Get a URL that writes a file of the thing.",
      discussion: """
        Prints one JSON object on one line: url (masked unless --show-url is given), method (PUT), \
        key and validSeconds. The key is the file's name, relative to the thing.

        Example: curl -T log.txt \
        "$(shadowscope invoke upload log.txt --profile rig --show-url | jq -r .url)"
        """)

    @OptionGroup var file: FileOptions

    @OptionGroup var permission: WritingOption

    func run() throws {
      try file.run(.put) { call throws(CommandFailure) in
        try file.invoke.reply(to: call, permission: permission)
      }
    }
  }

  struct Download: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "download", abstract: "Get a URL that reads a file of the thing.",
      discussion: """
        Prints one JSON object on one line: url (masked unless --show-url is given), method (GET), \
        key and validSeconds. The key is the file's name, relative to the thing.

        Example: curl -o fw.bin \
        "$(shadowscope invoke download fw.bin --profile rig --show-url | jq -r .url)"
        """)

    @OptionGroup var file: FileOptions

    func run() throws {
      try file.run(.get) { call throws(CommandFailure) in try file.invoke.reply(to: call) }
    }
  }

  struct Call: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "call", abstract: "Call a function by its name.",
      discussion: """
        Prints one JSON object on one line: answer, or raw where that is no JSON. An id among the \
        arguments is looked for in the answer.

        Example: shadowscope invoke call GetIdentifiedCurrentTimeEpoch '{"id":"1"}' --profile rig
        """)

    @OptionGroup var invoke: Options

    @OptionGroup var permission: WritingOption

    @Flag(name: .customLong("show-url"), help: "Print signed URLs as they are.")
    var showsURL = false

    @Argument(help: ArgumentHelp("As in FunctionName.", valueName: "function"))
    var function: String

    @Argument(help: ArgumentHelp("JSON, for Payload.", valueName: "arguments"))
    var arguments: String?

    func run() throws {
      do throws(CommandFailure) {
        let call = InvokeCall(function: function, arguments: try parsedArguments())
        let answer = try invoke.reply(to: call, permission: permission).answer
        let name = answer.json == nil ? "raw" : "answer"
        let line: JSONValue = .object([name: answer.shown(showsURL: showsURL)])
        try StandardStreams.writeLine(line.compact(escaping: .invisible))
      } catch {
        throw StandardStreams.report(error)
      }
    }

    private func parsedArguments() throws(CommandFailure) -> JSONValue? {
      guard let arguments else { return nil }
      do throws(JSONSyntaxError) { return try JSONParser.parse(arguments) } catch {
        throw CommandFailure(
          status: .badData, what: "The arguments are malformed JSON.", cause: error.message,
          remedy: "Write for instance '{\"id\":\"1\"}'; they are encoded a second time here.",
          excerpt: error.excerpt(of: arguments).split(separator: "\n").map(String.init))
      }
    }
  }

  struct FileOptions: ParsableArguments {
    @OptionGroup var invoke: Options

    @Flag(help: "Call GetSignedUrl, whose answer bears no id.")
    var plain = false

    @Flag(name: .customLong("show-url"), help: "Print the signed URL as it is.")
    var showsURL = false

    @Argument(help: ArgumentHelp("The file's name, relative to the thing.", valueName: "key"))
    var key: String

    fileprivate func run(
      _ operation: InvokeCall.FileOperation,
      reply: (InvokeCall) throws(CommandFailure) -> InvokeRun.Reply
    ) throws {
      do throws(CommandFailure) {
        let call = InvokeCall.url(
          for: operation, of: key, id: plain ? nil : InvokeCommand.makeID())
        let answer = try reply(call).answer
        guard let url = answer.url else {
          throw try InvokeCommand.unreadable(answer, showsURL: showsURL)
        }
        let line: JSONValue = [
          "url": .string(showsURL ? url : InvokeAnswer.masked(url)),
          "method": .string(operation.method), "key": .string(key),
          "validSeconds": .number(JSONNumber(InvokeCall.urlLifetime)),
        ]
        if !showsURL {
          StandardStreams.tell("The URL is masked; --show-url prints it as it is.")
        }
        try StandardStreams.writeLine(line.compact(escaping: .invisible))
      } catch {
        throw StandardStreams.report(error)
      }
    }
  }

  // MARK: -

  /// What makes an answer known to be ours.
  static func makeID() -> String {
    var generator = SystemRandomNumberGenerator()
    return ClientToken.make(using: &generator).text
  }

  /// Prints an answer of a form that nobody knows, and makes the failure that it is.
  fileprivate static func unreadable(
    _ answer: InvokeAnswer, showsURL: Bool
  ) throws(CommandFailure) -> CommandFailure {
    let line: JSONValue = ["raw": answer.shown(showsURL: showsURL)]
    try StandardStreams.writeLine(line.compact(escaping: .invisible))
    return CommandFailure(
      status: .badData, what: "The answer of the invoke service is of an unknown form.",
      cause: "It stands on standard output as it came"
        + (showsURL ? "." : ", with signed URLs masked."),
      remedy: "Try --plain for the function whose answer bears no id.")
  }
}
