/// Where a text stops being JSON, and why.
package struct JSONSyntaxError: Error, Hashable, Sendable {
  /// Line, from 1.
  package let line: Int
  /// Column in code points, from 1.
  package let column: Int
  /// Bytes before the fault.
  package let offset: Int
  /// What the grammar allows here, for people: `',' or '}'`.
  package let expected: String
  /// What is there instead, for people and printable ASCII only: `'x'`, `the end of the text`.
  package let found: String

  /// One sentence: `line 1, column 10: expected ':', found '"'`.
  package var message: String {
    "line \(line), column \(column): expected \(expected), found \(found)"
  }

  /// Counts lines and columns up to a fault and names what is there.
  ///
  /// `opening` is the offset of the bracket or quote that the fault leaves open, if it does; it is
  /// named when it stands on another line than the fault.
  init(expected: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>, opening: Int? = nil)
  {
    let place = Self.place(of: offset, in: bytes)
    (line, column) = place
    self.offset = offset
    found = Self.found(at: offset, in: bytes)
    guard let opening, bytes.indices.contains(opening) else {
      self.expected = expected
      return
    }
    let opened = Self.place(of: opening, in: bytes)
    let bracket = Character(Unicode.Scalar(bytes[opening]))
    let sameLine = opened.line == place.line
    self.expected =
      expected
      + (sameLine ? "" : " for the '\(bracket)' at line \(opened.line), column \(opened.column)")
  }

  /// A fault in a text that holds more than JSON, or another notation of ours.
  ///
  /// - Parameters:
  ///   - expected: what may stand there, for people.
  ///   - offset: bytes before the fault, at most the text's.
  ///   - bytes: the text.
  package init(expected: String, at offset: Int, in bytes: [UInt8]) {
    self = bytes.withUnsafeBufferPointer {
      JSONSyntaxError(expected: expected, at: min(max(offset, 0), $0.count), in: $0)
    }
  }

  private static func place(
    of offset: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in bytes[..<offset] {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }

  /// Letters of a word that are named before it is cut.
  private static let longestWord = 20

  private static func found(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let byte = bytes[offset]
    switch byte {
    case 0x09: return "a tab"
    case 0x0A, 0x0D: return "a line break"
    case 0x20: return "a space"
    case UInt8(ascii: "'"): return "a single quote"
    case UInt8(ascii: "/") where offset + 1 < bytes.count:
      let next = bytes[offset + 1]
      return next == byte || next == UInt8(ascii: "*") ? "a comment" : "'/'"
    case UInt8(ascii: "\\")
    where offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "u"):
      let escape = bytes[(offset + 2)...].prefix(4).prefix { $0.isWordPart }
      return "'\\u" + String(decoding: escape, as: UTF8.self) + "'"
    case _ where byte.isWordPart:
      let word = bytes[offset...].prefix(longestWord + 1).prefix { $0.isWordPart }
      let shown = String(decoding: word.prefix(longestWord), as: UTF8.self)
      return word.count > longestWord ? "'\(shown)...'" : "'\(shown)'"
    case 0x21...0x7E: return "'\(Character(Unicode.Scalar(byte)))'"
    default: break
    }
    guard let length = bytes.sequenceLength(at: offset),
      let scalar = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
        .unicodeScalars.first
    else { return "the byte 0x" + String(byte, radix: 16, uppercase: true) }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return switch scalar.value {
    case 0xA0: "a no-break space (\(code))"
    case 0x2018...0x201F: "a typographic quote (\(code))"
    case 0xFEFF: "a byte-order mark (\(code))"
    default: code
    }
  }
}

extension UInt8 {
  /// Whether this is white space to RFC 8259.
  var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

  var isDigit: Bool { (0x30...0x39).contains(self) }

  /// Whether this is an ASCII letter or digit, or `_`.
  var isWordPart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The length of the well-formed UTF-8 sequence at an offset, or nil (Unicode, table 3-7).
  func sequenceLength(at offset: Int) -> Int? {
    func continues(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index < count && range.contains(self[index])
    }
    let second: ClosedRange<UInt8>
    let length: Int
    switch self[offset] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard continues(offset + 1, second) else { return nil }
    for index in 2..<Swift.max(length, 2) where !continues(offset + index) { return nil }
    return length
  }
}
