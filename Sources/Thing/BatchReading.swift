import Synchronization

/// Takes the inventory of a batch on a thread of its own, so that no screen waits for a disk.
package final class BatchReading: Sendable {
  /// What it tells, in this order; nothing comes after an end.
  package enum Event: Sendable {
    /// Further things, by name in the order of their bytes.
    case entries([BatchEntry])
    /// That were all.
    case end
    /// There is no batch; nothing was told before.
    case failed(CredentialError)
  }

  private final class Cancellation: Sendable {
    let isAsked = Atomic(false)
  }

  private let cancellation = Cancellation()

  /// Begins at once.
  ///
  /// - Parameters:
  ///   - path: of the batch.
  ///   - chunk: how many things are told at once, 1 or more.
  ///   - deliver: told everything, on the thread that reads.
  package init(
    of path: String, chunk: Int = 50, deliver: @escaping @Sendable (Event) -> Void
  ) {
    let cancellation = cancellation
    let read: @Sendable () -> Void = {
      let isWanted = { !cancellation.isAsked.load(ordering: .relaxed) }
      do throws(CredentialError) {
        try Batch.inventory(of: path, chunk: chunk) { entries in
          guard isWanted() else { return false }
          deliver(.entries(entries))
          return isWanted()
        }
        if isWanted() { deliver(.end) }
      } catch {
        if isWanted() { deliver(.failed(error)) }
      }
    }
    // Where there are no threads to be had it is late rather than missing.
    if !Threads.startDetached(read) { read() }
  }

  deinit { cancel() }

  /// Reads no further; what is being told just now is told to its end, and no more after that.
  package func cancel() { cancellation.isAsked.store(true, ordering: .relaxed) }
}
