import Glibc

/// A program that a test started, with its output collected; it dies with the value that owns it.
///
/// `posix_spawn` with an empty signal mask and default dispositions: a child must be stoppable
/// whatever the test runner blocks or ignores. It leads a session of its own, so that signals from
/// a terminal never reach it by accident. One thread uses a value.
package final class ChildProcess {
  /// Why a child could not be started, or was not ready in time.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
  }

  /// How a child ended.
  package enum Ending: Hashable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// What the child reads.
  package enum Input {
    case nothing
    /// A pipe that ``send(_:)`` writes to.
    case pipe
    /// A descriptor of ours, for instance a terminal's.
    case descriptor(Int32)
  }

  /// Where output goes.
  package enum Output {
    case nowhere
    /// Into ``output`` or ``errors``.
    case collected
    /// A file, made new with mode 0600.
    case file(String)
    /// A descriptor of ours, for instance a terminal's.
    case descriptor(Int32)
  }

  package let identifier: Int32
  /// Everything written so far to the output, as far as it was read by one of the waiting calls.
  package private(set) var output: [UInt8] = []
  /// The same for the errors.
  package private(set) var errors: [UInt8] = []
  private var outputDescriptor: CInt = -1
  private var errorDescriptor: CInt = -1
  private var inputDescriptor: CInt = -1
  private var ending: Ending?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: the program (a path, or a name looked up in our `PATH`) and its arguments.
  ///   - environment: all of the child's environment; nil hands ours on.
  ///   - folder: the working folder; nil keeps ours.
  ///   - input: what it reads.
  ///   - output: where its output goes.
  ///   - errors: where its errors go.
  /// - Throws: `Failure` with the system's words.
  package init(
    _ arguments: [String], environment: [String: String]? = nil, in folder: String? = nil,
    input: Input = .nothing, output: Output = .collected, errors: Output = .collected
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The child's ends, ours no longer once it runs.
    var childEnds: [CInt] = []
    defer { for descriptor in childEnds { close(descriptor) } }
    switch input {
    case .nothing: posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, 0)
    case .pipe:
      let (read, write) = try Self.makePipe()
      childEnds.append(read)
      inputDescriptor = write
      posix_spawn_file_actions_adddup2(&actions, read, 0)
    }
    for (target, place) in [(1 as CInt, output), (2, errors)] {
      switch place {
      case .nowhere: posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_WRONLY, 0)
      case .file(let path):
        posix_spawn_file_actions_addopen(
          &actions, target, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      case .descriptor(let descriptor):
        posix_spawn_file_actions_adddup2(&actions, descriptor, target)
      case .collected:
        let (read, write) = try Self.makePipe()
        childEnds.append(write)
        if target == 1 { outputDescriptor = read } else { errorDescriptor = read }
        posix_spawn_file_actions_adddup2(&actions, write, target)
      }
    }
    // posix_spawn_file_actions_addchdir_np is a GNU name that the Glibc module leaves out.
    let arguments = folder.map { ["env", "-C", $0] + arguments } ?? arguments

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | Self.newSession)

    var child: pid_t = 0
    let code = Self.withStrings(arguments) { argv in
      guard let environment else {
        return posix_spawnp(&child, arguments.first ?? "", &actions, &attributes, argv, environ)
      }
      return Self.withStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
        posix_spawnp(&child, arguments.first ?? "", &actions, &attributes, argv, envp)
      }
    }
    identifier = child
    guard code == 0 else {
      ending = .exited(127)
      throw Failure(
        description:
          "cannot start \(arguments.first ?? "nothing"): \(String(cString: strerror(code)))")
    }
  }

  deinit {
    for descriptor in [inputDescriptor, outputDescriptor, errorDescriptor] where descriptor >= 0 {
      close(descriptor)
    }
    guard ending == nil else { return }
    kill(identifier, SIGKILL)
    var status: CInt = 0
    waitpid(identifier, &status, 0)
  }

  /// Whether the child is still there.
  package var isRunning: Bool {
    reap()
    return ending == nil
  }

  /// The output as text.
  package var outputText: String { String(decoding: output, as: UTF8.self) }

  /// The errors as text.
  package var errorText: String { String(decoding: errors, as: UTF8.self) }

  /// Sends the child a signal; nothing happens once it has ended.
  package func signal(_ number: Int32) {
    reap()
    if ending == nil { kill(identifier, number) }
  }

  /// Writes to the child's input.
  package func send(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(inputDescriptor, $0.baseAddress, $0.count) }
      guard written > 0 else {
        throw Failure(description: "cannot write to the child: \(String(cString: strerror(errno)))")
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Ends the child's input.
  package func closeInput() {
    guard inputDescriptor >= 0 else { return }
    close(inputDescriptor)
    inputDescriptor = -1
  }

  /// Collects output until a condition holds.
  ///
  /// - Parameters:
  ///   - seconds: the deadline from now.
  ///   - what: what is waited for, for the failure's words.
  ///   - condition: asked at each change, and once when the child has ended.
  /// - Throws: `Failure` with all output, when the time is over or the child has ended without it.
  package func wait(
    seconds: Double = 10, for what: String, _ condition: (ChildProcess) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition(self) {
      if ContinuousClock.now >= deadline { throw failure("no \(what) after \(seconds) s") }
      if !collect(until: min(deadline, .now + .milliseconds(50))), !isRunning {
        // What it wrote last may have come between the two questions.
        while collect(until: .now) {}
        if condition(self) { return }
        throw failure("it ended without \(what)")
      }
    }
  }

  /// Waits for the child's end and collects the rest of its output.
  ///
  /// - Parameter seconds: the deadline from now.
  /// - Returns: how it ended.
  /// - Throws: `Failure` with all output when it still runs then; it is left running.
  @discardableResult
  package func waitForEnd(seconds: Double = 10) throws -> Ending {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      reap()
      if let ending {
        // Not until the end of file: a grandchild may hold the pipe.
        while collect(until: .now) {}
        return ending
      }
      if ContinuousClock.now >= deadline { throw failure("it still runs after \(seconds) s") }
      _ = collect(until: min(deadline, .now + .milliseconds(10)))
    }
  }

  /// Runs a program to its end.
  ///
  /// - Returns: how it ended and what it wrote.
  /// - Throws: `Failure` when it does not start, or still runs after `seconds`.
  package static func run(
    _ arguments: [String], environment: [String: String]? = nil, in folder: String? = nil,
    seconds: Double = 30
  ) throws -> (ending: Ending, output: String, errors: String) {
    let child = try ChildProcess(arguments, environment: environment, in: folder)
    let ending = try child.waitForEnd(seconds: seconds)
    return (ending, child.outputText, child.errorText)
  }

  private func failure(_ what: String) -> Failure {
    Failure(
      description: """
        process \(identifier): \(what)
        --- output
        \(outputText)
        --- errors
        \(errorText)
        """)
  }

  /// Reads what has arrived, or waits for something to arrive.
  ///
  /// - Returns: whether anything was read.
  private func collect(until deadline: ContinuousClock.Instant) -> Bool {
    var sources = [outputDescriptor, errorDescriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)  // a negative descriptor is passed over
    }
    let wait = max(.zero, deadline - .now)
    let milliseconds = wait / .milliseconds(1)
    guard poll(&sources, nfds_t(sources.count), CInt(milliseconds.rounded(.up))) > 0 else {
      return false
    }
    var didRead = false
    for source in sources where source.revents != 0 {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(source.fd, &buffer, buffer.count)
      if count > 0 {
        didRead = true
        if source.fd == outputDescriptor {
          output += buffer[..<count]
        } else {
          errors += buffer[..<count]
        }
      } else if count == 0 || errno != EINTR {
        close(source.fd)
        if source.fd == outputDescriptor { outputDescriptor = -1 } else { errorDescriptor = -1 }
      }
    }
    return didRead
  }

  private func reap() {
    guard ending == nil else { return }
    var status: CInt = 0
    guard waitpid(identifier, &status, WNOHANG) == identifier else { return }
    // WIFEXITED and its kin are macros.
    ending = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: status & 0x7F)
  }

  /// POSIX_SPAWN_SETSID, a GNU name that the Glibc module leaves out.
  private static let newSession: Int16 = 0x80

  /// A pipe whose ends no other child inherits.
  private static func makePipe() throws -> (read: CInt, write: CInt) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw Failure(description: "no pipe: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func withStrings(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> CInt
  ) -> CInt {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
