import Dispatch
import Recordings
import Synchronization
import Thing

/// Writes a recording on a thread of its own: whoever has something to record never waits for a disk.
///
/// What the disk does not take is kept up to a limit; messages beyond it are left out, and the
/// recording says how many.
final class RecordingQueue: Sendable {
  private struct State {
    var waiting: [RecordedLine] = []
    /// Of what waits, and of what is being written.
    var bytes = 0
    var dropped = 0
    var isWriting = false
    var isOver = false
    /// How far the file has come.
    var messages = 0
    var size = 0
  }

  private let file: Mutex<RecordingFile>
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "shadowscope-recording")
  private let limit: Int
  private let onFault: @Sendable (RecordingFileFault) -> Void

  /// - Parameters:
  ///   - file: an open recording.
  ///   - limit: bytes of messages that may wait.
  ///   - onFault: told once, on the thread that writes, why no more can be written.
  init(
    _ file: sending RecordingFile, limit: Int = 16 << 20,
    onFault: @escaping @Sendable (RecordingFileFault) -> Void
  ) {
    self.limit = limit
    state = Mutex(State(size: file.size))
    self.file = Mutex(file)
    self.onFault = onFault
  }

  /// How far the file has come.
  var progress: (messages: Int, bytes: Int) { state.withLock { ($0.messages, $0.size) } }

  /// Writes a line as soon as the disk takes it.
  func write(_ line: RecordedLine) {
    let isFirst = state.withLock { state in
      let weight = line.weight
      guard weight == 0 || state.bytes + weight <= limit else {
        state.dropped += 1
        return false
      }
      if state.dropped > 0 {
        state.waiting.append(RecordedLine(time: line.time, .dropped(state.dropped)))
        state.dropped = 0
      }
      state.waiting.append(line)
      state.bytes += weight
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if isFirst { queue.async { self.drain() } }
  }

  /// Ends the recording in good order.
  ///
  /// - Parameters:
  ///   - now: ms since 1970.
  ///   - seconds: after which a disk that takes nothing is no longer waited for.
  /// - Returns: whether all of it is on the disk.
  func finish(at now: Int64, seconds: Double) -> Bool {
    let done = DispatchSemaphore(value: 0)
    queue.async {
      self.drain()
      let (isOver, dropped) = self.state.withLock { ($0.isOver, $0.dropped) }
      if !isOver {
        self.attempt { file throws(RecordingFileFault) in
          if dropped > 0 { try file.write(RecordedLine(time: now, .dropped(dropped))) }
          try file.end(at: now)
        }
      }
      done.signal()
    }
    return done.wait(timeout: .now() + seconds) == .success && !state.withLock(\.isOver)
  }

  // MARK: On the thread that writes

  private func drain() {
    while true {
      let lines = state.withLock { state in
        let lines = state.isOver ? [] : state.waiting
        state.waiting = []
        if state.isOver { state.bytes = 0 }
        state.isWriting = !lines.isEmpty
        return lines
      }
      guard !lines.isEmpty else { return }
      attempt { file throws(RecordingFileFault) in
        for line in lines { try file.write(line) }
      }
      let weight = lines.reduce(0) { $0 + $1.weight }
      state.withLock { $0.bytes -= weight }
    }
  }

  private func attempt(
    _ body: (RecordingFile) throws(RecordingFileFault) -> Void
  ) {
    do throws(RecordingFileFault) {
      let (messages, size) = try file.withLock {
        file throws(RecordingFileFault) -> (Int, Int) in
        try body(file)
        return (file.messages, file.size)
      }
      state.withLock { ($0.messages, $0.size) = (messages, size) }
    } catch {
      state.withLock { $0.isOver = true }
      onFault(error)
    }
  }
}

extension RecordedLine {
  /// Bytes that it takes while it waits, if it may be left out; 0 for what must be told.
  fileprivate var weight: Int {
    guard case .message(let message) = content else { return 0 }
    return message.payload.count + message.topic.utf8.count + 256
  }
}
