extension UnsafeRawBufferPointer {
  /// The first offset from `start` on whose byte a text in quotes cannot hold as it is, or the end.
  ///
  /// Such bytes are `"`, `\` and U+0000 to U+001F, and all beyond ASCII if `asciiOnly`. Eight bytes
  /// are judged at once: in each, one bit of `stops` is set if it is such a byte.
  func endOfPlainRun(from start: Int, asciiOnly: Bool) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs = ones &* 0x80
    var offset = start
    while offset &+ 8 <= count {
      let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
      let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
      // A byte below n borrows from its high bit when n is taken from it.
      var stops = (quotes &- ones) & ~quotes
      stops |= (backslashes &- ones) & ~backslashes
      stops |= (word &- ones &* 0x20) & ~word
      if asciiOnly { stops |= word }
      stops &= highs
      if stops != 0 { return offset &+ stops.trailingZeroBitCount / 8 }
      offset &+= 8
    }
    while offset < count, self[offset].isPlain, !asciiOnly || self[offset] < 0x80 { offset &+= 1 }
    return offset
  }
}

extension UInt8 {
  fileprivate var isPlain: Bool {
    self >= 0x20 && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
  }
}
