import Dispatch
import Glibc
import Synchronization

/// Lines for a reader that may be slow: whoever writes them never waits.
///
/// What the reader does not take is kept up to a limit; lines beyond it are left out and counted,
/// and the reader is told how many.
final class LineWriter: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var leftOut = 0
    var isWriting = false
  }

  private let descriptor: CInt
  private let limit: Int
  /// One of its own: writing may take for ever.
  private let queue = DispatchQueue(label: "shadowscope-lines")
  private let state = Mutex(State())

  /// - Parameters:
  ///   - descriptor: where the lines go; it stays open.
  ///   - limit: bytes that may wait.
  init(_ descriptor: CInt, limit: Int = 64 << 10) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// Writes a line when the reader is ready for it, if there is room for it to wait.
  ///
  /// - Parameter line: asked only if there is room; without a line feed at its end, and harmless
  ///   already.
  func writeIfRoom(_ line: () -> String) {
    guard hasRoom else { return state.withLock { $0.leftOut += 1 } }
    write(line())
  }

  /// Writes a line that must not be left out when the reader is ready for it.
  ///
  /// - Parameter line: without a line feed at its end, and harmless already.
  func write(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    let isFirst = state.withLock { state in
      if state.leftOut > 0 { state.waiting += Self.note(state.leftOut) }
      state.leftOut = 0
      state.waiting += bytes
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if isFirst { queue.async { self.drain() } }
  }

  /// Returns when everything is written or the time is over.
  func finish(seconds: Double) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + seconds)
  }

  private var hasRoom: Bool { state.withLock { $0.waiting.count < limit } }

  private func drain() {
    while true {
      let bytes = state.withLock { state in
        var bytes = state.waiting
        if state.leftOut > 0 { bytes += Self.note(state.leftOut) }
        state.waiting = []
        state.leftOut = 0
        state.isWriting = !bytes.isEmpty
        return bytes
      }
      guard !bytes.isEmpty else { return }
      writeOut(bytes)
    }
  }

  private static func note(_ count: Int) -> [UInt8] {
    Array(
      "… \(count) \(count == 1 ? "line was" : "lines were") left out: the reader is slow\n".utf8)
  }

  /// Lines that nobody can read any more are gone.
  private func writeOut(_ bytes: [UInt8]) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // Somebody else made it non-blocking.
        var source = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&source, 1, -1)
      } else if errno != EINTR {
        return
      }
    }
  }
}
