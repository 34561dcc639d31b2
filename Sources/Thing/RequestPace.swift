/// How many requests of a session may wait for their answers at once; the others wait here for their
/// turn, in order.
///
/// AWS IoT answers the eleventh request in flight on a connection with 429 (device-shadow spec
/// 10.4). After such an answer fewer are sent at once, and more again with time.
/// Pure; times are milliseconds of any clock that only goes forward.
struct RequestPace {
  /// Requests that may be in flight.
  static let limit = 8
  /// Milliseconds after which the number doubles again.
  static let recovery: Int64 = 15_000

  private struct Waiting {
    let item: Outgoing
    let isCounted: Bool
  }

  private let patience: Int64
  private var waiting: [Waiting] = []
  /// Tags of what waits for its answer.
  private var inFlight: Set<UInt64> = []
  private var halvings = 0
  private var throttledAt: Int64 = 0

  /// Nothing is in flight.
  ///
  /// - Parameter patience: milliseconds that a request may wait for its turn.
  init(patience: Int64) { self.patience = patience }

  /// Takes in what is to be sent.
  ///
  /// - Parameters:
  ///   - item: what is to be sent.
  ///   - isCounted: whether the service answers it; what the broker alone answers keeps its place in
  ///     the order, no more.
  ///   - now: milliseconds.
  /// - Returns: what to send now, in order.
  mutating func submit(_ item: Outgoing, isCounted: Bool, now: Int64) -> [Outgoing] {
    add(item, isCounted: isCounted, now: now)
    return release(now: now)
  }

  /// Takes in what is to be sent by whoever asks ``release(now:)`` next.
  mutating func add(_ item: Outgoing, isCounted: Bool, now: Int64) {
    var item = item
    item.queuedAt = now
    waiting.append(Waiting(item: item, isCounted: isCounted))
  }

  /// The request with this tag has ended.
  ///
  /// - Parameters:
  ///   - tag: one that is not in flight changes nothing.
  ///   - isThrottled: whether the service wants fewer of them.
  ///   - now: milliseconds.
  /// - Returns: what to send now, in order.
  mutating func ended(_ tag: UInt64, isThrottled: Bool, now: Int64) -> [Outgoing] {
    inFlight.remove(tag)
    if isThrottled {
      halvings = min(3, left(now: now) + 1)
      throttledAt = now
    }
    return release(now: now)
  }

  private func left(now: Int64) -> Int {
    max(0, halvings - Int((now - throttledAt) / Self.recovery))
  }

  /// Takes out what may be sent now.
  ///
  /// - Returns: what to send, in order.
  mutating func release(now: Int64) -> [Outgoing] {
    let limit = Self.limit >> left(now: now)
    var released: [Outgoing] = []
    while let first = waiting.first, !first.isCounted || inFlight.count < limit {
      waiting.removeFirst()
      if first.isCounted { inFlight.insert(first.item.tag) }
      released.append(first.item)
    }
    return released
  }

  /// The connection is gone.
  ///
  /// - Returns: tags of what never had its turn.
  mutating func lost() -> [UInt64] {
    defer { waiting = [] }
    return waiting.map(\.item.tag)
  }

  /// When something has waited for too long; nil if nothing waits.
  var deadline: Int64? { waiting.first.map { $0.item.queuedAt + patience } }

  /// Takes out what has waited for too long.
  ///
  /// - Returns: its tags.
  mutating func expired(now: Int64) -> [UInt64] {
    let late = waiting.prefix { now >= $0.item.queuedAt + patience }.map(\.item.tag)
    waiting.removeFirst(late.count)
    return late
  }
}
