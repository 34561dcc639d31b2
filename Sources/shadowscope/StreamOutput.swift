import Glibc
import Thing

/// Standard output of a command that goes on, whose reader may be slow: nothing here waits for it.
///
/// Lines are gathered, so that many that come together leave with one write. What the reader does
/// not take stays, and ``isBehind`` tells whoever makes more of it to wait.
final class StreamOutput {
  /// How a write is kept from waiting.
  private enum Way {
    /// A file: it never does.
    case plain
    /// A description of our own of the pipe or terminal, not blocking; that of standard output is
    /// shared with other programs, which would not expect it to change.
    case own(CInt)
    case socket
    /// A pipe that cannot be opened anew: what it takes at once when `poll` says so.
    case careful
  }

  /// Bytes after which ``append(_:)`` is better followed by ``flush()``.
  static let enough = 65_536

  private var bytes: [UInt8] = []
  /// Bytes at the front that are written.
  private var written = 0
  private let way: Way

  init() {
    bytes.reserveCapacity(Self.enough)
    way = Self.findWay()
  }

  deinit {
    if case .own(let descriptor) = way { close(descriptor) }
  }

  /// Whether the reader has not taken everything.
  var isBehind: Bool { written < bytes.count }

  /// Whether so much is gathered that it should be written.
  var isFull: Bool { bytes.count - written >= Self.enough }

  /// For `poll`: writable while something waits to be written, an error once nobody reads.
  var source: pollfd {
    pollfd(fd: descriptor, events: isBehind ? Int16(POLLOUT) : 0, revents: 0)
  }

  /// Adds to what is to be written.
  ///
  /// - Parameter write: given the bytes so far, to append whole lines.
  func append(_ write: (inout [UInt8]) -> Void) { write(&bytes) }

  /// Writes as much as the reader takes at once.
  ///
  /// - Throws: `CommandFailure` when nobody reads any more, or the system refuses.
  func flush() throws(CommandFailure) {
    while isBehind {
      let count = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[written...])) }
      guard count >= 0 else {
        if errno == EINTR { continue }
        guard errno == EAGAIN || errno == EWOULDBLOCK else {
          throw StandardStreams.failure(ofOutput: errno)
        }
        // What is written makes room, now and then, for a reader that is always a little behind.
        if written >= Self.enough {
          bytes.removeFirst(written)
          written = 0
        }
        return
      }
      written += count
    }
    bytes.removeAll(keepingCapacity: true)
    written = 0
  }

  private var descriptor: CInt {
    guard case .own(let descriptor) = way else { return STDOUT_FILENO }
    return descriptor
  }

  /// - Returns: how many bytes were written; -1 for a failure that is in `errno`.
  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch way {
    case .plain, .own: return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    case .socket:
      return send(
        descriptor, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT))
    case .careful:
      var source = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&source, 1, 0) > 0 else {
        errno = EAGAIN
        return -1
      }
      return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Int(PIPE_BUF)))
    }
  }

  private static func findWay() -> Way {
    var status = stat()
    guard fstat(STDOUT_FILENO, &status) == 0 else { return .plain }
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return .socket
    case S_IFIFO, S_IFCHR:
      let descriptor = open(
        "/proc/self/fd/\(STDOUT_FILENO)", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
      return descriptor < 0 ? .careful : .own(descriptor)
    default: return .plain
    }
  }
}

// One thread's.
@available(*, unavailable)
extension StreamOutput: Sendable {}
