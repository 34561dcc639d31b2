import Glibc

/// The parts of a zip as its own directory tells them, read apart from libzip.
///
/// libzip says neither where a file lies nor what it made of a strange name, and picks one where a
/// zip can be read in two ways. So this looks first (APPNOTE.TXT 4.3), and whoever opens the zip
/// compares: what two programs would read differently is refused.
struct ZipStructure {
  /// Files and folders that a zip may have.
  ///
  /// A batch has a thousand things at most (mic-thing-api 16), each with a folder and three files,
  /// and a few files more; four times as much is still listed at once.
  static let mostEntries = 16_384

  struct Entry: Hashable {
    /// As it is written, in whatever encoding.
    let name: [UInt8]
    /// The two lower bytes are for DOS; the others hold the mode where Unix made the zip.
    let attributes: UInt32
    let isEncrypted: Bool
    /// Where its header and its bytes lie in the file.
    let place: Range<Int>
  }

  /// In the directory's order.
  let entries: [Entry]

  /// Reads the directory, and nothing of what it lists.
  ///
  /// - Throws: `ZipFault` for what cannot be read, or only in several ways.
  init(of bytes: UnsafeRawBufferPointer) throws(ZipFault) {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.signature(at: 0) == .file || bytes.signature(at: 0) == .end else { throw .noZip }
    let end = try Self.end(of: bytes)
    guard let count = bytes.short(at: end + 10), let here = bytes.short(at: end + 8),
      let size = bytes.long(at: end + 12), let start = bytes.long(at: end + 16),
      let disk = bytes.short(at: end + 4), let firstDisk = bytes.short(at: end + 6)
    else { throw .cutOff }
    guard count != 0xFFFF, size != 0xFFFF_FFFF, start != 0xFFFF_FFFF else { throw .zip64 }
    guard disk == 0, firstDisk == 0, here == count else {
      throw .inconsistent("it is one of several parts")
    }
    guard count <= Self.mostEntries else { throw .tooManyEntries(count) }
    guard start + size == end else {
      throw .inconsistent("its directory is not where its end says")
    }
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    var place = start
    for _ in 0..<count {
      entries.append(try Self.entry(of: bytes, at: &place, before: start))
    }
    guard place == end else {
      throw .inconsistent("its directory is longer than what it lists")
    }
    try Self.checkNames(of: entries)
    try Self.checkOverlap(of: entries)
    self.entries = entries
  }

  /// Where the record at the end is: the last one, and the only one that the file could end with.
  private static func end(of bytes: UnsafeRawBufferPointer) throws(ZipFault) -> Int {
    let shortest = 22
    guard bytes.count >= shortest else { throw .cutOff }
    let last = bytes.count - shortest
    var found: Int?
    for place in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    // By one byte first, since this goes over all of a long comment.
    where bytes[place] == 0x50 && bytes.signature(at: place) == .end {
      let isWhole = bytes.short(at: place + 20).map { place + shortest + $0 } == bytes.count
      // One further ahead that does not fit belongs to a zip within this one.
      if found == nil {
        guard isWhole else { throw .cutOff }
        found = place
      } else if isWhole {
        throw .twoDirectories
      }
    }
    guard let found else { throw .cutOff }
    return found
  }

  private static func entry(
    of bytes: UnsafeRawBufferPointer, at place: inout Int, before directory: Int
  ) throws(ZipFault) -> Entry {
    guard bytes.signature(at: place) == .directory, let flags = bytes.short(at: place + 8),
      let packed = bytes.long(at: place + 20), let size = bytes.long(at: place + 24),
      let nameLength = bytes.short(at: place + 28), let extraLength = bytes.short(at: place + 30),
      let commentLength = bytes.short(at: place + 32),
      let attributes = bytes.long(at: place + 38), let header = bytes.long(at: place + 42),
      let name = bytes.slice(at: place + 46, count: nameLength)
    else { throw .inconsistent("its directory is damaged") }
    guard packed != 0xFFFF_FFFF, size != 0xFFFF_FFFF, header != 0xFFFF_FFFF else { throw .zip64 }
    guard bytes.signature(at: header) == .file, let localName = bytes.short(at: header + 26),
      let localExtra = bytes.short(at: header + 28),
      let local = bytes.slice(at: header + 30, count: localName),
      localName == nameLength, local.isSame(as: name)
    else { throw .inconsistent("a file in it is not where the directory says") }
    let end = header + 30 + localName + localExtra + packed
    guard end <= directory else {
      throw .inconsistent("a file in it is longer than there is room for")
    }
    place += 46 + nameLength + extraLength + commentLength
    return Entry(
      name: Array(name), attributes: UInt32(attributes), isEncrypted: flags & 1 != 0,
      place: header..<end)
  }

  /// Two of one name, as it is written: what libzip would refuse without a word on which.
  private static func checkNames(of entries: [Entry]) throws(ZipFault) {
    var known: Set<[UInt8]> = []
    known.reserveCapacity(entries.count)
    for entry in entries where !known.insert(entry.name).inserted {
      throw .twice(String(decoding: entry.name, as: UTF8.self))
    }
  }

  private static func checkOverlap(of entries: [Entry]) throws(ZipFault) {
    let sorted = entries.sorted { $0.place.lowerBound < $1.place.lowerBound }
    for (former, next) in zip(sorted, sorted.dropFirst())
    where former.place.upperBound > next.place.lowerBound {
      throw .overlap(
        String(decoding: former.name, as: UTF8.self), String(decoding: next.name, as: UTF8.self))
    }
  }
}

/// What the parts of a zip begin with.
private enum Signature: UInt32 {
  case file = 0x0403_4B50
  case directory = 0x0201_4B50
  case end = 0x0605_4B50
}

extension UnsafeRawBufferPointer {
  fileprivate func signature(at place: Int) -> Signature? {
    long(at: place).flatMap { Signature(rawValue: UInt32($0)) }
  }

  /// Two bytes, the lower first; nil beyond the end.
  fileprivate func short(at place: Int) -> Int? {
    guard place >= 0, place <= count - 2 else { return nil }
    return Int(UInt16(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt16.self)))
  }

  /// Four bytes, the lowest first; nil beyond the end.
  fileprivate func long(at place: Int) -> Int? {
    guard place >= 0, place <= count - 4 else { return nil }
    return Int(UInt32(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt32.self)))
  }

  fileprivate func slice(at place: Int, count length: Int) -> UnsafeRawBufferPointer? {
    guard place >= 0, length >= 0, place <= count - length else { return nil }
    return UnsafeRawBufferPointer(rebasing: self[place..<place + length])
  }

  /// Whether as many bytes elsewhere are the same.
  fileprivate func isSame(as other: UnsafeRawBufferPointer) -> Bool {
    guard let one = baseAddress, let two = other.baseAddress else { return count == other.count }
    return count == other.count && memcmp(one, two, count) == 0
  }
}
