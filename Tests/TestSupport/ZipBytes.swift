import CZip

/// A zip made byte by byte, good unless a test says otherwise (APPNOTE.TXT 4.3).
package struct ZipBytes {
  /// A file or folder in it.
  package struct Entry {
    package var name: [UInt8]
    /// As it is in the zip.
    package var packed: [UInt8]
    /// 0 for stored, 8 for deflated.
    package var method: UInt16
    package var size: Int
    package var checksum: UInt32
    /// The mode as Unix has it; 0 as if made on a system without.
    package var mode: UInt32 = 0o100600
    package var flags: UInt16 = 0
    /// In front of the bytes, where it differs from the directory's.
    package var localName: [UInt8]?
    /// In front of the bytes, where it differs from the directory's.
    package var localSize: Int?
    /// The place of the header of another entry, by its index, in place of its own.
    package var sharedWith: Int?

    /// A file.
    ///
    /// - Parameters:
    ///   - name: with slashes between its parts; of a folder at its end too.
    ///   - content: what it unpacks to.
    ///   - isDeflated: otherwise it is stored.
    package init(_ name: String, _ content: [UInt8] = [], isDeflated: Bool = false) {
      self.name = Array(name.utf8)
      packed = isDeflated ? Self.deflated(content) : content
      method = isDeflated ? 8 : 0
      size = content.count
      checksum = UInt32(truncatingIfNeeded: crc32(0, content, uInt(content.count)))
      if name.hasSuffix("/") { mode = 0o040700 }
    }

    private static func deflated(_ content: [UInt8]) -> [UInt8] {
      var count = compressBound(uLong(content.count))
      var bytes = [UInt8](repeating: 0, count: Int(count))
      compress2(&bytes, &count, content, uLong(content.count), 9)
      // Without zlib's header and checksum.
      return Array(bytes[2..<Int(count) - 4])
    }
  }

  package var entries: [Entry]
  package var comment: [UInt8] = []
  /// In place of the number of entries.
  package var claimedCount: Int?
  /// Added to where the directory is said to begin.
  package var directoryShift = 0

  package init(_ entries: [Entry]) { self.entries = entries }

  /// The whole zip.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var places: [Int] = []
    for entry in entries {
      places.append(bytes.count)
      bytes.append(long: 0x0403_4B50)
      bytes.append(parts: entry, size: entry.localSize ?? entry.size)
      let name = entry.localName ?? entry.name
      bytes.append(shorts: [name.count, 0])
      bytes += name + entry.packed
    }
    let start = bytes.count
    for (index, entry) in entries.enumerated() {
      bytes.append(long: 0x0201_4B50)
      bytes.append(shorts: [0x031E])  // made on Unix
      bytes.append(parts: entry, size: entry.size)
      bytes.append(shorts: [entry.name.count, 0, 0, 0, 0])
      bytes.append(long: entry.mode << 16)
      bytes.append(long: UInt32(places[entry.sharedWith ?? index]))
      bytes += entry.name
    }
    let count = claimedCount ?? entries.count
    let size = bytes.count - start
    bytes.append(long: 0x0605_4B50)
    bytes.append(shorts: [0, 0, count, count])
    bytes.append(long: UInt32(size))
    bytes.append(long: UInt32(start + directoryShift))
    bytes.append(shorts: [comment.count])
    return bytes + comment
  }
}

extension [UInt8] {
  fileprivate mutating func append(long value: UInt32) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(shorts values: [Int]) {
    for value in values {
      Swift.withUnsafeBytes(of: UInt16(truncatingIfNeeded: value).littleEndian) {
        append(contentsOf: $0)
      }
    }
  }

  /// What the two headers of an entry have in common: version to checksum and sizes.
  fileprivate mutating func append(parts entry: ZipBytes.Entry, size: Int) {
    append(shorts: [20, Int(entry.flags), Int(entry.method), 0, 0x5821])
    append(long: entry.checksum)
    append(long: UInt32(entry.packed.count))
    append(long: UInt32(size))
  }
}
