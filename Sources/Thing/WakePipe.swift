import Glibc

/// A pipe by which one thread wakes another out of `poll`.
///
/// Both ends are fixed from the start and safe to use from any thread.
final class WakePipe: Sendable {
  /// Readable once somebody has called `wake`.
  let descriptor: CInt
  private let writing: CInt

  /// False where there were no descriptors to be had: such a pipe never wakes anybody.
  var isOpen: Bool { descriptor >= 0 }

  init() {
    var ends: [CInt] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
    }
    descriptor = ends[0]
    writing = ends[1]
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    close(writing)
  }

  func wake() {
    var byte: UInt8 = 0
    // A full pipe wakes as well.
    _ = write(writing, &byte, 1)
  }

  /// Returns when somebody has called `wake`, or so many milliseconds have passed.
  func wait(milliseconds: Int64) {
    var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&source, 1, CInt(clamping: max(0, milliseconds)))
  }

  func drain() {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
      // Fewer than there is room for are all that there were.
      while read(descriptor, bytes.baseAddress, bytes.count) == bytes.count {}
    }
  }
}
