import ShadowService
import Shadow
import Synchronization
import Thing

/// Cuts the connections of things, all that the broker has for the name in the certificate.
///
/// It works on a thread of its own that lives as long as there is something to cut.
final class ConnectionCutter: Sendable {
  private struct State {
    var waiting: [String] = []
    var hasThread = false
  }

  private let batch: BatchFolder
  private let broker: Broker
  private let onCut: @Sendable (ConnectionCut) -> Void
  private let state = Mutex(State())

  init(
    batch: BatchFolder, broker: Broker, onCut: @escaping @Sendable (ConnectionCut) -> Void
  ) {
    self.batch = batch
    self.broker = broker
    self.onCut = onCut
  }

  /// Cuts them soon; does not wait.
  func cut(_ thing: String) {
    let needsThread = state.withLock { state in
      if !state.waiting.contains(thing) { state.waiting.append(thing) }
      defer { state.hasThread = true }
      return !state.hasThread
    }
    guard needsThread, !Threads.startDetached({ self.cutAll() }) else { return }
    state.withLock { $0.hasThread = false }
  }

  private func cutAll() {
    while true {
      let next = state.withLock { state -> String? in
        guard !state.waiting.isEmpty else {
          state.hasThread = false
          return nil
        }
        return state.waiting.removeFirst()
      }
      guard let next else { return }
      onCut(cutNow(next))
    }
  }

  private func cutNow(_ thing: String) -> ConnectionCut {
    var result = ConnectionCut(thing: thing)
    // A networked thing has no connection of its own, but its parent's (mic-thing-api 1.9).
    let users = [thing, ShadowAddress(thing: thing).parent].compactMap(\.self)
    for user in users {
      for client in broker.clients(of: user) {
        do throws(TakeOverError) {
          try TakeOver.perform(
            client, as: batch.thing(user), authority: batch.authority, port: broker.port)
          result.count += 1
        } catch {
          result.failure = error.description
        }
      }
    }
    return result
  }
}
