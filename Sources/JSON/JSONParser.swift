/// Reads RFC 8259 strictly: UTF-8 checked, depth bounded, in linear time and without recursion.
package struct JSONParser {
  /// Containers inside one another that a text may have.
  package static let defaultMaximumDepth = 512

  private let bytes: UnsafeBufferPointer<UInt8>
  private let maximumDepth: Int
  private var position = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  /// Reads one whole text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 without a byte-order mark.
  ///   - maximumDepth: containers inside one another that are allowed, 1 or more.
  /// - Returns: the value, with its members in order and its number lexemes as written.
  /// - Throws: `JSONSyntaxError` with the place of the first fault.
  package static func parse(
    _ bytes: some Sequence<UInt8>, maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONSyntaxError) -> JSONValue {
    let result: Result<JSONValue, JSONSyntaxError>
    if let done = bytes.withContiguousStorageIfAvailable({ parse($0, maximumDepth: maximumDepth) })
    {
      result = done
    } else {
      result = Array(bytes).withUnsafeBufferPointer { parse($0, maximumDepth: maximumDepth) }
    }
    return try result.get()
  }

  /// Reads one whole text; see `parse(_:maximumDepth:)` for bytes.
  package static func parse(
    _ text: String, maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONSyntaxError) -> JSONValue {
    try parse(text.utf8, maximumDepth: maximumDepth)
  }

  private static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int
  ) -> Result<JSONValue, JSONSyntaxError> {
    var parser = JSONParser(bytes, maximumDepth: maximumDepth)
    return Result { () throws(JSONSyntaxError) in try parser.document() }
  }

  // MARK: Structure

  /// A container that is still open: its items lie on the stacks from `start` on.
  private enum Open {
    case array(start: Int)
    case object(start: Int, key: String)
  }

  // Items of all open containers, so that each is moved once into a container of its final size.
  private var elements: [JSONValue] = []
  private var members: [JSONMember] = []
  private var open: [Open] = []

  private mutating func document() throws(JSONSyntaxError) -> JSONValue {
    while true {
      var value = try nextValue()
      // A finished value goes into its container, which may be finished by it in turn.
      while let finished = value {
        guard let container = open.popLast() else {
          skipSpace()
          guard position == bytes.count else { throw fault("the end of the text") }
          return finished
        }
        value = try close(container, with: finished)
      }
    }
  }

  /// Puts a value into its container; answers the container if that closes it.
  private mutating func close(
    _ container: Open, with value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue? {
    skipSpace()
    switch container {
    case .array(let start):
      elements.append(value)
      if take(UInt8(ascii: "]")) {
        defer { elements.removeSubrange(start...) }
        return .array(Array(elements[start...]))
      }
      guard take(UInt8(ascii: ",")) else { throw fault("',' or ']'") }
      open.append(container)
    case .object(let start, let key):
      members.append(JSONMember(key: key, value: value))
      if take(UInt8(ascii: "}")) {
        defer { members.removeSubrange(start...) }
        return .object(JSONObject(members: Array(members[start...])))
      }
      guard take(UInt8(ascii: ",")) else { throw fault("',' or '}'") }
      skipSpace()
      let next = try self.key(expected: "a key in quotes")
      open.append(.object(start: start, key: next))
    }
    return nil
  }

  /// Reads a scalar or an empty container; opens any other container and answers nil.
  private mutating func nextValue() throws(JSONSyntaxError) -> JSONValue? {
    skipSpace()
    guard let byte = peek else { throw fault("a value") }
    switch byte {
    case UInt8(ascii: "{"):
      try deepen()
      position += 1
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
      let key = try key(expected: "a key in quotes or '}'")
      open.append(.object(start: members.count, key: key))
      return nil
    case UInt8(ascii: "["):
      try deepen()
      position += 1
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array([]) }
      open.append(.array(start: elements.count))
      return nil
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
    default: throw fault("a value")
    }
  }

  private func deepen() throws(JSONSyntaxError) {
    guard open.count < maximumDepth else {
      throw fault("at most \(maximumDepth) levels of nesting")
    }
  }

  private mutating func key(expected: String) throws(JSONSyntaxError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw fault(expected) }
    let key = try string()
    skipSpace()
    guard take(UInt8(ascii: ":")) else { throw fault("':'") }
    return key
  }

  // MARK: Scalars

  private mutating func literal(
    _ text: StaticString, _ value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    for index in 0..<text.utf8CodeUnitCount {
      guard peek == text.utf8Start[index] else { throw fault("'\(text)'") }
      position += 1
    }
    return value
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw fault("a digit") }
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    position += 1
    let start = position
    // Most texts hold no escape: they are taken in one piece.
    while let byte = peek, byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C { position += 1 }
    if peek == UInt8(ascii: "\"") {
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var text = Array(bytes[start..<position])
    while true {
      switch peek {
      case nil: throw fault("'\"' at the end of the text in quotes")
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case .some(let byte) where byte < 0x20:
        throw fault("a control character only as an escape")
      case .some(let byte) where byte < 0x80:
        text.append(byte)
        position += 1
      default:
        guard let length = sequenceLength(at: position) else { throw fault("valid UTF-8") }
        text.append(contentsOf: bytes[position..<position + length])
        position += length
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
    position += 1
    let byte: UInt8
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = bytes[position]
    case UInt8(ascii: "b"): byte = 0x08
    case UInt8(ascii: "f"): byte = 0x0C
    case UInt8(ascii: "n"): byte = 0x0A
    case UInt8(ascii: "r"): byte = 0x0D
    case UInt8(ascii: "t"): byte = 0x09
    case UInt8(ascii: "u"):
      position += 1
      return try unicodeEscape(into: &text)
    default: throw fault("one of \" \\ / b f n r t u after '\\'")
    }
    text.append(byte)
    position += 1
  }

  private mutating func unicodeEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
    let start = position - 2
    var scalar = try fourDigits()
    if (0xD800...0xDBFF).contains(scalar), take(UInt8(ascii: "\\")) {
      guard take(UInt8(ascii: "u")) else { throw fault("a low surrogate", at: start) }
      let low = try fourDigits()
      guard (0xDC00...0xDFFF).contains(low) else { throw fault("a low surrogate", at: start) }
      scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(scalar) else {
      throw fault("both halves of a surrogate pair", at: start)
    }
    text.append(contentsOf: String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(JSONSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("four hexadecimal digits after '\\u'")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// The length of the well-formed UTF-8 sequence at an offset, or nil (Unicode, table 3-7).
  private func sequenceLength(at offset: Int) -> Int? {
    func continues(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index < bytes.count && range.contains(bytes[index])
    }
    let second: ClosedRange<UInt8>
    let length: Int
    switch bytes[offset] {
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
    for index in 2..<max(length, 2) where !continues(offset + index) { return nil }
    return length
  }

  // MARK: Faults

  private func fault(_ expected: String, at offset: Int? = nil) -> JSONSyntaxError {
    let offset = offset ?? position
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
    return JSONSyntaxError(
      line: line, column: column, offset: offset, expected: expected, found: found(at: offset))
  }

  private func found(at offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let byte = bytes[offset]
    if (0x21...0x7E).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
    if let length = sequenceLength(at: offset) {
      let text = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
      let code =
        text.unicodeScalars.first.map { String($0.value, radix: 16, uppercase: true) } ?? ""
      return "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
    }
    return "byte 0x" + String(byte, radix: 16, uppercase: true)
  }
}
