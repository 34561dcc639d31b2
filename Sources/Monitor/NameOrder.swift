extension String {
  /// The order of rows: as a person looks names up, without regard to case, and by code points where
  /// nothing else differs, so that no two different names are equal.
  func precedes(_ other: String) -> Bool {
    // Byte by byte where both lie in one piece, as nearly all do: thousands are sorted.
    let order: Bool??? = utf8.withContiguousStorageIfAvailable { left in
      other.utf8.withContiguousStorageIfAvailable { asciiOrder(left, $0) }
    }
    if let order = order.flatMap({ $0 }).flatMap({ $0 }) { return order }
    let (left, right) = (
      unicodeScalars.lazy.map(\.lowered), other.unicodeScalars.lazy.map(\.lowered)
    )
    if left.lexicographicallyPrecedes(right, by: { $0.value < $1.value }) { return true }
    if right.lexicographicallyPrecedes(left, by: { $0.value < $1.value }) { return false }
    return utf8.lexicographicallyPrecedes(other.utf8)
  }
}

/// Whether one text precedes the other, as far as ASCII tells.
///
/// - Returns: nil where a code point beyond ASCII decides.
private func asciiOrder(
  _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
) -> Bool? {
  func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
  var isBefore: Bool?
  for (own, other) in zip(left, right) {
    guard own < 0x80, other < 0x80 else { return nil }
    let (ownLetter, otherLetter) = (lowered(own), lowered(other))
    if ownLetter != otherLetter { return ownLetter < otherLetter }
    if isBefore == nil, own != other { isBefore = own < other }
  }
  if left.count != right.count { return left.count < right.count }
  return isBefore ?? false
}
