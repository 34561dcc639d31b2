import Dispatch
import Glibc
import Synchronization
import Thing

/// What serves the files behind signed URLs by HTTPS: a program of its own beside this one, so that
/// this one needs no library for it.
///
/// A sandbox without it still runs, and its URLs lead nowhere.
package final class FileServer: Sendable {
  /// How its first line begins, before the port.
  package static let greeting = "listening on "

  private struct State {
    var process: SupervisedProcess?
    var port: Int?
    var lastLine = ""
    var isStopped = false
  }

  private let batch: BatchFolder
  private let secret: SecretBytes
  private let state = Mutex(State())
  private let answered = DispatchSemaphore(value: 0)
  private let onEvent: @Sendable (SandboxEvent) -> Void

  private init(
    _ batch: BatchFolder, _ secret: SecretBytes,
    _ onEvent: @escaping @Sendable (SandboxEvent) -> Void
  ) {
    (self.batch, self.secret, self.onEvent) = (batch, secret, onEvent)
  }

  deinit { stop() }

  /// Starts it; returns without waiting for it.
  ///
  /// - Parameters:
  ///   - batch: a filled folder.
  ///   - onEvent: told of each request, and why there is none of it, on threads of its own.
  /// - Returns: the server; nil if it could not be started.
  static func start(
    in batch: BatchFolder, _ onEvent: @escaping @Sendable (SandboxEvent) -> Void
  ) -> FileServer? {
    guard let program = Executable.ownFolder.map({ "\($0)/SandboxFileServer" }),
      access(program, X_OK) == 0
    else {
      onEvent(nowhere("SandboxFileServer is not beside the program; `swift build` makes it"))
      return nil
    }
    var generator = SystemRandomNumberGenerator()
    var bytes = URLSigner.freshSecret(using: &generator)
    do throws(FileError) {
      // Never as an argument, which everyone can read.
      try PrivateFiles.makeFolder(batch.broker)
      try PrivateFiles.write(bytes, to: batch.fileSecret)
      let server = FileServer(batch, SecretBytes(wiping: &bytes), onEvent)
      let process = try SupervisedProcess.start(
        program, [batch.path], dieWithParent: Executable.find("setpriv"),
        onLine: { [weak server] in server?.take($0) },
        onExit: { [weak server] in server?.ended($0) })
      server.state.withLock { $0.process = process }
      return server
    } catch {
      onEvent(nowhere("\(error)"))
      return nil
    }
  }

  /// Waits until it serves.
  ///
  /// - Returns: what makes URLs to it; nil if it does not serve, which is told.
  func whenReady() -> URLSigner? {
    let isInTime = answered.wait(timeout: .now() + .seconds(10)) == .success
    let (port, lastLine) = state.withLock { ($0.port, $0.lastLine) }
    guard let port else {
      let reason = isInTime ? "it ended" : "it did not listen within 10 s"
      onEvent(
        Self.nowhere(
          "what serves files does not run: \(reason)" + (lastLine.isEmpty ? "" : "; \(lastLine)")))
      stop()
      return nil
    }
    return URLSigner(secret: secret, origin: "https://localhost:\(port)")
  }

  /// Ends it; returns when it is gone.
  func stop() {
    let process = state.withLock { state in
      state.isStopped = true
      return state.process
    }
    guard let process else { return }
    process.signal(SIGKILL)
    _ = process.waitForExit(milliseconds: 60_000)
    unlink(batch.fileSecret)
  }

  // MARK: On the child's thread

  private func take(_ line: String) {
    let isFirst = state.withLock { state in
      guard state.port == nil else { return false }
      state.lastLine = line
      if line.hasPrefix(Self.greeting) { state.port = Int(line.dropFirst(Self.greeting.count)) }
      return true
    }
    guard isFirst else { return onEvent(.fileRequest(line)) }
    if state.withLock({ $0.port }) != nil { answered.signal() }
  }

  private func ended(_ exit: SupervisedProcess.Exit) {
    answered.signal()
    let (isNews, hadPort) = state.withLock { (!$0.isStopped, $0.port != nil) }
    if isNews, hadPort {
      onEvent(
        .notice(
          "What serves files \(exit): signed URLs lead nowhere until the sandbox starts again."))
    }
  }

  private static func nowhere(_ reason: String) -> SandboxEvent {
    .notice("Signed URLs lead nowhere: \(reason).")
  }
}
