import ArgumentParser
import Glibc
import JSON
import Monitor
import Shadow
import Terminal
import Thing

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", _superCommandName: "shadowscope",
    abstract: "Check a connection step by step and say what is wrong.",
    discussion: """
      From the files to the shadow's document: every step is marked ✓ (passed), ! (passed, and \
      there is something to know), ✗ (failed: what it means, likely causes in order, what to do) \
      or – (not taken). Local checks go on after a failure. Nothing is changed and no key is shown.

      It connects as the thing does. A broker keeps one connection for each client id, so a monitor \
      or the real device that is connected under it is thrown out; --client-id gives another id \
      where the policy allows it, --offline stays away from the network.

      The exit status is 0 if everything passed, 10 and more by the first step that failed, 64 if \
      steps were left out for want of an option.

      Example: shadowscope doctor --thing-dir certs/00000001 --endpoint HOST
      """)

  @OptionGroup var options: ThingOptions

  @Flag(help: "Only what can be checked without a network.")
  var offline = false

  @Flag(help: "Print one JSON document in place of lines.")
  var json = false

  func run() throws {
    let status: Int32
    do throws(CommandFailure) {
      let resolved = try options.resolve()
      resolved.tellWarnings()
      let choice = resolved.choice
      let subject = choice.checkupSubject
      if let thing = subject.thing {
        try choice.check(ShadowAddress(thing: thing.thingName, shadow: choice.shadow))
      }
      let results = try check(
        subject, PassphraseSource(descriptor: choice.passphraseDescriptor, signals: nil))
      status = Self.status(results, isOffline: offline)
      if json {
        let document: JSONValue = [
          "thing": (subject.thing?.thingName).map(JSONValue.string) ?? .null,
          "endpoint": subject.endpoint.map(JSONValue.string) ?? .null,
          "clientId": subject.knownClientID.map(JSONValue.string) ?? .null,
          "status": .number(JSONNumber(Int64(status))), "checks": .array(results.map(\.json)),
        ]
        try StandardStreams.writeLine(document.pretty(escaping: .invisible))
      }
    } catch {
      throw StandardStreams.report(error)
    }
    if status != 0 { throw ExitCode(status) }
  }

  /// Takes the steps, each told as soon as it is known unless all of them make one document.
  private func check(
    _ subject: CheckupSubject, _ passphrase: PassphraseSource
  ) throws(CommandFailure) -> [CheckResult] {
    let lines = CheckLines(
      sequences: StyleSequences(output: STDOUT_FILENO, environment: Environment.terminal),
      text: PlainText(environment: Environment.terminal), width: StandardStreams.outputColumns)
    let run = CheckupRun(
      subject: subject, passphrase: passphrase, isOffline: offline, lines: json ? nil : lines)
    return try run.run { (line) throws(CommandFailure) in try StandardStreams.writeLine(line) }
  }

  private static func status(_ results: [CheckResult], isOffline: Bool) -> Int32 {
    if let step = results.firstFailure { return step.exitStatus }
    let taken = isOffline ? results.filter { !CheckStep.network.contains($0.step) } : results
    let isWhole = taken.allSatisfy { $0.mark != .skipped }
    return isWhole ? 0 : ExitStatus.usage.rawValue
  }
}

extension CheckStep {
  /// How `doctor` ends when this is the first step that failed; part of the contract with scripts
  /// (README, "Exit statuses").
  var exitStatus: Int32 {
    switch self {
    case .files: 10
    case .keyMode: 11  // kept free: others' rights are a warning, and nothing fails here
    case .certificate: 12
    case .key: 13
    case .keyMatch: 14
    case .authority: 15
    case .endpoint: 16
    case .resolve: 17
    case .tcp: 18
    case .tls: 19
    case .clientCertificate: 20
    case .connect: 21
    case .subscribe: 22
    case .get: 23
    }
  }
}

extension CheckupSubject {
  /// The thing, where a folder is known.
  var thing: ThingFolder? { try? folder?.get() }

  /// The id that it connects under, where that is known.
  var knownClientID: String? { clientID ?? thing?.ownerName }
}

extension ThingChoice {
  /// What of it can be checked.
  var checkupSubject: CheckupSubject {
    var found: Result<ThingFolder, CredentialError>?
    if thingDir != nil || batch != nil || owner != nil {
      do throws(CredentialError) { found = .success(try folder()) } catch {
        found = .failure(error)
      }
    }
    return CheckupSubject(
      folder: found, batchFolder: batch, authority: ca, endpoint: endpoint, clientID: clientID,
      shadow: shadow)
  }

  /// The line for a shell that checks this connection; it names files, never what is in them.
  var doctorLine: String {
    let options: [(String, String?)] = [
      ("--thing-dir", thingDir), ("--batch", batch), ("--as-owner", owner), ("--thing", thing),
      ("--networked", networked),
      ("--endpoint", endpoint.isEmpty ? nil : endpoint), ("--ca", ca),
      // An owner's is made up anew each time.
      ("--client-id", owner == nil ? clientID : nil), ("--shadow", shadow),
    ]
    let words = options.flatMap { name, value in value.map { [name, $0] } ?? [] }
    return (["shadowscope", "doctor"] + words).map(\.shellWord).joined(separator: " ")
  }
}
