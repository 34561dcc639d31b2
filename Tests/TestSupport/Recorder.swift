import Synchronization

/// Keeps what a callback is told, and lets a test wait for something to be told.
///
/// Any thread may record; waiting holds up no thread.
package final class Recorder<Event: Sendable>: Sendable {
  /// Nothing fitting came in time.
  package struct Missed: Error, CustomStringConvertible {
    package let description: String
  }

  private struct Waiter {
    let id: Int
    let from: Int
    let matches: @Sendable (Event) -> Bool
    let resume: CheckedContinuation<Int?, Never>
  }

  private struct State {
    var events: [Event] = []
    var waiters: [Waiter] = []
    var lastWaiter = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// Everything so far, oldest first.
  package var events: [Event] { state.withLock { $0.events } }

  /// How many events there are: a place from which to wait on.
  package var count: Int { state.withLock { $0.events.count } }

  package func record(_ event: Event) {
    let ready = state.withLock { state in
      state.events.append(event)
      let place = state.events.count - 1
      let ready = state.waiters.filter { place >= $0.from && $0.matches(event) }
      state.waiters.removeAll { waiter in ready.contains { $0.id == waiter.id } }
      return ready.map { ($0, place) }
    }
    for (waiter, place) in ready { waiter.resume.resume(returning: place) }
  }

  /// Waits until an event matches.
  ///
  /// - Parameters:
  ///   - what: named in the failure.
  ///   - from: earlier events do not count; 0 for all.
  ///   - seconds: the deadline from now.
  ///   - matches: asked once for each event.
  /// - Returns: the first such event, and its place.
  /// - Throws: `Missed` with everything that came instead.
  @discardableResult
  package func wait(
    for what: String, from: Int = 0, seconds: Double = 15,
    where matches: @escaping @Sendable (Event) -> Bool
  ) async throws -> (place: Int, event: Event) {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let deadline = Task {
      try await Task.sleep(for: .seconds(seconds))
      self.giveUp(id)
    }
    defer { deadline.cancel() }
    let place = await withCheckedContinuation { continuation in
      let found: Int? = state.withLock { state in
        let range = min(from, state.events.count)..<state.events.count
        if let place = range.first(where: { matches(state.events[$0]) }) { return place }
        state.waiters.append(Waiter(id: id, from: from, matches: matches, resume: continuation))
        return nil
      }
      if let found { continuation.resume(returning: found) }
    }
    guard let place else {
      let lines = events.map { "  \($0)" }.joined(separator: "\n")
      throw Missed(description: "no \(what) after \(seconds) s; there was\n\(lines)")
    }
    return (place, events[place])
  }

  private func giveUp(_ id: Int) {
    let late = state.withLock { state in
      let late = state.waiters.filter { $0.id == id }
      state.waiters.removeAll { $0.id == id }
      return late
    }
    for waiter in late { waiter.resume.resume(returning: nil) }
  }
}
