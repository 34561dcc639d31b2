import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Carries values from any thread to the one that sleeps in `poll`: a mutex, an array and one byte
/// on a pipe.
final class Mailbox<Element: Sendable>: Sendable {
  /// Readable while something waits to be collected; for `poll`.
  let descriptor: CInt
  private let bell: CInt
  private let waiting = Mutex<[Element]>([])

  /// Opens the pipe.
  ///
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  init() throws(CommandFailure) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw CommandFailure(
        status: .failed, what: "Cannot open a pipe.", cause: String(cString: strerror(errno)),
        remedy: "Close programs that hold many files open, or raise `ulimit -n`.")
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, bell) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(bell)
  }

  /// Adds a value; wakes the sleeper if nothing was waiting.
  func post(_ element: Element) {
    let wasEmpty = waiting.withLock { waiting in
      waiting.append(element)
      return waiting.count == 1
    }
    guard wasEmpty else { return }
    var byte: UInt8 = 1
    _ = write(bell, &byte, 1)
  }

  /// Takes everything that waits, oldest first.
  func collect() -> [Element] {
    // The bell is silenced before the values are taken: a value posted in between rings anew.
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1 {}
    return waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
