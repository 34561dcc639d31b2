import Dispatch
import ShadowService
import Shadow
import Synchronization
import Thing

/// Carries out deliveries: at once, or when their delay is over.
///
/// While something is deferred one thread sleeps until the next of it is due. What is due at once
/// keeps its order, and so does what is deferred to the same moment.
final class DeferredSending: Sendable {
  private enum Act {
    /// The thing's connections are cut when the broker has the message.
    case send(Publication, cutAfter: String?)
    case cut(String)
  }

  private struct State {
    var link: BrokerLink?
    /// In the order in which they are due.
    var waiting: [(due: Int64, act: Act)] = []
    var hasThread = false
    var isStopped = false
    /// The things to cut once the broker has acknowledged what was sent with a tag.
    var cuts: [UInt64: String] = [:]
    var lastTag: UInt64 = 0
  }

  private let state = Mutex(State())
  private let changed = DispatchSemaphore(value: 0)
  private let cut: @Sendable (_ thing: String) -> Void

  /// - Parameter cut: cuts the connections of a thing; it must not wait.
  init(cut: @escaping @Sendable (_ thing: String) -> Void) { self.cut = cut }

  /// Makes the link to publish over from now on; under the lock, which its first message waits for.
  func use(_ make: () -> BrokerLink) -> BrokerLink {
    state.withLock { state in
      let link = make()
      state.link = link
      state.cuts = [:]
      return link
    }
  }

  /// Takes what is to be done for one request, in order.
  func take(_ deliveries: [FaultPlan.Delivery]) {
    for (delay, act) in Self.acts(deliveries) {
      if delay > 0 {
        deferAct(act, until: Clock.monotonicMilliseconds + delay)
      } else {
        perform(act)
      }
    }
  }

  /// Takes the broker's word that it has what was sent with this tag.
  func acknowledged(_ tag: UInt64) {
    if let thing = state.withLock({ $0.cuts.removeValue(forKey: tag) }) { cut(thing) }
  }

  /// Forgets acknowledgements that will not come any more.
  func connectionLost() { state.withLock { $0.cuts = [:] } }

  /// Forgets everything.
  func stop() {
    state.withLock { $0 = State(hasThread: $0.hasThread, isStopped: true) }
    changed.signal()
  }

  // MARK: -

  /// Ties a cut to the message before it if both are due together.
  private static func acts(_ deliveries: [FaultPlan.Delivery]) -> [(delay: Int64, act: Act)] {
    var acts: [(delay: Int64, act: Act)] = []
    for delivery in deliveries {
      switch delivery {
      case .publish(let publication, let delay):
        acts.append((delay, .send(publication, cutAfter: nil)))
      case .cut(let thing, let delay):
        if let last = acts.last, last.delay == delay, case .send(let publication, nil) = last.act {
          acts[acts.count - 1].act = .send(publication, cutAfter: thing)
        } else {
          acts.append((delay, .cut(thing)))
        }
      }
    }
    return acts
  }

  private func perform(_ act: Act) {
    switch act {
    case .send(let publication, let thing):
      state.withLock { state in
        if let thing {
          state.lastTag += 1
          state.cuts[state.lastTag] = thing
        }
        state.link?.publish(publication, tag: thing == nil ? 0 : state.lastTag)
      }
    case .cut(let thing): cut(thing)
    }
  }

  private func deferAct(_ act: Act, until due: Int64) {
    let (needsThread, isNext) = state.withLock { state in
      guard !state.isStopped else { return (false, false) }
      let place = state.waiting.partitioningIndex { $0.due > due }
      state.waiting.insert((due, act), at: place)
      defer { state.hasThread = true }
      return (!state.hasThread, place == 0)
    }
    if isNext { changed.signal() }
    guard needsThread, !Threads.startDetached({ self.performWhenDue() }) else { return }
    // Early rather than never.
    let waiting = state.withLock { state in
      state.hasThread = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for (_, act) in waiting { perform(act) }
  }

  /// Works until nothing is deferred.
  private func performWhenDue() {
    while true {
      let now = Clock.monotonicMilliseconds
      let (ready, next) = state.withLock { state -> ([Act], Int64?) in
        let count = state.waiting.partitioningIndex { $0.due > now }
        let ready = state.waiting[..<count].map { $0.act }
        state.waiting.removeFirst(count)
        if ready.isEmpty, state.waiting.isEmpty { state.hasThread = false }
        return (ready, state.waiting.first?.due)
      }
      for act in ready { perform(act) }
      if !ready.isEmpty { continue }
      guard let next else { return }
      _ = changed.wait(timeout: .now() + .milliseconds(Int(next - now)))
    }
  }
}

extension Array {
  /// The first place whose element, as all after it, meets the condition.
  fileprivate func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
