/// Items that wait for the container that takes them, moved in and moved out, never copied.
struct Pile<Item>: ~Copyable {
  fileprivate var items: UnsafeMutablePointer<Item>
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

  /// Moves the items from a place on out of the pile.
  mutating func take(from start: Int) -> [Item] {
    let taken = count - start
    precondition(taken >= 0, "the pile is lower than a container's start")
    count = start
    // Appending is quicker here than an initialiser that takes uninitialised storage: the latter is
    // not specialised and looks up the metadata of its storage each time.
    var array: [Item] = []
    array.reserveCapacity(taken)
    for offset in start..<start + taken { array.append((items + offset).move()) }
    return array
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Item>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: items, count: count)
    items.deallocate()
    items = larger
    capacity *= 2
  }
}

extension Pile<JSONMember> {
  /// Gives the last member its value.
  mutating func complete(with value: consuming JSONValue) {
    precondition(count > 0, "no member waits for a value")
    items[count - 1].value = value
  }
}
