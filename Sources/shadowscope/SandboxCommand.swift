import ArgumentParser
import Glibc
import JSON
import Monitor
import Sandbox
import Shadow
import Terminal
import Thing

struct SandboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox", _superCommandName: "shadowscope",
    abstract: "Run a broker, a shadow service and a batch on this machine.",
    discussion: """
      Once requests are answered, one line of JSON on standard output tells how to connect: host, \
      port, ca, things, the owner's certificate and key, and zip if there is one. Everything ends with Ctrl-C, SIGTERM, \
      or the process that started it.

      Examples:
        shadowscope sandbox --dir box --thing lamp1
        shadowscope sandbox --dir box --things 3 --zip
        shadowscope sandbox --state-dir state --fault 'drop kind=accepted rate=20%'
      """)

  @Option(
    help: ArgumentHelp(
      "Where the files go and stay; a temporary folder otherwise, which is removed.",
      valueName: "folder"))
  var dir: String?

  @Option(
    help: ArgumentHelp(
      "Where shadows are kept across restarts; in memory only otherwise.", valueName: "folder"))
  var stateDir: String?

  @Option(
    defaultAsFlag: "",
    help: ArgumentHelp(
      "Write the batch as MIC's zip too, for you alone to read: a folder for each thing with "
        + "cert.pem, privkey.pem and pubkey.pem, and no CA. Without a file it is batch.zip in the "
        + "sandbox's folder.", valueName: "file"))
  var zip: String?

  @Option(help: ArgumentHelp("The port on loopback; a free one otherwise.", valueName: "number"))
  var port: Int?

  @Option(help: ArgumentHelp("How many things, named 00000001 and on.", valueName: "count"))
  var things: Int?

  @Option(help: ArgumentHelp("A thing by name, instead of --things; may be repeated."))
  var thing: [String] = []

  @Flag(
    help: """
      Insist on the thing's name as client id, as MIC does, and on AWS's 20 requests a second and \
      10 in flight for each thing.
      """)
  var strict = false

  @Option(
    help: ArgumentHelp(
      "How large a shadow may grow, up to \(ShadowLimits.greatestSize).", valueName: "bytes"))
  var maxSize = ShadowLimits().size

  @Option(
    help: ArgumentHelp(
      "How deep a shadow may nest, up to \(ShadowLimits.greatestDepth).", valueName: "levels"))
  var maxDepth = ShadowLimits().depth

  @Option(
    help: ArgumentHelp(
      "A fault on demand, for instance 'drop kind=accepted rate=20%'; may be repeated.",
      valueName: "rule"))
  var fault: [String] = []

  @Option(
    help: ArgumentHelp(
      "Draws the faults; the same seed does the same to the same requests.", valueName: "number"))
  var seed: UInt64?

  @Flag(help: "Write no line for each request, only the summary at the end.")
  var quiet = false

  @Flag(help: "Go on when the process that started this one ends.")
  var outliveParent = false

  func validate() throws {
    if dir?.isEmpty == true { throw ValidationError("--dir takes the name of a folder.") }
    if things != nil, !thing.isEmpty {
      throw ValidationError("Give either --things or --thing, not both.")
    }
    if let things, !(1...1000).contains(things) {
      throw ValidationError("--things takes 1 to 1000, as many as a batch may hold.")
    }
    // Here, where the usage of this command comes with the error.
    var options = SandboxOptions()
    try addFaults(to: &options)
    if !(1...ShadowLimits.greatestSize).contains(maxSize) {
      throw ValidationError("--max-size takes 1 to \(ShadowLimits.greatestSize) bytes.")
    }
    if !(1...ShadowLimits.greatestDepth).contains(maxDepth) {
      throw ValidationError("--max-depth takes 1 to \(ShadowLimits.greatestDepth) levels.")
    }
    if let port, !(1...65535).contains(port) {
      throw ValidationError("--port takes 1 to 65535.")
    }
  }

  func run() throws {
    var options = options
    try addFaults(to: &options)
    do throws(CommandFailure) {
      try runUntilTold(options)
    } catch {
      throw StandardStreams.report(error)
    }
  }

  /// What was asked for, but for the faults, which can be malformed.
  private var options: SandboxOptions {
    var options = SandboxOptions(
      folder: dir, stateFolder: stateDir, port: port, strict: strict,
      temporaryFolders: Environment.temporaryFolder)
    options.zip = zip.map { $0.isEmpty ? .inFolder : .at($0) }
    options.limits = ShadowLimits(size: maxSize, depth: maxDepth)
    options.seed = seed ?? UInt64(UInt32.random(in: .min ... .max))
    if !thing.isEmpty {
      options.things = thing
    } else if let things {
      options.things = SandboxOptions.numberedThings(things)
    }
    return options
  }

  private func runUntilTold(_ options: SandboxOptions) throws(CommandFailure) {
    // Before anything is started: a signal during the start must not leave half a sandbox behind.
    let signals = try CommandSignals.take([.terminate, .hangUp, .interrupt])
    let parent = ParentWatch(isWatching: !outliveParent)
    let events = try Mailbox<SandboxEvent>.open()
    let report = SandboxReport(isQuiet: quiet)
    let sandbox: RunningSandbox
    do throws(SandboxError) {
      sandbox = try RunningSandbox.start(options) { events.post($0) }
    } catch {
      throw CommandFailure(error)
    }
    defer { sandbox.stop() }
    try StandardStreams.writeLine(sandbox.readyJSON.compact)
    report.greet(sandbox)
    if seed != nil || !fault.isEmpty {
      report.tell("Faults are drawn with --seed \(options.seed).")
    }
    defer {
      // What was answered until the end counts.
      sandbox.stop()
      for case .request(let request) in events.collect() { report.take(request) }
      report.end()
    }
    while true {
      var sources = [signals.descriptor, parent.descriptor, events.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      poll(&sources, nfds_t(sources.count), -1)
      for event in events.collect() { try tell(event, report) }
      if !signals.collect().isEmpty { return }
      if sources[1].revents != 0 { return }
    }
  }

  /// - Throws: `ValidationError` that points at the fault in a rule.
  private func addFaults(to options: inout SandboxOptions) throws {
    for rule in fault {
      do {
        try options.addFault(rule)
      } catch {
        throw ValidationError("--fault cannot be understood:\n\(error)")
      }
    }
  }

  private func tell(_ event: SandboxEvent, _ report: SandboxReport) throws(CommandFailure) {
    switch event {
    case .request(let request): report.take(request)
    case .notice(let text): report.tell(text)
    case .fault(let fault): report.tellUnlessQuiet { fault.line }
    case .connectionCut(let cut): report.tellUnlessQuiet { cut.line }
    case .micRequest(let request): report.tellUnlessQuiet { request.line }
    case .fileRequest(let words):
      report.tellUnlessQuiet {
        timeOfDay(Clock.wallMilliseconds, utcOffsetSeconds: LocalTime.utcOffsetSeconds)
          + " \(words)"
      }
    case .jobRequest(let request): report.tellUnlessQuiet { request.line }
    case .brokerEnded(let reason): report.tell("The broker ended: \(reason).")
    case .brokerRestarted: report.tell("The broker runs again.")
    case .brokerLost(let error): throw CommandFailure(error)
    }
  }
}
