import Dispatch
import Synchronization

/// Carries values from any thread to the one that sleeps in `poll`: a mutex, an array and one byte
/// on a pipe.
package final class Mailbox<Element: Sendable>: Sendable {
  /// How much may wait, for a mailbox that strangers fill.
  package struct Bound: Sendable {
    /// Bytes of what may be dropped that wait at most; beyond, the oldest of it is dropped.
    package let bytes: Int
    /// What a value counts, in bytes; 0 for one that is never dropped.
    package let weigh: @Sendable (Element) -> Int

    package init(bytes: Int, weigh: @escaping @Sendable (Element) -> Int) {
      self.bytes = bytes
      self.weigh = weigh
    }
  }

  private struct Waiting {
    var elements: [Element] = []
    var bytes = 0
    var dropped = 0
    /// Whether somebody is to be woken for what was posted quietly.
    var isUntold = false
    /// Whether a poster waits for the reader to make room.
    var isAwaited = false
    /// Whether one has waited since the reader came last.
    var hasWaited = false

    /// Drops the oldest of what may be dropped until half of the bound is left, but not the newest.
    mutating func makeRoom(_ bound: Bound) {
      guard bytes > bound.bytes, let newest = elements.popLast() else { return }
      var (bytes, dropped) = (bytes, dropped)
      elements.removeAll { element in
        let weight = bound.weigh(element)
        guard weight > 0, bytes > bound.bytes / 2 else { return false }
        bytes -= weight
        dropped += 1
        return true
      }
      (self.bytes, self.dropped) = (bytes, dropped)
      elements.append(newest)
    }
  }

  /// Rung when values come; by others too whose news the same sleeper waits for.
  let bell = WakePipe()
  private let bound: Bound?
  private let room = DispatchSemaphore(value: 0)
  private let waiting = Mutex(Waiting())

  /// Opens the pipe; ``isOpen`` tells whether there were descriptors to be had.
  ///
  /// - Parameter bound: how much may wait; nil for a mailbox that only we ourselves fill.
  package init(bound: Bound? = nil) { self.bound = bound }

  /// Readable while something waits to be collected; for `poll`.
  package var descriptor: Int32 { bell.descriptor }

  /// False where there were no descriptors to be had: then nobody is ever woken.
  package var isOpen: Bool { bell.isOpen }

  /// Adds a value; wakes the sleeper if nothing was waiting.
  package func post(_ element: Element) {
    let wasEmpty = waiting.withLock { waiting in
      waiting.elements.append(element)
      if let bound {
        waiting.bytes += bound.weigh(element)
        waiting.makeRoom(bound)
      }
      return waiting.elements.count == 1
    }
    if wasEmpty { bell.wake() }
  }

  /// Adds a value and wakes nobody until ``ring()``: so many values that come together wake the
  /// sleeper once.
  package func postQuietly(_ element: Element) {
    waiting.withLock { waiting in
      if waiting.elements.isEmpty { waiting.isUntold = true }
      waiting.elements.append(element)
      if let bound {
        waiting.bytes += bound.weigh(element)
        waiting.makeRoom(bound)
      }
    }
  }

  /// Wakes the sleeper if values were posted quietly that it has not been woken for.
  package func ring() {
    let isDue = waiting.withLock { waiting in
      defer { waiting.isUntold = false }
      return waiting.isUntold
    }
    if isDue { bell.wake() }
  }

  /// Waits for the reader where more than half of the bound waits for it.
  ///
  /// A reader that is only late misses nothing then; one that does not come holds a poster up once.
  package func waitForRoom(milliseconds: Int) {
    let isCrowded = waiting.withLock { waiting in
      guard let bound, waiting.bytes > bound.bytes / 2, !waiting.hasWaited else { return false }
      (waiting.hasWaited, waiting.isAwaited) = (true, true)
      return true
    }
    guard isCrowded else { return }
    _ = room.wait(timeout: .now() + .milliseconds(milliseconds))
    waiting.withLock { $0.isAwaited = false }
  }

  /// How many values wait to be collected.
  package var count: Int { waiting.withLock(\.elements.count) }

  /// Takes everything that waits, oldest first.
  package func collect() -> [Element] {
    // The bell is silenced before the values are taken: a value posted in between rings anew.
    bell.drain()
    let (elements, isAwaited) = waiting.withLock { waiting in
      let taken = (waiting.elements, waiting.isAwaited)
      (waiting.elements, waiting.bytes, waiting.isUntold) = ([], 0, false)
      (waiting.hasWaited, waiting.isAwaited) = (false, false)
      return taken
    }
    if isAwaited { room.signal() }
    return elements
  }

  /// How many values were dropped since this was last asked.
  package func takeDropped() -> Int {
    waiting.withLock { waiting in
      defer { waiting.dropped = 0 }
      return waiting.dropped
    }
  }
}
