import Dispatch
import Glibc
import Synchronization

/// A stock mosquitto on loopback, with mutual TLS and an access list; it ends when we end.
package final class Broker: Sendable {
  /// Lines of its log that are kept in memory.
  private static let keptLines = 200

  private struct State {
    var process: SupervisedProcess?
    var lines: [String] = []
    var clients = ClientRegister()
    /// How often it was started; the number of the process.
    var starts = 0
    /// The last process whose end we asked for, so that it is no news, also if the news of it comes
    /// when the next one runs.
    var stopped = 0
  }

  /// The port on 127.0.0.1, and on ::1 where this machine has it.
  package let port: Int

  private let folder: BatchFolder
  private let executable: String
  private let onExit: @Sendable (SupervisedProcess.Exit) -> Void
  private let state: Mutex<State>

  private init(
    folder: BatchFolder, executable: String, port: Int,
    onExit: @escaping @Sendable (SupervisedProcess.Exit) -> Void
  ) {
    self.folder = folder
    self.executable = executable
    self.port = port
    self.onExit = onExit
    state = Mutex(State())
  }

  deinit { stop() }

  /// Starts a broker with the certificates of a filled folder; returns when it takes connections.
  ///
  /// - Parameters:
  ///   - folder: as `BatchFolder.fill` made it.
  ///   - port: 1...65535, or nil for a free one.
  ///   - strict: whether the client id is forced to be the thing's name.
  ///   - onExit: called when the broker ends without having been told to, on a thread of its own.
  /// - Returns: the broker; it stops when nobody holds it any more.
  /// - Throws: `SandboxError`; then no process is left.
  package static func start(
    in folder: BatchFolder, port: Int? = nil, strict: Bool = false,
    onExit: @escaping @Sendable (SupervisedProcess.Exit) -> Void = { _ in }
  ) throws(SandboxError) -> Broker {
    guard let executable = Executable.find("mosquitto") else {
      throw .brokerMissing(searched: Executable.searched)
    }
    // A port found free can be taken before mosquitto has it; then another one is as good.
    var attemptsLeft = port == nil ? 20 : 1
    while true {
      attemptsLeft -= 1
      do throws(SandboxError) {
        let configuration = try configuration(for: folder, port: port, strict: strict)
        let broker = Broker(
          folder: folder, executable: executable, port: configuration.port, onExit: onExit)
        try filing { () throws(FileError) in
          try PrivateFiles.makeFolder(folder.broker)
          try PrivateFiles.write(Array(configuration.text.utf8), to: folder.brokerConfiguration)
          try PrivateFiles.write(
            Array(BrokerConfiguration.accessList.utf8), to: folder.accessList)
        }
        try broker.launch()
        return broker
      } catch .portTaken(_) where attemptsLeft > 0 {
        continue
      }
    }
  }

  /// The id of the running process, or nil.
  package var processIdentifier: Int32? { state.withLock { $0.process }?.identifier }

  /// What it said lately, oldest first; outside text, since clients choose their names.
  package var log: [String] { state.withLock { $0.lines } }

  /// The clients that are connected under this name in their certificate.
  func clients(of user: String) -> [ClientRegister.Client] {
    state.withLock { $0.clients }.clients(of: user)
  }

  /// Asks it to end, waits, and kills it if it does not; returns when it is gone.
  package func stop() { end(with: SIGTERM) }

  /// Kills it, as a crash would; returns when it is gone.
  package func kill() { end(with: SIGKILL) }

  /// Starts it again on the same port; stops it first if it runs.
  ///
  /// - Throws: `SandboxError`; then no process is left.
  package func restart() throws(SandboxError) {
    stop()
    try launch()
  }

  // MARK: -

  private static func configuration(
    for folder: BatchFolder, port: Int?, strict: Bool
  ) throws(SandboxError) -> BrokerConfiguration {
    guard case .free(let chosen) = LoopbackPort.version4(port ?? 0) else {
      throw .portTaken(port ?? 0)
    }
    var addresses: [BrokerConfiguration.Address] = [.version4]
    switch LoopbackPort.version6(chosen) {
    case .free: addresses.append(.version6)
    case .noSuchAddress: break
    // Whoever has it would be reached by the name localhost in our place.
    case .taken: throw .portTaken(chosen)
    }
    return BrokerConfiguration(
      folder: folder, port: chosen, addresses: addresses, strict: strict,
      plugin: NetworkedThings.plugin, isRoot: geteuid() == 0)
  }

  /// Starts the process and waits for its word that it listens.
  private func launch() throws(SandboxError) {
    let ready = DispatchSemaphore(value: 0)
    let isReady = Mutex(false)
    let number = state.withLock { state in
      state.lines = []
      state.clients = ClientRegister()
      state.starts += 1
      return state.starts
    }
    let process = try filing { () throws(FileError) in
      try SupervisedProcess.start(
        executable, ["-c", folder.brokerConfiguration],
        dieWithParent: Executable.find("setpriv"),
        onLine: { [weak self] line in
          self?.note(line)
          guard line.hasSuffix(" running"), !isReady.withLock({ $0 }) else { return }
          isReady.withLock { $0 = true }
          ready.signal()
        },
        onExit: { [weak self] exit in
          if isReady.withLock({ $0 }) { self?.ended(exit, number) }
          ready.signal()
        })
    }
    state.withLock { $0.process = process }
    let inTime = ready.wait(timeout: .now() + .seconds(10)) == .success
    guard isReady.withLock({ $0 }) else {
      let reason: String
      if inTime, let exit = process.waitForExit(milliseconds: 0) {
        reason = exit.description
      } else {
        reason = "did not listen within 10 s"
      }
      stop()
      let lines = log
      if lines.contains(where: { $0.contains("Address already in use") }) { throw .portTaken(port) }
      throw .brokerFailed(reason: reason, lastWords: lines.suffix(5))
    }
  }

  private func note(_ line: String) {
    state.withLock { state in
      state.lines.append(line)
      state.clients.note(line)
      if state.lines.count > Self.keptLines { state.lines.removeFirst() }
    }
  }

  private func ended(_ exit: SupervisedProcess.Exit, _ number: Int) {
    if state.withLock({ $0.stopped < number }) { onExit(exit) }
  }

  private func end(with signal: CInt) {
    let process = state.withLock { state in
      state.stopped = state.starts
      return state.process
    }
    guard let process else { return }
    // Asked again and again: mosquitto forgets a request that comes in the moment between its word
    // that it runs and the start of its loop.
    for _ in 1...30 {
      process.signal(signal)
      guard process.waitForExit(milliseconds: 100) == nil else { return }
    }
    process.signal(SIGKILL)
    // The kernel takes its time only if the machine does; nothing else can hold it back.
    _ = process.waitForExit(milliseconds: 60_000)
  }
}
