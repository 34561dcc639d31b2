/// Reads RFC 8259 strictly: UTF-8 checked, depth bounded, in linear time and without recursion.
package struct JSONParser: ~Copyable {
  /// Containers inside one another that a text may have.
  package static let defaultMaximumDepth = 512

  /// The bound on every `maximumDepth`.
  ///
  /// Nothing here recurses but the release of a value, which the language does by itself. Values
  /// this deep are released within 256 KiB of stack, half of the least that threads usually have.
  package static let greatestMaximumDepth = 1024

  private let bytes: UnsafeBufferPointer<UInt8>
  private let maximumDepth: Int
  private var position = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = min(maximumDepth, Self.greatestMaximumDepth)
  }

  /// Reads one whole text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 without a byte-order mark.
  ///   - maximumDepth: containers inside one another that are allowed; 0 allows scalars only, more
  ///     than `greatestMaximumDepth` counts as that.
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

  /// A container that is still open: its items lie on their pile from `start` on.
  private struct Open {
    let isObject: Bool
    let start: Int
    /// The offset of its bracket.
    let opening: Int
  }

  // Items of all open containers, so that each is moved once into a container of its final size.
  private var elements = Pile<JSONValue>()
  /// Members; the last of each open object waits for its value.
  private var members = Pile<JSONMember>()
  private var open: [Open] = []

  private mutating func document() throws(JSONSyntaxError) -> JSONValue {
    while true {
      guard var value = try nextValue() else { continue }
      // A finished value goes into its container, which may be finished by it in turn.
      while true {
        guard let container = open.last else {
          skipSpace()
          guard position == bytes.count else { throw fault("the end of the text") }
          return value
        }
        guard let finished = try close(container, with: value) else { break }
        value = finished
        open.removeLast()
      }
    }
  }

  /// Puts a value into its container; answers the container if that closes it.
  private mutating func close(
    _ container: Open, with value: consuming JSONValue
  ) throws(JSONSyntaxError) -> JSONValue? {
    skipSpace()
    if container.isObject {
      members.complete(with: value)
      if take(UInt8(ascii: ",")) {
        skipSpace()
        try key(expected: "another key in double quotes")
        return nil
      }
      guard take(UInt8(ascii: "}")) else { throw fault("',' or '}'", leavingOpen: container) }
      return .object(JSONObject(members: members.take(from: container.start)))
    }
    elements.append(value)
    if take(UInt8(ascii: ",")) { return nil }
    guard take(UInt8(ascii: "]")) else { throw fault("',' or ']'", leavingOpen: container) }
    return .array(elements.take(from: container.start))
  }

  /// Reads a scalar or an empty container; opens any other container and answers nil.
  private mutating func nextValue() throws(JSONSyntaxError) -> JSONValue? {
    skipSpace()
    switch peek {
    case UInt8(ascii: "\""): return .string(try string())
    case .some(let byte) where byte.isDigit || byte == UInt8(ascii: "-"):
      return .number(try number())
    case UInt8(ascii: "{"):
      let opening = try enter()
      if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
      open.append(Open(isObject: true, start: members.count, opening: opening))
      try key(expected: "a key in double quotes or '}'")
      return nil
    case UInt8(ascii: "["):
      let opening = try enter()
      if take(UInt8(ascii: "]")) { return .array([]) }
      open.append(Open(isObject: false, start: elements.count, opening: opening))
      return nil
    default: return try literal()
    }
  }

  /// Steps over an opening bracket and what space follows; answers where it was.
  private mutating func enter() throws(JSONSyntaxError) -> Int {
    guard open.count < maximumDepth else {
      throw fault("at most \(maximumDepth) levels of nesting")
    }
    defer {
      position += 1
      skipSpace()
    }
    return position
  }

  private mutating func key(expected: String) throws(JSONSyntaxError) {
    guard peek == UInt8(ascii: "\"") else { throw fault(expected, leavingOpen: open.last) }
    let key = try string()
    skipSpace()
    guard take(UInt8(ascii: ":")) else { throw fault("':'") }
    members.append(JSONMember(key: key, value: .null))
  }

  // MARK: Scalars

  private mutating func literal() throws(JSONSyntaxError) -> JSONValue {
    let start = position
    while let byte = peek, byte.isWordPart { position += 1 }
    let length = position - start
    if length == 4, matches("true", at: start) { return .bool(true) }
    if length == 5, matches("false", at: start) { return .bool(false) }
    if length == 4, matches("null", at: start) { return .null }
    // `nul`, `True` and `none` are answered with the word that was meant.
    guard start < bytes.count else { throw fault(valueExpected(at: start), leavingOpen: open.last) }
    let word = String(decoding: bytes[start..<position].prefix(5), as: UTF8.self).lowercased()
    for meant in ["true", "false", "null"] {
      let known = word == meant || bytes[start] == meant.utf8.first
      if known { throw fault("'\(meant)'", at: start) }
    }
    throw fault(valueExpected(at: start), at: start)
  }

  /// Says what may stand where a value may, by what is before it.
  private func valueExpected(at offset: Int) -> String {
    switch bytes[..<offset].last(where: { !$0.isSpace }) {
    case UInt8(ascii: ","): "another value"
    case UInt8(ascii: "["): "a value or ']'"
    case UInt8(ascii: ":"): "a value after ':'"
    default: "a value"
    }
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
    let start = position
    let negative = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      if let byte = peek, byte.isDigit { throw fault("no digit after a leading 0") }
    } else {
      try digits(negative ? "a digit after '-'" : "a digit")
    }
    if take(UInt8(ascii: ".")) { try digits("a digit after '.'") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits("a digit in the exponent")
    }
    return JSONNumber(checked: text(from: start))
  }

  private mutating func digits(_ expected: StaticString) throws(JSONSyntaxError) {
    let start = position
    while let byte = peek, byte.isDigit { position += 1 }
    guard position > start else { throw fault("\(expected)") }
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    let opening = position
    position += 1
    try skipUnescaped(opening: opening)
    // Most texts hold no escape: they are taken in one piece.
    if take(UInt8(ascii: "\"")) { return text(from: opening + 1, to: position - 1) }
    var pieces = Array(bytes[opening + 1..<position])
    while take(UInt8(ascii: "\\")) {
      try escape(into: &pieces)
      let start = position
      try skipUnescaped(opening: opening)
      pieces.append(contentsOf: bytes[start..<position])
    }
    position += 1
    return String(decoding: pieces, as: UTF8.self)
  }

  /// Goes to the next `"` or `\` of a text in quotes, over valid UTF-8.
  private mutating func skipUnescaped(opening: Int) throws(JSONSyntaxError) {
    while true {
      position = UnsafeRawBufferPointer(bytes).endOfPlainRun(from: position, asciiOnly: true)
      guard let byte = peek else {
        throw JSONSyntaxError(
          expected: "a closing '\"'", at: position, in: bytes, opening: opening)
      }
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      if byte < 0x20 { throw fault(escapeExpected(for: byte)) }
      guard let length = bytes.sequenceLength(at: position) else { throw fault("valid UTF-8") }
      position += length
    }
  }

  private func escapeExpected(for control: UInt8) -> String {
    switch control {
    case 0x09: "the escape \\t"
    case 0x0A, 0x0D: "a closing '\"' or the escape \(control == 0x0A ? "\\n" : "\\r")"
    default: "the escape \\u00" + (control < 0x10 ? "0" : "") + String(control, radix: 16)
    }
  }

  /// Reads what follows a backslash.
  private mutating func escape(into pieces: inout [UInt8]) throws(JSONSyntaxError) {
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
      return try unicodeEscape(into: &pieces)
    default: throw fault("one of \" \\ / b f n r t u after '\\'")
    }
    pieces.append(byte)
    position += 1
  }

  private mutating func unicodeEscape(into pieces: inout [UInt8]) throws(JSONSyntaxError) {
    let start = position - 2
    var value = try fourDigits()
    if (0xD800...0xDBFF).contains(value), take(UInt8(ascii: "\\")) {
      guard take(UInt8(ascii: "u")) else {
        throw fault("both halves of a surrogate pair", at: start)
      }
      let low = try fourDigits()
      guard (0xDC00...0xDFFF).contains(low) else {
        throw fault("both halves of a surrogate pair", at: start)
      }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw fault("both halves of a surrogate pair", at: start)
    }
    pieces.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
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
    while let byte = peek, byte.isSpace { position += 1 }
  }

  private func matches(_ word: StaticString, at offset: Int) -> Bool {
    for index in 0..<word.utf8CodeUnitCount where bytes[offset + index] != word.utf8Start[index] {
      return false
    }
    return true
  }

  /// The text of bytes that have been checked.
  private func text(from start: Int, to end: Int? = nil) -> String {
    let checked = UnsafeBufferPointer(rebasing: bytes[start..<(end ?? position)])
    return unsafe String(copying: UTF8Span(unchecked: checked.span))
  }

  private func fault(
    _ expected: String, at offset: Int? = nil, leavingOpen container: Open? = nil
  ) -> JSONSyntaxError {
    let offset = offset ?? position
    // Only at the end of the text is the bracket that was left open the better hint.
    let opening = offset == bytes.count ? container?.opening : nil
    return JSONSyntaxError(expected: expected, at: offset, in: bytes, opening: opening)
  }
}
