import Dispatch
import Glibc
import Synchronization
import Thing

/// A program that we started, which ends no later than we do.
///
/// A thread of its own starts it, reads what it says, and waits for its end. It has to be a thread
/// that lives as long as the child: the kernel counts a child's parent by thread, and the death of
/// that thread is what ends the child when this process is killed.
package final class SupervisedProcess: Sendable {
  /// How a child ended.
  package enum Exit: Hashable, Sendable, CustomStringConvertible {
    case code(Int)
    case signal(Int)

    package var description: String {
      switch self {
      case .code(let code): "ended with status \(code)"
      case .signal(let number): "was ended by signal \(number)"
      }
    }
  }

  private struct State {
    var identifier: pid_t?
    var exit: Exit?
  }

  private let state = Mutex(State())
  private let running = DispatchGroup()

  private init() {}

  /// Starts a program with an empty signal mask, a process group of its own (so that Ctrl-C in the
  /// terminal does not reach it), nothing to read, and no other descriptors of ours.
  ///
  /// - Parameters:
  ///   - executable: an absolute path.
  ///   - arguments: without the program's name.
  ///   - dieWithParent: the path of `setpriv`, which asks the kernel to kill the program when we
  ///     end; nil to go without.
  ///   - onLine: each line that it writes to stdout or stderr; called on the child's thread.
  ///   - onExit: called once, last, on the child's thread.
  /// - Returns: the running program.
  /// - Throws: `FileError` if it cannot be started; then neither closure is called.
  package static func start(
    _ executable: String, _ arguments: [String],
    dieWithParent: String? = nil,
    onLine: @escaping @Sendable (String) -> Void = { _ in },
    onExit: @escaping @Sendable (Exit) -> Void = { _ in }
  ) throws(FileError) -> SupervisedProcess {
    let command =
      if let dieWithParent {
        [dieWithParent, "--pdeathsig", "KILL", "--", executable] + arguments
      } else {
        [executable] + arguments
      }
    let child = SupervisedProcess()
    let started = DispatchSemaphore(value: 0)
    let failure = Mutex<FileError?>(nil)
    child.running.enter()
    let hasThread = Threads.startDetached {
      do throws(FileError) {
        let output = try child.spawn(command)
        started.signal()
        readLines(of: output, onLine)
        close(output)
        let exit = child.reap()
        child.running.leave()
        onExit(exit)
      } catch {
        failure.withLock { $0 = error }
        child.running.leave()
        started.signal()
      }
    }
    guard hasThread else {
      child.running.leave()
      throw FileError("start a thread for", executable, code: EAGAIN)
    }
    started.wait()
    if let error = failure.withLock({ $0 }) { throw error }
    return child
  }

  /// The process id while it runs.
  package var identifier: Int32? { state.withLock { $0.exit == nil ? $0.identifier : nil } }

  /// Sends a signal, unless the child has ended.
  package func signal(_ number: Int32) {
    // Under the lock: as long as it is not reaped, its id cannot belong to anyone else.
    state.withLock { state in
      if let identifier = state.identifier, state.exit == nil { Glibc.kill(identifier, number) }
    }
  }

  /// Waits for the end, at most so long.
  ///
  /// - Returns: how it ended, or nil if it still runs.
  package func waitForExit(milliseconds: Int) -> Exit? {
    _ = running.wait(timeout: .now() + .milliseconds(milliseconds))
    return state.withLock { $0.exit }
  }

  // MARK: On the child's thread

  /// Starts the program.
  ///
  /// - Returns: our end of the socket that it writes to.
  private func spawn(_ command: [String]) throws(FileError) -> CInt {
    var ends: [CInt] = [-1, -1]
    // A pair of sockets, not a pipe: it can be had without a moment in which another thread's
    // child inherits it and keeps it open.
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw FileError("open a socket for", command[0])
    }
    defer { close(ends[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    // Descriptors that a library opened without close-on-exec: a broker that is started again must
    // not hold its clients' sockets open.
    for number in PrivateFiles.names(in: "/proc/self/fd").compactMap({ CInt($0) }) where number > 2
    {
      posix_spawn_file_actions_addclose(&actions, number)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var arguments = command.map { strdup($0) } + [nil]
    var environment = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
    defer { for text in arguments + environment { free(text) } }
    var identifier = pid_t()
    let code = posix_spawn(
      &identifier, command[0], &actions, &attributes, &arguments, &environment)
    guard code == 0 else {
      close(ends[0])
      throw FileError("start", command[0], code: code)
    }
    state.withLock { $0.identifier = identifier }
    return ends[0]
  }

  private func reap() -> Exit {
    let identifier = state.withLock { $0.identifier } ?? -1
    // First wait without reaping, so that the lock is not held while waiting.
    var information = siginfo_t()
    while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return state.withLock { state in
      var status: CInt = 0
      waitpid(identifier, &status, 0)
      // The macros of <sys/wait.h>: the low seven bits are the signal, the next byte the code.
      let exit: Exit =
        status & 0x7f == 0 ? .code(Int(status >> 8) & 0xff) : .signal(Int(status & 0x7f))
      state.exit = exit
      return exit
    }
  }
}

/// Hands on each line until the other side closes; bytes that are not UTF-8 are replaced.
private func readLines(of descriptor: CInt, _ onLine: (String) -> Void) {
  var buffer = [UInt8](repeating: 0, count: 4096)
  var line: [UInt8] = []
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { break }
    for byte in buffer.prefix(count) {
      if byte == UInt8(ascii: "\n") {
        onLine(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
      } else {
        line.append(byte)
      }
    }
  }
  if !line.isEmpty { onLine(String(decoding: line, as: UTF8.self)) }
}
