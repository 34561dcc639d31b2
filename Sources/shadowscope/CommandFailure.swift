import Canvas
import JSON
import Monitor
import Sandbox
import Terminal
import Thing

/// How a command ends; the numbers are part of the contract with scripts (README, "Exit statuses").
enum ExitStatus: Int32 {
  /// Anything without a status of its own.
  case failed = 1
  /// What `failed` is elsewhere, where 1 says that two things differ.
  case trouble = 2
  /// The service refused the request.
  case rejected = 3
  /// There is no such shadow (404).
  case noShadow = 4
  /// The shadow has another version than the request insisted on (409).
  case conflict = 5
  /// The shadow has nothing at the section or path that was asked for.
  case nothingThere = 6
  /// The command line is wrong.
  case usage = 64
  /// What was given as data is malformed, JSON for instance.
  case badData = 65
  /// A file or folder is not there or cannot be read.
  case noInput = 66
  /// The endpoint's name does not resolve.
  case noHost = 68
  /// Nothing answers at the endpoint, or the connection was lost.
  case unavailable = 69
  /// A file cannot be made or written.
  case cannotCreate = 73
  /// The request left, the answer never came: it may or may not have been applied.
  case unknownOutcome = 75
  /// The other side does not speak TLS or MQTT as it must, or its certificate is not trusted.
  case protocolFailure = 76
  /// The broker or the service does not permit this thing or request.
  case notPermitted = 77
  /// The thing's own certificate, key or authority cannot be used.
  case badCredentials = 78
  /// The time that was given is over, and what was waited for has not come: what `timeout` gives.
  case timedOut = 124
  /// The terminal is gone: what SIGHUP gives in a shell.
  case hungUp = 129
  /// Control-C ended it: what SIGINT gives in a shell.
  case interrupted = 130
  /// Nobody reads standard output any more, as after `| head`: what SIGPIPE gives in a shell.
  case closedPipe = 141
  /// It was told to end: what SIGTERM gives in a shell.
  case terminated = 143
}

/// Why a command ends without having done its work, in words for the person at the screen.
struct CommandFailure: Error, Hashable {
  let status: ExitStatus
  /// What failed, one sentence.
  let what: String
  /// The likely cause; empty if `what` says it all.
  let cause: String
  /// What to do next; empty if there is nothing to say.
  let remedy: String
  /// The place of the fault: lines of equal width from column 1, such as a line and a caret.
  var excerpt: [String] = []
  /// The line for a shell that checks the connection step by step; empty where that tells no more.
  var checks = ""

  /// The words on as many lines, free of anything that a terminal would act on.
  var lines: [String] {
    ([what, cause].filter { !$0.isEmpty } + excerpt + [remedy].filter { !$0.isEmpty }
      + (checks.isEmpty ? [] : ["To check it step by step: \(checks)"]))
      .map { SafeText.escaped($0) }
  }
}

extension CommandFailure {
  init(_ error: EndpointError) {
    self.init(status: .usage, what: error.what, cause: error.cause, remedy: error.remedy)
  }

  init(_ error: CredentialError) {
    self.init(
      status: ExitStatus(error.kind), what: error.what, cause: error.cause, remedy: error.remedy)
  }

  init(_ failure: ConnectionFailure) {
    self.init(
      status: ExitStatus(failure.kind), what: failure.what, cause: failure.cause,
      remedy: failure.remedy)
  }

  /// The same, and the line that checks more.
  func checked(by line: String) -> CommandFailure {
    var failure = self
    failure.checks = line
    return failure
  }

  init(_ fault: Assignments.Fault) {
    switch fault {
    case .noEqualsSign(let assignment):
      self.init(
        status: .usage, what: "“\(assignment)” is not KEY=VALUE.", cause: "It holds no “=”.",
        remedy: "Write for instance temperature=21.5, /pump1/flow=12 or 'list:=[1,2]'.")
    case .noResource(let assignment, let key, let wanted):
      self.init(
        status: .usage, what: "“\(key)” in “\(assignment)” names no resource.",
        cause: "Wanted is \(wanted).", remedy: "")
    case .clash(let assignment, let paths):
      self.init(
        status: .usage, what: "“\(assignment)” writes what another argument writes too.",
        cause: "Both \(paths.joined(separator: " and ")) are given.",
        remedy: "Give each resource once.")
    case .malformed(let assignment, let error, let text):
      self.init(
        status: .badData, what: "The value in “\(assignment)” is malformed JSON.",
        cause: error.message, remedy: "To send it as a text, quote it as JSON does.",
        excerpt: error.excerpt(of: text).split(separator: "\n").map(String.init))
    case .refused(let assignment, let reason):
      self.init(
        status: .badData, what: "The value in “\(assignment)” is refused: \(reason).", cause: "",
        remedy: "Arrays are written whole and without null (device-shadow spec 3.1).")
    }
  }

  init(_ error: SandboxError) {
    self.init(
      status: ExitStatus(error), what: "There is no sandbox: \(error).", cause: "", remedy: "")
  }

  init(_ error: ScreenError) {
    self.init(
      status: .failed, what: error.description, cause: "",
      remedy: "Without a screen, as in a script: shadowscope get, shadowscope update.")
  }
}

extension ExitStatus {
  init(_ kind: CredentialError.Kind) {
    switch kind {
    case .folderMissing, .folderUnreadable, .emptyBatch, .thingInPlaceOfBatch,
      .batchInPlaceOfThing, .noSuchThing, .fileMissing, .fileUnreadable, .authorityMissing,
      .authorityUnreadable:
      self = .noInput
    case .notAZip, .zipDamaged, .zipUnsuitable, .zipRefused: self = .badData
    case .notACertificate, .notAKey, .certificateExpired, .certificateNotYetValid, .keyEncrypted,
      .passphraseWrong, .keyDoesNotMatch, .authorityIsFolder, .authorityEmpty, .notAnAuthority,
      .authorityExpired,
      .authorityNotYetValid:
      self = .badCredentials
    }
  }

  init(_ kind: ConnectionFailure.Kind) {
    switch kind {
    case .setup: self = .failed
    case .notResolved: self = .noHost
    case .refused, .unreachable, .silentHost, .silentInHandshake, .silentAfterConnect,
      .closedAfterConnect, .serverUnavailable, .silentAfterSubscribe, .closed, .keepAliveLost,
      .takeOver:
      self = .unavailable
    case .noTLS, .closedInHandshake, .oldTLS, .handshakeFailed, .wrongAuthority,
      .serverCertificateExpired, .serverCertificateNotYetValid, .hostMismatch,
      .serverCertificateUnusable, .protocolRefused, .malformed:
      self = .protocolFailure
    case .clientCertificateRefused, .clientIDRefused, .notAuthorised, .closedAfterSubscribe,
      .closedAfterPublish, .deniedAgainAndAgain:
      self = .notPermitted
    }
  }

  init(_ error: SandboxError) {
    switch error {
    case .thingName, .thingTwice, .folderName: self = .usage
    case .file, .folderNotEmpty, .state(.file), .state(.foreign), .state(.missing):
      self = .noInput
    case .zipInTheWay, .zip: self = .cannotCreate
    case .brokerMissing, .portTaken, .folderInUse, .state(.inUse): self = .unavailable
    case .state(.damaged): self = .badData
    case .certificate, .brokerFailed, .serviceFailed: self = .failed
    }
  }

  /// The status of a refusal by the service.
  init(rejection code: Int) {
    switch code {
    case 401, 403: self = .notPermitted
    case 404: self = .noShadow
    case 409: self = .conflict
    default: self = .rejected
    }
  }
}
