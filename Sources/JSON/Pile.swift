/// Items that wait for the container that takes them, moved in and moved out, never copied.
struct Pile<Item>: ~Copyable {
  private var items: UnsafeMutablePointer<Item>
  private var capacity = 16
  private(set) var count = 0

  init() { items = .allocate(capacity: capacity) }

  deinit {
    items.deinitialize(count: count)
    items.deallocate()
  }

  mutating func append(_ item: consuming Item) {
    if count == capacity { grow() }
    (items + count).initialize(to: item)
    count += 1
  }

  /// Changes the last item; nothing happens to an empty pile.
  mutating func changeLast(_ change: (inout Item) -> Void) {
    guard count > 0 else { return }
    change(&items[count - 1])
  }

  /// Moves the items from a place on out of the pile.
  mutating func take(from start: Int) -> [Item] {
    let taken = count - start
    precondition(taken >= 0, "the pile is lower than a container's start")
    count = start
    return Array(unsafeUninitializedCapacity: taken) { buffer, initialized in
      buffer.baseAddress?.moveInitialize(from: items + start, count: taken)
      initialized = taken
    }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Item>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: items, count: count)
    items.deallocate()
    items = larger
    capacity *= 2
  }
}
