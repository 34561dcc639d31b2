import Glibc
import Terminal
import Thing

/// An output of a command that goes on, whose reader may be slow: nothing here waits for it.
///
/// Lines are gathered, so that many that come together leave with one write. What the reader does
/// not take stays, and ``isBehind`` tells whoever makes more of it to wait.
final class StreamOutput {
  /// How a write is kept from waiting.
  private enum Way {
    /// A file: it never does.
    case plain
    /// A description of our own of the pipe or terminal, not blocking; that of the output is with other programs, which would not expect it to change.
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
  private let shared: CInt
  private let way: Way

  /// - Parameter descriptor: standard output or error; it stays open.
  init(to descriptor: CInt = STDOUT_FILENO) {
    shared = descriptor
    way = Self.findWay(to: descriptor)
  }

  deinit {
    if case .own(let descriptor) = way { close(descriptor) }
  }

  /// Whether the reader has not taken everything.
  var isBehind: Bool { written < bytes.count }

  /// Bytes that the reader has not taken.
  var waiting: Int { bytes.count - written }

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
    guard case .own(let descriptor) = way else { return shared }
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

  private static func findWay(to descriptor: CInt) -> Way {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .plain }
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return .socket
    case S_IFIFO, S_IFCHR:
      let own = open(
        "/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
      return own < 0 ? .careful : .own(own)
    default: return .plain
    }
  }
}

extension FollowedThing {
  /// Waits until an output's reader has taken everything, or a signal comes.
  ///
  /// - Parameters:
  ///   - output: which is flushed.
  ///   - deadline: as ``next(until:input:output:)`` takes it; nil for none.
  /// - Returns: the signal that came first, if one did.
  /// - Throws: `CommandFailure` when nobody reads any more, or the system refuses.
  func drain(
    _ output: StreamOutput, until deadline: Int64? = nil
  ) throws(CommandFailure) -> Signals.Signal? {
    try output.flush()
    while output.isBehind {
      let happened = try next(until: deadline, output: output)
      for case .signal(let signal) in happened { return signal }
      let before = output.waiting
      try output.flush()
      if deadline != nil, happened.isEmpty, output.waiting == before { break }
    }
    return nil
  }
}

// One thread's.
@available(*, unavailable)
extension StreamOutput: Sendable {}
