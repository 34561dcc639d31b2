/// Where the members of a JSON object lie in its text, found in one pass that builds no values.
///
/// For texts that come by the thousand and of which little is wanted. It judges plain texts alone:
/// printable ASCII on one line and without `\u` escapes. Anything else, be it JSON or not, is left
/// to `JSONParser`. What it takes, the parser takes too.
package struct JSONOutline: Sendable {
  /// A member of the outermost object, or of an object in it.
  package struct Member: Hashable, Sendable {
    /// Objects around it, 1 or more.
    package let level: Int
    /// Its key without the quotes.
    package let key: Range<Int>
    package fileprivate(set) var value: Range<Int>
  }

  /// In the order of the text, each before what is in it.
  package private(set) var members: [Member] = []
  private let levels: Int

  /// Of the containers that are open, a bit each: whether it is an object.
  private var kinds: UInt64 = 0
  private var depth = 0
  private var position = 0
  /// The members whose values are open, by their level.
  private var open: [Int]

  /// Containers inside one another that are followed; deeper texts are left to the parser.
  private static let greatestDepth = 63

  /// An outline that can be read into again and again.
  ///
  /// - Parameter levels: objects inside one another whose members are wanted.
  package init(levels: Int) {
    self.levels = levels
    open = Array(repeating: 0, count: levels + 1)
  }

  /// Reads a whole text.
  ///
  /// - Returns: whether it is plain and JSON; if not, there are no members.
  package mutating func read(_ bytes: UnsafeRawBufferPointer) -> Bool {
    members.removeAll(keepingCapacity: true)
    (kinds, depth, position) = (0, 0, 0)
    guard !bytes.holdsDelete, document(bytes) else {
      members.removeAll(keepingCapacity: true)
      return false
    }
    return true
  }

  /// Finds a member; of several with one key the last, which counts.
  ///
  /// - Parameters:
  ///   - key: printable ASCII without `"` and `\`.
  ///   - parent: the member whose value's own member is wanted; nil for the outermost object's.
  ///   - bytes: the text that was read.
  /// - Returns: the member; nil if there is none, or it lies deeper than was asked for.
  package func member(
    _ key: StaticString, of parent: Member? = nil, in bytes: UnsafeRawBufferPointer
  ) -> Member? {
    let level = (parent?.level ?? 0) + 1
    return members.last { member in
      member.level == level && member.key.count == key.utf8CodeUnitCount
        && (parent.map { $0.value.contains(member.key.lowerBound) } ?? true)
        && bytes[member.key].elementsEqual(
          UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    }
  }

  /// The value of a member as a 64-bit integer, if it is one exactly.
  package func integer(_ member: Member?, in bytes: UnsafeRawBufferPointer) -> Int64? {
    guard let member else { return nil }
    let text = String(decoding: bytes[member.value], as: UTF8.self)
    return Int64(text) ?? JSONNumber(lexeme: text)?.integer
  }

  /// What is to come at a place in the text.
  private enum Next { case value, key, rest }

  private mutating func document(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var next = Next.value
    while true {
      skipSpace(bytes)
      guard position < bytes.count else { return next == .rest && depth == 0 }
      switch next {
      case .value:
        guard let following = value(bytes) else { return false }
        next = following
      case .key:
        guard key(bytes) else { return false }
        next = .value
      case .rest:
        guard depth > 0 else { return false }
        let isObject = kinds >> UInt64(depth) & 1 == 1
        if isObject, depth <= levels { members[open[depth]].value = valueStart(bytes) }
        switch bytes[position] {
        case UInt8(ascii: ","): next = isObject ? .key : .value
        case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject: depth -= 1
        default: return false
        }
        position += 1
      }
    }
  }

  /// The range of the value that ends before here.
  private func valueStart(_ bytes: UnsafeRawBufferPointer) -> Range<Int> {
    var end = position
    while bytes[end - 1] == 0x20 { end -= 1 }
    return members[open[depth]].value.lowerBound..<end
  }

  /// Steps over a scalar, or over the bracket that opens a container and over an empty one.
  ///
  /// - Returns: what comes next; nil if there is no such value.
  private mutating func value(_ bytes: UnsafeRawBufferPointer) -> Next? {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\""): return string(bytes) == nil ? nil : .rest
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let isObject = byte == UInt8(ascii: "{")
      guard depth < Self.greatestDepth else { return nil }
      position += 1
      skipSpace(bytes)
      guard position < bytes.count else { return nil }
      // What closes is two beyond what opens.
      if bytes[position] == byte + 2 {
        position += 1
        return .rest
      }
      depth += 1
      let bit: UInt64 = 1 << UInt64(depth)
      kinds = isObject ? kinds | bit : kinds & ~bit
      return isObject ? .key : .value
    case UInt8(ascii: "t"): return word("true", bytes)
    case UInt8(ascii: "f"): return word("false", bytes)
    case UInt8(ascii: "n"): return word("null", bytes)
    default: return number(bytes) ? .rest : nil
    }
  }

  private mutating func key(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes[position] == UInt8(ascii: "\""), let key = string(bytes, takesEscapes: false)
    else { return false }
    skipSpace(bytes)
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return false }
    position += 1
    guard depth <= levels else { return true }
    skipSpace(bytes)
    open[depth] = members.count
    members.append(Member(level: depth, key: key, value: position..<position))
    return true
  }

  /// Steps over a text in quotes.
  ///
  /// - Returns: what is between the quotes; nil if that is not plain, or has no end.
  private mutating func string(
    _ bytes: UnsafeRawBufferPointer, takesEscapes: Bool = true
  ) -> Range<Int>? {
    let start = position + 1
    var end = start
    while true {
      end = bytes.endOfPlainRun(from: end, asciiOnly: true)
      guard end < bytes.count else { return nil }
      if bytes[end] == UInt8(ascii: "\"") { break }
      guard takesEscapes, bytes[end] == UInt8(ascii: "\\"), end + 1 < bytes.count,
        bytes[end + 1].isShortEscape
      else { return nil }
      end += 2
    }
    position = end + 1
    return start..<end
  }

  private mutating func number(_ bytes: UnsafeRawBufferPointer) -> Bool {
    take(UInt8(ascii: "-"), bytes)
    let first = position
    guard digits(bytes) else { return false }
    if bytes[first] == UInt8(ascii: "0"), position > first + 1 { return false }
    if take(UInt8(ascii: "."), bytes), !digits(bytes) { return false }
    guard take(UInt8(ascii: "e"), bytes) || take(UInt8(ascii: "E"), bytes) else { return true }
    if !take(UInt8(ascii: "+"), bytes) { take(UInt8(ascii: "-"), bytes) }
    return digits(bytes)
  }

  private mutating func digits(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    return position > start
  }

  @discardableResult
  private mutating func take(_ byte: UInt8, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func word(_ word: StaticString, _ bytes: UnsafeRawBufferPointer) -> Next? {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { return nil }
    for index in 0..<length where bytes[position + index] != word.utf8Start[index] { return nil }
    position += length
    return .rest
  }

  private mutating func skipSpace(_ bytes: UnsafeRawBufferPointer) {
    while position < bytes.count, bytes[position] == 0x20 { position += 1 }
  }
}

extension UInt8 {
  /// Whether it makes an escape of two characters behind a backslash.
  fileprivate var isShortEscape: Bool {
    switch self {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      true
    default: false
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether U+007F is among these bytes, which a text in quotes may hold and a line should not.
  fileprivate var holdsDelete: Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var offset = 0
    while offset &+ 8 <= count {
      let word = loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ (ones &* 0x7F)
      if (word &- ones) & ~word & (ones &* 0x80) != 0 { return true }
      offset &+= 8
    }
    while offset < count {
      if self[offset] == 0x7F { return true }
      offset &+= 1
    }
    return false
  }
}
