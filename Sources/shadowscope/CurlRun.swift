import Glibc
import Sandbox
import Terminal
import Thing

/// One run of curl, which is started without a word of what it is for, told that on its standard
/// input, watched, and ended when it is to end.
struct CurlRun {
  /// Bytes of curl's words that are kept.
  private static let mostWords = 16_384
  /// Ms between two looks at the progress.
  private static let pause: Int64 = 100

  /// The absolute path of curl.
  let program: String
  let signals: Signals
  /// Ms of `Clock.monotonicMilliseconds` at which it must have ended; nil for none.
  let deadline: Int64?

  /// Runs to the end.
  ///
  /// - Parameters:
  ///   - request: what to transfer.
  ///   - output: a file that curl's output goes to.
  ///   - progress: told again and again how far it is, in thousandths if curl knows.
  /// - Returns: how it ended.
  /// - Throws: `CommandFailure` if it does not start, or if a signal or the deadline ended it; it runs
  ///   no longer then.
  func outcome(
    of request: CurlRequest, output: CInt, progress: (Int?) -> Void
  ) throws(CommandFailure) -> CurlOutcome {
    let child = try start(output: output)
    defer { close(child.errors) }
    tell(request.configuration, to: child.input)
    close(child.input)
    var words: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var sources = [child.errors, signals.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      let rest = deadline.map { $0 - Clock.monotonicMilliseconds }
      let pause = request.showsProgress ? Self.pause : 86_400_000
      poll(&sources, nfds_t(sources.count), CInt(max(0, min(rest ?? pause, pause))))
      if let signal = sources[1].revents == 0 ? nil : signals.collect().first {
        end(child.identifier)
        throw CommandFailure(endedBy: signal, what: "The transfer was interrupted.")
      }
      if let deadline, Clock.monotonicMilliseconds >= deadline {
        end(child.identifier)
        throw CommandFailure(
          status: .timedOut, what: "The transfer took longer than it was given.", cause: "",
          remedy: "Give it longer with --timeout.")
      }
      if sources[0].revents != 0 {
        let count = read(child.errors, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        words += buffer[..<count]
        if words.count > Self.mostWords { words.removeFirst(words.count - Self.mostWords) }
      }
      if request.showsProgress {
        progress(CurlProgress.thousandths(in: String(decoding: words.suffix(256), as: UTF8.self)))
      }
    }
    let status = reap(child.identifier)
    // WIFEXITED and its kin are macros.
    return CurlOutcome(exit: status & 0x7F == 0 ? Int(status >> 8 & 0xFF) : nil, errors: words)
  }

  private struct Child {
    let identifier: pid_t
    let input: CInt
    let errors: CInt
  }

  /// Starts curl with a process group of its own, so that Control-C reaches only this program, and
  /// none of our other descriptors.
  private func start(output: CInt) throws(CommandFailure) -> Child {
    let (input, theirInput) = try Self.sockets()
    defer { close(theirInput) }
    let errors: CInt
    let theirErrors: CInt
    do throws(CommandFailure) { (errors, theirErrors) = try Self.sockets() } catch {
      close(input)
      throw error
    }
    defer { close(theirErrors) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, theirInput, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, theirErrors, 2)
    for number in PrivateFiles.names(in: "/proc/self/fd").compactMap({ CInt($0) }) where number > 2
    {
      posix_spawn_file_actions_addclose(&actions, number)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var set = sigset_t()
    sigemptyset(&set)
    posix_spawnattr_setsigmask(&attributes, &set)
    sigfillset(&set)
    posix_spawnattr_setsigdefault(&attributes, &set)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    // The kernel ends curl when we are killed. --disable: nobody's .curlrc adds to what is asked for.
    let guardian = Executable.find("setpriv").map { [$0, "--pdeathsig", "KILL", "--"] } ?? []
    let command = guardian + [program, "--disable", "--config", "-"]
    var arguments = command.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var identifier = pid_t()
    let code = posix_spawn(&identifier, command[0], &actions, &attributes, &arguments, environ)
    guard code == 0 else {
      close(input)
      close(errors)
      throw CommandFailure(
        status: .unavailable, what: "curl cannot be started.",
        cause: "The system says: \(String(cString: strerror(code))).", remedy: "")
    }
    return Child(identifier: identifier, input: input, errors: errors)
  }

  /// A pair of sockets, which unlike a pipe no other child inherits at any moment.
  private static func sockets() throws(CommandFailure) -> (ours: CInt, theirs: CInt) {
    var ends: [CInt] = [-1, -1]
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw CommandFailure(
        status: .failed, what: "curl cannot be started.",
        cause: "The system says: \(String(cString: strerror(errno))).", remedy: "")
    }
    return (ends[0], ends[1])
  }

  /// A program that has ended already reads nothing, and its status tells why.
  private func tell(_ configuration: String, to input: CInt) {
    var bytes = Array(configuration.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(input, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      sent += count
    }
    _ = SecretBytes(wiping: &bytes)
  }

  private func end(_ identifier: pid_t) {
    kill(identifier, SIGKILL)
    _ = reap(identifier)
  }

  private func reap(_ identifier: pid_t) -> CInt {
    var status: CInt = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
