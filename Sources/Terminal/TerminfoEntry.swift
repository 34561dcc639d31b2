/// A compiled terminfo entry that can be changed in a few places, after term(5).
struct TerminfoEntry {
  /// No entry is longer, in bytes.
  static let longest = 32_768

  private static let (shortNumbers, longNumbers) = (0o432, 0o1036)

  private var names: [UInt8]
  private var booleans: [UInt8]
  private var numbers: [Int]
  /// Offsets into the table, negative for what the terminal does not have.
  private var strings: [Int]
  private var table: [UInt8]
  private var extra = Extension()

  /// Capabilities with names of their own, which follow the standard ones.
  private struct Extension {
    var booleans: [UInt8] = []
    var numbers: [Int] = []
    var strings: [Int] = []
    /// Of all three kinds, in that order; offsets into the table behind the strings.
    var names: [Int] = []
    var itemCount = 0
    var table: [UInt8] = []
  }

  /// Reads an entry; nil when the bytes are none, or it is cut off.
  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes)
    guard bytes.count <= Self.longest, let header = reader.shorts(6),
      [Self.shortNumbers, Self.longNumbers].contains(header[0]),
      header.dropFirst().allSatisfy({ $0 >= 0 })
    else { return nil }
    let isLong = header[0] == Self.longNumbers
    guard let names = reader.bytes(header[1]), let booleans = reader.bytes(header[2]) else {
      return nil
    }
    reader.align()
    guard let numbers = isLong ? reader.longs(header[3]) : reader.shorts(header[3]),
      let strings = reader.shorts(header[4]), let table = reader.bytes(header[5])
    else { return nil }
    (self.names, self.booleans, self.numbers) = (names, booleans, numbers)
    (self.strings, self.table) = (strings, table)
    reader.align()
    guard !reader.isAtEnd else { return }
    guard let header = reader.shorts(5), header.allSatisfy({ $0 >= 0 }),
      let extraBooleans = reader.bytes(header[0])
    else { return nil }
    reader.align()
    guard let extraNumbers = isLong ? reader.longs(header[1]) : reader.shorts(header[1]),
      let extraStrings = reader.shorts(header[2]),
      let extraNames = reader.shorts(header[0] + header[1] + header[2]),
      let extraTable = reader.bytes(header[4])
    else { return nil }
    extra = Extension(
      booleans: extraBooleans, numbers: extraNumbers, strings: extraStrings, names: extraNames,
      itemCount: header[3], table: extraTable)
  }

  /// Takes a standard flag away; its index is that of `<term.h>`.
  mutating func clearFlag(_ index: Int) {
    if booleans.indices.contains(index) { booleans[index] = 0 }
  }

  /// The value of a standard number, negative when the terminal has none.
  func number(_ index: Int) -> Int { numbers.indices.contains(index) ? numbers[index] : -1 }

  mutating func setNumber(_ index: Int, _ value: Int) {
    while numbers.count <= index { numbers.append(-1) }
    numbers[index] = value
  }

  mutating func setString(_ index: Int, _ text: String) {
    while strings.count <= index { strings.append(-1) }
    strings[index] = table.count
    table += Array(text.utf8) + [0]
  }

  /// Adds a flag with a name of its own.
  mutating func addFlag(_ name: String) {
    // Names are counted from where the strings end.
    let base = extra.strings.reduce(0) { sum, offset in
      guard offset >= 0, offset < extra.table.count else { return sum }
      return sum + extra.table[offset...].prefix { $0 != 0 }.count + 1
    }
    extra.names.insert(extra.table.count - base, at: extra.booleans.count)
    extra.booleans.append(1)
    extra.itemCount += 1
    extra.table += Array(name.utf8) + [0]
  }

  /// The entry as a file, with numbers of 32 bits; nil when it has grown too long.
  func compiled() -> [UInt8]? {
    var writer = Writer()
    writer.shorts([
      Self.longNumbers, names.count, booleans.count, numbers.count, strings.count, table.count,
    ])
    writer.bytes += names + booleans
    writer.align()
    writer.longs(numbers)
    writer.shorts(strings)
    writer.bytes += table
    writer.align()
    writer.shorts([
      extra.booleans.count, extra.numbers.count, extra.strings.count, extra.itemCount,
      extra.table.count,
    ])
    writer.bytes += extra.booleans
    writer.align()
    writer.longs(extra.numbers)
    writer.shorts(extra.strings + extra.names)
    writer.bytes += extra.table
    return writer.bytes.count <= Self.longest && table.count < 0x8000 ? writer.bytes : nil
  }
}

/// Numbers of an entry, least byte first; never beyond its end.
private struct Reader {
  private let source: [UInt8]
  private var place = 0

  init(_ source: [UInt8]) { self.source = source }

  var isAtEnd: Bool { place >= source.count }

  /// Sections of numbers begin on even places.
  mutating func align() { place += place & 1 }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard count >= 0, place + count <= source.count else { return nil }
    defer { place += count }
    return Array(source[place..<place + count])
  }

  mutating func shorts(_ count: Int) -> [Int]? { numbers(count, of: 2) }

  mutating func longs(_ count: Int) -> [Int]? { numbers(count, of: 4) }

  private mutating func numbers(_ count: Int, of width: Int) -> [Int]? {
    guard let bytes = bytes(count * width) else { return nil }
    return stride(from: 0, to: bytes.count, by: width).map { start in
      let bits = (0..<width).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
      return width == 2
        ? Int(Int16(truncatingIfNeeded: bits)) : Int(Int32(truncatingIfNeeded: bits))
    }
  }
}

private struct Writer {
  var bytes: [UInt8] = []

  mutating func align() {
    if bytes.count & 1 == 1 { bytes.append(0) }
  }

  mutating func shorts(_ numbers: [Int]) {
    for number in numbers { append(number, width: 2) }
  }

  mutating func longs(_ numbers: [Int]) {
    for number in numbers { append(number, width: 4) }
  }

  private mutating func append(_ number: Int, width: Int) {
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
  }
}
