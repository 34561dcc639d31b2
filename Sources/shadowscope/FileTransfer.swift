import Glibc
import JSON
import Sandbox
import Settings
import Shadow
import Terminal
import Thing

/// One file of the thing on its way: asks for a signed URL, and has curl transfer it.
struct FileTransfer {
  /// What came of it.
  struct Result {
    let key: String
    let bytes: Int
    /// From the first request for a URL.
    let milliseconds: Int64

    /// For machines; the names are part of the contract with scripts.
    var json: JSONValue {
      let seconds = JSONNumber(Double(milliseconds) / 1000) ?? JSONNumber(0)
      return [
        "key": .string(key), "bytes": .number(JSONNumber(Int64(bytes))),
        "seconds": .number(seconds),
      ]
    }
  }

  /// How often it is begun.
  private static let mostAttempts = 3
  /// Ms that the invoke service may take for a URL.
  private static let patience: Int64 = 10_000
  /// Seconds that a URL should be good for when a transfer begins.
  private static let margin: Int64 = 5
  /// Bytes of curl's configuration that its socket takes at once.
  private static let longestURL = 32_768

  let thing: OpenThing
  let key: String
  let direction: CurlRequest.Direction
  /// The authority that was asked for; nil for the usual one.
  let authority: String?
  /// Whether the function is called whose answer bears no id.
  let isPlain: Bool
  let curl: CurlRun
  /// Bytes that are to be sent; nil for a file that comes.
  let size: Int?

  private var operation: InvokeCall.FileOperation { size == nil ? .get : .put }

  /// Transfers it, and begins again where that helps.
  ///
  /// - Parameter output: where what comes goes, also the words of a refusal.
  /// - Returns: what came of it.
  /// - Throws: `CommandFailure`.
  func run(into output: UnfinishedFile) throws(CommandFailure) -> Result {
    let start = Clock.monotonicMilliseconds
    var bar = ProgressBar(size: 1000)
    defer { bar?.erase() }
    var url: SignedFileURL?
    var attempt = 0
    while true {
      attempt += 1
      // A transfer that broke off may have outlived its URL.
      if url?.isGood != true { url = try askForURL() }
      guard let current = url else { continue }
      output.empty()
      let outcome = try transfer(current.text, into: output, &bar)
      bar?.erase()
      if outcome.isSuccess {
        return Result(
          key: key, bytes: size ?? output.size,
          milliseconds: Clock.monotonicMilliseconds - start)
      }
      let failure = TransferFailure(
        outcome, answer: output.beginning(8192), key: key, operation: operation,
        isLoopback: CurlRequest.isLoopback(current.text),
        isDiskFull: size == nil && output.isDiskFull)
      guard attempt < Self.mostAttempts, outcome.isTransient else { throw failure.words }
      StandardStreams.tell("\(failure.words.what) It is begun again.")
      try wait(milliseconds: 1000 * Int64(attempt))
    }
  }

  private func transfer(
    _ url: String, into output: UnfinishedFile, _ bar: inout ProgressBar?
  ) throws(CommandFailure) -> CurlOutcome {
    let authority = try CurlAuthority(given: authority, trust: trust(for: url))
    let request = CurlRequest(
      url: url, direction: direction, authority: authority.path, showsProgress: bar != nil)
    return try withExtendedLifetime(authority) { () throws(CommandFailure) in
      try curl.outcome(of: request, output: output.descriptor) { thousandths in
        let bytes = size.map { (thousandths ?? 0) * $0 / 1000 } ?? output.size
        bar?.show(thousandths ?? 0, ByteCount.words(bytes), now: Clock.monotonicMilliseconds)
      }
    }
  }

  /// A sandbox's files are served by what the thing's own authority vouches for.
  private func trust(for url: String) -> Trust? {
    CurlRequest.isLoopback(url) ? thing.configuration.trust : nil
  }

  private func askForURL() throws(CommandFailure) -> SignedFileURL {
    let call = InvokeCall.url(
      for: operation, of: key, id: isPlain ? nil : InvokeCommand.makeID())
    let run = InvokeRun(thing: thing, patience: Self.patience, signals: curl.signals)
    let reply = try run.reply(to: call)
    let byHand = "shadowscope invoke \(operation == .put ? "upload" : "download")"
    guard let url = reply.answer.url else {
      throw CommandFailure(
        status: .badData, what: "The answer of the invoke service is of an unknown form.",
        cause: "It holds no URL.", remedy: "`\(byHand)` shows it; try --plain as well.")
    }
    guard url.hasPrefix("https://"), url.utf8.count <= Self.longestURL else {
      throw CommandFailure(
        status: .protocolFailure, what: "The URL of the invoke service is not used.",
        cause: url.hasPrefix("https://")
          ? "It is longer than \(Self.longestURL) bytes."
          : "It is not https: whoever listens could take the file and the URL.",
        remedy: "`\(byHand)` shows it.")
    }
    guard !url.hasPrefix(URLSigner.nowhere) else {
      throw CommandFailure(
        status: .unavailable, what: "This sandbox serves no files.",
        cause: "It said why when it started: SandboxFileServer is missing or does not run.",
        remedy: "Run scripts/set-up, build again, and restart the sandbox.")
    }
    return SignedFileURL(
      text: url,
      goodUntil: Clock.monotonicMilliseconds + 1000 * (Int64(InvokeCall.urlLifetime) - Self.margin))
  }

  private func wait(milliseconds: Int64) throws(CommandFailure) {
    let end = Clock.monotonicMilliseconds + milliseconds
    while true {
      let rest = min(end, curl.deadline ?? end) - Clock.monotonicMilliseconds
      guard rest > 0 else { return }
      var source = pollfd(fd: curl.signals.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, CInt(rest))
      if let signal = curl.signals.collect().first {
        throw CommandFailure(endedBy: signal, what: "The transfer was interrupted.")
      }
    }
  }
}

/// A secret, and how long it is good.
private struct SignedFileURL {
  let text: String
  /// Ms of `Clock.monotonicMilliseconds`.
  let goodUntil: Int64

  var isGood: Bool { Clock.monotonicMilliseconds < goodUntil }
}

/// The file of the authority for curl, made for it where there is none.
private final class CurlAuthority {
  /// nil for the system's authorities.
  let path: String?
  private let isOurs: Bool

  /// - Parameters:
  ///   - given: the file that was asked for.
  ///   - trust: the thing's own authority, where it vouches for files too.
  /// - Throws: `CommandFailure` if a file for it cannot be made.
  init(given: String?, trust: Trust?) throws(CommandFailure) {
    isOurs = given == nil && trust != nil && trust?.file == nil
    if isOurs, let trust {
      let path =
        "\(Environment.temporaryFolder)/shadowscope-ca.\(UInt64.random(in: .min ... .max)).pem"
      try OutputFile(path: path, isReplacing: false).write(trust.certificates)
      self.path = path
    } else {
      path = (given ?? trust?.file).map(Environment.expanding)
    }
  }

  deinit { if isOurs, let path { unlink(path) } }
}

/// Numbers of bytes for people.
enum ByteCount {
  /// As in `812 B`, `4.9 MB`.
  static func words(_ bytes: Int) -> String {
    var (value, unit) = (Double(bytes), "B")
    for next in ["kB", "MB", "GB", "TB"] where value >= 1000 {
      (value, unit) = (value / 1000, next)
    }
    guard unit != "B" else { return "\(bytes) B" }
    let tenths = Int(value * 10)
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }
}
