import Glibc
import Synchronization

/// Signals as something that `poll` can wait for.
///
/// One value at a time lives in a process, and it should be made before the screen and before any
/// other thread. The handlers do nothing but write a byte into a pipe, so that the signal is dealt
/// with where everything else is: in the loop of the main thread.
package final class Signals {
  /// What the system, the shell or another person's `kill` says.
  package enum Signal: CaseIterable, Hashable, Sendable {
    /// `SIGWINCH`: the window has another size; call ``Screen/resize()``.
    case windowChanged
    /// `SIGTERM`: end in good order.
    case terminate
    /// `SIGHUP`: the terminal is gone; end in good order.
    case hangUp
    /// `SIGINT`: from outside, since Control-C arrives as a key.
    case interrupt
    /// `SIGTSTP`: from outside, since Control-Z arrives as a key; call
    /// ``Screen/stopUntilContinued()``.
    case stop
    /// `SIGCONT`: running again after a stop; call ``Screen/recover()``.
    case continued

    var number: CInt {
      switch self {
      case .windowChanged: SIGWINCH
      case .terminate: SIGTERM
      case .hangUp: SIGHUP
      case .interrupt: SIGINT
      case .stop: SIGTSTP
      case .continued: SIGCONT
      }
    }

    /// Sends it to this process again, for whoever handles it now.
    package func follow() { raise(number) }
  }

  /// Readable while ``collect()`` has something to hand out.
  package let descriptor: CInt
  private let writingEnd: CInt
  private var earlier: [(number: CInt, action: sigaction)] = []

  /// Takes the signals over from whoever handled them.
  ///
  /// - Parameter signals: those to take.
  /// - Throws: `ScreenError.refused` when there is no descriptor left for a pipe.
  package init(_ signals: [Signal] = Signal.allCases) throws(ScreenError) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .refused(String(cString: strerror(errno))) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      // A handler must never wait; a full pipe says enough.
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends[0]
    writingEnd = ends[1]
    let (isFirst, _) = signalPipe.compareExchange(
      expected: -1, desired: writingEnd, ordering: .sequentiallyConsistent)
    precondition(isFirst, "only one Signals may live at a time")
    signalSource.store(descriptor, ordering: .sequentiallyConsistent)
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = noteSignal
      action.sa_flags = SA_RESTART
      var old = sigaction()
      sigaction(signal.number, &action, &old)
      earlier.append((signal.number, old))
    }
  }

  deinit {
    for (number, action) in earlier {
      var action = action
      sigaction(number, &action, nil)
    }
    signalPipe.store(-1, ordering: .sequentiallyConsistent)
    signalSource.store(-1, ordering: .sequentiallyConsistent)
    close(descriptor)
    close(writingEnd)
  }

  /// Where the value that lives is read, for whoever waits for something else besides.
  ///
  /// Signals do not end the program then. Nil while none lives.
  package static var pending: CInt? {
    let descriptor = signalSource.load(ordering: .sequentiallyConsistent)
    return descriptor < 0 ? nil : descriptor
  }

  /// What has arrived since the last call, each signal once, in the order of `Signal`'s cases.
  package func collect() -> [Signal] {
    var numbers: Set<CInt> = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        for byte in buffer[..<count] { numbers.insert(CInt(byte)) }
      } else if count == 0 || errno != EINTR {
        return Signal.allCases.filter { numbers.contains($0.number) }
      }
    }
  }
}

@available(*, unavailable)
extension Signals: Sendable {}

/// The pipe's writing end, -1 while nobody listens.
///
/// A signal handler can be handed nothing, so this must be global. It is set before the handlers
/// exist and is free of locks.
private let signalPipe = Atomic<CInt>(-1)

/// The pipe's other end, -1 while nobody listens.
private let signalSource = Atomic<CInt>(-1)

private func noteSignal(_ number: CInt) {
  let saved = errno
  let pipe = signalPipe.load(ordering: .sequentiallyConsistent)
  var byte = UInt8(truncatingIfNeeded: number)
  if pipe >= 0 { _ = write(pipe, &byte, 1) }
  errno = saved
}
