import Glibc

/// A question on the terminal whose answer is not shown.
///
/// It goes to the terminal that controls the process, whatever standard input and output are, and
/// the terminal is as it was before on every way out, signals included.
package struct SecretPrompt {
  /// What came of it.
  package enum Outcome: Hashable, Sendable {
    /// Bytes of the line, which are in the buffer; there may be none.
    case line(count: Int)
    /// The end of the input: Control-D, or a terminal that is gone.
    case end
    /// The line is longer than the buffer.
    case tooLong
    /// The process was told to end, or the person pressed Control-C; the signal is taken, and not
    /// followed yet.
    case interrupted(Signals.Signal)
    /// There is no terminal: the system's words.
    case noTerminal(String)
  }

  /// The person's terminal.
  package static let path = "/dev/tty"

  private let path: String
  private let signals: Signals

  /// - Parameters:
  ///   - path: of the terminal.
  ///   - signals: those that are taken over, terminating ones among them.
  package init(path: String = Self.path, signals: Signals) {
    self.path = path
    self.signals = signals
  }

  /// Asks, and waits for the answer.
  ///
  /// - Parameters:
  ///   - question: shown as it is; it must be safe to show.
  ///   - buffer: where the answer goes, without the line's end. Whoever owns it wipes it.
  /// - Returns: what came of it.
  package func ask(_ question: String, into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
    let terminal = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return .noTerminal(String(cString: strerror(errno))) }
    defer { close(terminal) }
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else {
      return .noTerminal(String(cString: strerror(errno)))
    }
    silence(terminal, before)
    say(question, terminal)
    defer {
      // What else was typed unseen must not be run by the shell.
      tcsetattr(terminal, TCSAFLUSH, &before)
      say("\n", terminal)
    }
    var line = Line(room: buffer)
    while true {
      var sources = [terminal, signals.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      poll(&sources, 2, -1)
      for signal in signals.collect() {
        switch signal {
        case .terminate, .hangUp, .interrupt: return .interrupted(signal)
        case .stop:
          tcsetattr(terminal, TCSAFLUSH, &before)
          // Being continued is a signal as well.
          raise(SIGSTOP)
        case .continued:
          // The shell has set its own modes meanwhile, and the kernel has dropped what was typed.
          line.forget()
          silence(terminal, before)
          say(question, terminal)
        case .windowChanged: break
        }
      }
      if sources[0].revents != 0, let outcome = line.read(from: terminal) { return outcome }
    }
  }

  /// Line by line with the person's own keys for editing, but without an echo; Control-\ would end
  /// the process before the echo is on again.
  private func silence(_ terminal: CInt, _ before: termios) {
    var modes = before
    modes.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL)
    modes.c_lflag |= tcflag_t(ICANON | ISIG)
    modes.c_iflag |= tcflag_t(ICRNL)
    withUnsafeMutableBytes(of: &modes.c_cc) { $0[Int(VQUIT)] = 0 }
    tcsetattr(terminal, TCSAFLUSH, &modes)
  }

  private func say(_ text: String, _ terminal: CInt) {
    let bytes = Array(text.utf8)
    _ = write(terminal, bytes, bytes.count)
  }
}

/// A line that is being read, byte by byte so that none of it is anywhere else.
private struct Line {
  let room: UnsafeMutableRawBufferPointer
  var count = 0
  var isTooLong = false

  init(room: UnsafeMutableRawBufferPointer) { self.room = room }

  mutating func forget() {
    for index in 0..<count { room[index] = 0 }
    (count, isTooLong) = (0, false)
  }

  /// Reads what is there.
  ///
  /// - Returns: nil where the line goes on.
  mutating func read(from terminal: CInt) -> SecretPrompt.Outcome? {
    var byte: UInt8 = 0
    defer { withUnsafeMutableBytes(of: &byte) { $0[0] = 0 } }
    switch Glibc.read(terminal, &byte, 1) {
    case 1: break
    case 0: return count == 0 ? .end : .line(count: count)
    default: return errno == EINTR || errno == EAGAIN ? nil : .end
    }
    if byte == UInt8(ascii: "\n") { return isTooLong ? .tooLong : .line(count: count) }
    guard count < room.count else {
      isTooLong = true
      return nil
    }
    room[count] = byte
    count += 1
    return nil
  }
}
