import Shadow

/// A publication on its way out.
struct Outgoing: Hashable, Sendable {
  var publication: Publication
  /// 0 or 1.
  var qualityOfService = 1
  /// Named in the events that tell what became of it.
  var tag: UInt64
  /// Since when it waits, in milliseconds of the network thread's clock.
  var queuedAt: Int64 = 0
}

/// Publications in the order in which they were asked for, taken from the front.
struct OutgoingQueue {
  /// More than this are not kept: a queue that only grows helps nobody.
  static let limit = 20_000

  private var items: [Outgoing] = []
  private var head = 0

  var isEmpty: Bool { head == items.count }
  var first: Outgoing? { isEmpty ? nil : items[head] }
  var isFull: Bool { items.count - head >= Self.limit }

  mutating func append(_ item: Outgoing) { items.append(item) }

  mutating func takeFirst() -> Outgoing? {
    guard !isEmpty else { return nil }
    defer {
      head += 1
      // Moving the rest down now and then keeps taking cheap and the array short.
      if head == items.count || head >= 1024 {
        items.removeFirst(head)
        head = 0
      }
    }
    return items[head]
  }

  mutating func takeAll() -> [Outgoing] {
    defer {
      items = []
      head = 0
    }
    return Array(items[head...])
  }
}
