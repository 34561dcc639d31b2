/// A text to look for in the bytes of messages, in time linear in them.
///
/// As with ``SearchWord``, case counts only where the text has an upper-case letter.
struct ByteWord: Sendable {
  private let word: SearchWord
  /// The bytes to find; nil where only code points tell upper from lower case.
  private let bytes: [UInt8]?
  /// For each length of a part found, the length of the shorter one to go on with.
  private let shorter: [Int]

  init(_ text: String) {
    word = SearchWord(text)
    let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
    let bytes = isPlain || word.isExact ? Array(text.utf8) : nil
    self.bytes = word.isExact ? bytes : bytes?.map(Self.lowered)
    shorter = self.bytes.map { fallBacks(of: $0) } ?? []
  }

  /// Whether the text stands in bytes; those that are no UTF-8 hold only what is ASCII.
  func stands(in content: [UInt8]) -> Bool {
    guard let bytes else { return stands(decoded: String(decoding: content, as: UTF8.self)) }
    return content.withUnsafeBufferPointer { find(bytes, in: $0) }
  }

  /// Whether the text stands in another.
  func stands(in text: String) -> Bool {
    guard let bytes else { return stands(decoded: text) }
    return text.utf8.withContiguousStorageIfAvailable { find(bytes, in: $0) }
      ?? stands(in: Array(text.utf8))
  }

  private func stands(decoded text: String) -> Bool {
    word.place(in: word.compared(text)) != nil
  }

  private func find(_ bytes: [UInt8], in content: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !bytes.isEmpty else { return true }
    let isExact = word.isExact
    var found = 0
    for byte in content {
      let byte = isExact ? byte : Self.lowered(byte)
      while found > 0, bytes[found] != byte { found = shorter[found - 1] }
      if bytes[found] == byte { found += 1 }
      if found == bytes.count { return true }
    }
    return false
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
