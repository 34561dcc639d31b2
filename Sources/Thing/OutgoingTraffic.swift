import JSON
import Shadow

/// Publications on their way out of a connection: those that wait, those that may not have left
/// yet, and those that the broker has not acknowledged.
///
/// Pure; times are milliseconds of any clock that only goes forward.
struct OutgoingTraffic {
  private var queue = OutgoingQueue()
  /// What was sent with QoS 1 and has no PUBACK yet, by packet id.
  private var inFlight: [Int32: (tag: UInt64, topic: String, at: Int64)] = [:]
  /// Tags of what was handed to the library and may not have left yet, oldest first.
  private var unflushed: [UInt64] = []

  /// What was in flight this long at most when the connection ended is a suspect.
  static let suspicion: Int64 = 2000

  var isEmpty: Bool { queue.isEmpty }
  var isFull: Bool { queue.isFull }
  /// Publications that the broker has not acknowledged.
  var unacknowledged: Int { inFlight.count }

  mutating func append(_ item: Outgoing, now: Int64) {
    var item = item
    // What had to wait for its turn before waits since then.
    if item.queuedAt == 0 { item.queuedAt = now }
    queue.append(item)
  }

  mutating func takeFirst() -> Outgoing? { queue.takeFirst() }

  /// The library has taken it, under this packet id.
  mutating func sent(_ item: Outgoing, packet: Int32, now: Int64) {
    if item.qualityOfService > 0 {
      inFlight[packet] = (item.tag, item.publication.topic, now)
    }
    unflushed.append(item.tag)
  }

  /// The broker acknowledged a packet.
  ///
  /// - Returns: its tag and topic, and the tags that have left by now since it has; nil for a packet that is not
  ///   awaited.
  mutating func acknowledged(packet: Int32) -> (tag: UInt64, topic: String, left: [UInt64])? {
    // For QoS 0 this only says that it left, and there is no entry.
    guard let (tag, topic, _) = inFlight.removeValue(forKey: packet) else { return nil }
    guard let place = unflushed.firstIndex(of: tag) else { return (tag, topic, []) }
    let left = Array(unflushed[...place])
    unflushed.removeFirst(left.count)
    return (tag, topic, left)
  }

  /// Everything that was handed over has left, or may have.
  mutating func flushed() -> [UInt64] {
    defer { unflushed = [] }
    return unflushed
  }

  /// The topics of what was sent just now and has no acknowledgement, oldest first, each once.
  func suspects(now: Int64) -> [String] {
    let late = inFlight.values.filter { now - $0.at < Self.suspicion }.sorted { $0.tag < $1.tag }
    return late.reduce(into: []) { topics, one in
      if !topics.contains(where: { $0.hasSameScalars(as: one.topic) }) { topics.append(one.topic) }
    }
  }

  /// Everything that waits, to be reported as not sent.
  mutating func takeAll() -> [Outgoing] { queue.takeAll() }

  /// When something has waited for too long; nil if nothing waits.
  func deadline(patience: Int64) -> Int64? { queue.first.map { $0.queuedAt + patience } }

  /// Takes out what has waited for too long.
  mutating func expired(patience: Int64, now: Int64) -> [Outgoing] {
    var items: [Outgoing] = []
    while let first = queue.first, now >= first.queuedAt + patience, let item = queue.takeFirst() {
      items.append(item)
    }
    return items
  }

  /// The connection is gone: nothing is acknowledged any more.
  mutating func lost() { inFlight = [:] }
}
