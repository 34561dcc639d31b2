import Canvas
import Glibc
import Shadow
import Thing

/// What `--verbose` and `--log-file` tell of a session: each step, and each message by its topic and
/// size, never by what is in it.
final class CommandLog: Sendable {
  private let writers: [LineWriter]

  /// Nothing is told.
  init() { writers = [] }

  /// - Parameters:
  ///   - isVerbose: whether standard error is told.
  ///   - path: of a file that lines are added to; nil for none. Only its owner may read it.
  /// - Throws: `CommandFailure` if the file cannot be opened.
  init(isVerbose: Bool, path: String?) throws(CommandFailure) {
    var writers = isVerbose ? [LineWriter(STDERR_FILENO)] : []
    if let path {
      let descriptor = open(
        Environment.expanding(path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw Self.failure(path, errno) }
      var status = stat()
      let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      // One that was there may be open to others.
      if isFile, status.st_mode & 0o777 != 0o600, fchmod(descriptor, 0o600) != 0 {
        defer { close(descriptor) }
        throw Self.failure(path, errno)
      }
      writers.append(LineWriter(descriptor))
    }
    self.writers = writers
  }

  private static func failure(_ path: String, _ error: CInt) -> CommandFailure {
    CommandFailure(
      status: .cannotCreate, what: "The log file \(path) cannot be written.",
      cause: "The system says: \(String(cString: strerror(error))).",
      remedy: "Name another with --log-file.")
  }

  /// Takes what a session tells, on any thread; it never waits for a reader.
  func take(_ event: ThingEvent) {
    guard !writers.isEmpty else { return }
    note { Self.words(event) }
  }

  /// Returns when everything is written, or after a second.
  func finish() {
    for writer in writers { writer.finish(seconds: 1) }
  }

  private func note(_ words: () -> String?) {
    guard let words = words() else { return }
    let time = CalendarTime(Clock.wallMilliseconds).iso
    for writer in writers { writer.writeIfRoom { "\(time) \(words)" } }
  }
}

extension CommandLog {
  /// One line for an event, harmless; nil for what a log has no use for.
  private static func words(_ event: ThingEvent) -> String? {
    switch event {
    case .connection(let status): words(status).map { "connection: \(SafeText.escaped($0))" }
    case .shadow(let address, let status):
      "shadow \(SafeText.escaped(address.prefix)): \(SafeText.escaped(words(status)))"
    case .received(let message):
      "received \(SafeText.escaped(message.topic)), \(message.payload.count) bytes"
    case .oversized(let topic, let bytes):
      "not taken in: \(SafeText.escaped(topic)), \(bytes) bytes"
    case .sent(let publication, _, _):
      "sent \(SafeText.escaped(publication.topic)), \(publication.payload.count) bytes"
    case .outcome(let token, let address, let operation, let outcome):
      "\(operation.rawValue) of \(SafeText.escaped(address.prefix)) (\(token.text)): "
        + SafeText.escaped(words(outcome))
    }
  }

  private static func words(_ status: Thing.ConnectionStatus) -> String? {
    switch status {
    case .step(let step): step.words
    case .secured(let facts): "\(facts.version), \(facts.cipher), signed by \(facts.authority)"
    case .online(let report):
      (["online"] + report.refusedFilters.map { "refused \($0)" }
        + report.leftOutFilters.map { "left out \($0)" }).joined(separator: "; ")
    case .silent(let milliseconds): "nothing came for \(milliseconds) ms"
    case .heard: "heard again"
    case .lost(let failure, let pause):
      [
        failure.what, failure.cause,
        pause.map { "Next attempt in \($0) ms." } ?? "No more attempts.",
      ]
      .filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  private static func words(_ status: ShadowStatus) -> String {
    switch status {
    case .live(let refused, let leftOut):
      (["subscribed"] + refused.map { "refused \($0)" } + leftOut.map { "left out \($0)" })
        .joined(separator: "; ")
    case .getLeftOut(let failure): "not asked for any more: \(failure.what)"
    case .closed: "closed"
    case .setAside(let failure): "set aside: \(failure.what)"
    }
  }

  private static func words(_ outcome: RequestOutcome) -> String {
    switch outcome {
    case .accepted(let version, _, let milliseconds):
      "accepted\(version.map { ", version \($0)" } ?? "") in \(milliseconds) ms"
    case .rejected(let error, let milliseconds):
      "rejected in \(milliseconds) ms: \(error.code) \(error.message)"
    case .unknown(let reason): "unknown: \(reason)"
    case .notSent(let reason): "not sent: \(reason)"
    }
  }
}
