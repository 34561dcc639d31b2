import Dispatch
import Synchronization

/// Lets one worker take at one go what has come while it was busy.
///
/// So one write to the disk serves all requests that came during the write before it.
final class BatchQueue<Element: Sendable>: Sendable {
  private let limit: Int
  private let queue: DispatchQueue
  private let mark = DispatchSpecificKey<Void>()
  private let waiting = Mutex<[Element]>([])

  /// - Parameters:
  ///   - name: of the queue, for whoever debugs it.
  ///   - limit: elements that wait before whoever brings more is held up.
  init(name: String, limit: Int) {
    self.limit = limit
    queue = DispatchQueue(label: name)
    queue.setSpecific(key: mark, value: ())
  }

  /// Adds an element at the end.
  ///
  /// - Parameters:
  ///   - element: handed on in order.
  ///   - work: given all that waits, oldest first, one call after another on the worker.
  func append(_ element: Element, work: @escaping @Sendable ([Element]) -> Void) {
    let count = waiting.withLock { waiting in
      waiting.append(element)
      return waiting.count
    }
    if count == 1 {
      queue.async { [self] in
        let batch = waiting.withLock { waiting in
          defer { waiting = [] }
          return waiting
        }
        work(batch)
      }
    }
    if count >= limit { holdUp() }
  }

  /// Returns when all that was added is done; at once if the worker itself asks.
  func finish() {
    guard DispatchQueue.getSpecific(key: mark) == nil else { return }
    queue.sync {}
  }

  /// Waits for the worker, though never for ever: it may be what waits for our thread to end.
  private func holdUp() {
    guard DispatchQueue.getSpecific(key: mark) == nil else { return }
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + .seconds(1))
  }
}
