import Synchronization

/// Carries values from any thread to the one that sleeps in `poll`: a mutex, an array and one byte
/// on a pipe.
package final class Mailbox<Element: Sendable>: Sendable {
  /// Rung when values come; by others too whose news the same sleeper waits for.
  let bell = WakePipe()
  private let waiting = Mutex<[Element]>([])

  /// Opens the pipe; ``isOpen`` tells whether there were descriptors to be had.
  package init() {}

  /// Readable while something waits to be collected; for `poll`.
  package var descriptor: Int32 { bell.descriptor }

  /// False where there were no descriptors to be had: then nobody is ever woken.
  package var isOpen: Bool { bell.isOpen }

  /// Adds a value; wakes the sleeper if nothing was waiting.
  package func post(_ element: Element) {
    let wasEmpty = waiting.withLock { waiting in
      waiting.append(element)
      return waiting.count == 1
    }
    if wasEmpty { bell.wake() }
  }

  /// How many values wait to be collected.
  package var count: Int { waiting.withLock(\.count) }

  /// Takes everything that waits, oldest first.
  package func collect() -> [Element] {
    // The bell is silenced before the values are taken: a value posted in between rings anew.
    bell.drain()
    return waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
