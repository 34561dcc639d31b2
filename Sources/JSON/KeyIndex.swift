/// Finds the last member of a key among many: a hash table of places, open addressing.
///
/// A dictionary would do, but building one takes as long as reading the rest of a document.
struct KeyIndex: Sendable {
  /// A power of two of slots and behind them the number of slots that are taken.
  ///
  /// A slot holds 0 or a place plus 1; at most half are taken. Empty for the index of nothing, which
  /// so costs nothing.
  private var slots: [UInt32] = []

  /// The number of different keys.
  var count: Int { Int(slots.last ?? 0) }

  init() {}

  init(of members: [JSONMember]) {
    var size = 32
    while size < members.count * 2 { size *= 2 }
    slots = Array(repeating: 0, count: size + 1)
    var different: UInt32 = 0
    for place in members.indices {
      let slot = slot(of: members[place].key, in: members)
      if slots[slot] == 0 { different += 1 }
      slots[slot] = UInt32(place + 1)
    }
    slots[size] = different
  }

  /// The place of the last member of a key, nil if there is none or this is the index of nothing.
  func place(of key: String, in members: [JSONMember]) -> Int? {
    if slots.isEmpty { return nil }
    let taken = slots[slot(of: key, in: members)]
    return taken == 0 ? nil : Int(taken) - 1
  }

  /// Takes in the member that was appended last.
  mutating func append(to members: [JSONMember]) {
    guard (count + 1) * 2 < slots.count, let added = members.last else {
      self = KeyIndex(of: members)
      return
    }
    let slot = slot(of: added.key, in: members)
    if slots[slot] == 0 { slots[slots.count - 1] += 1 }
    slots[slot] = UInt32(members.count)
  }

  /// The slot of a key, or the free one where it belongs.
  private func slot(of key: String, in members: [JSONMember]) -> Int {
    let mask = slots.count - 2
    var slot = Int(truncatingIfNeeded: Self.hash(key)) & mask
    while slots[slot] != 0, !members[Int(slots[slot]) - 1].key.hasSameScalars(as: key) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  /// A secret of this process, so that nobody can send keys that collide.
  private static let seed = UInt64(truncatingIfNeeded: Hasher().finalize())

  /// Folds eight bytes at a time into a product of 128 bits.
  private static func hash(_ key: String) -> UInt64 {
    key.withUTF8Bytes { bytes in
      var hash = seed ^ UInt64(bytes.count)
      guard bytes.count >= 8 else {
        let word = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        return mix(mix(hash, word), 0)
      }
      var offset = 0
      while offset &+ 8 < bytes.count {
        hash = mix(hash, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset &+= 8
      }
      // The last eight bytes, some of them for the second time.
      let last = bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self)
      return mix(mix(hash, last), 0)
    }
  }

  private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return (product.high ^ product.low) &+ seed
  }
}
