/// What a written text shows as `\u` escapes beyond what RFC 8259 demands.
package enum JSONEscaping: Sendable {
  /// Quotes, backslashes and U+0000 to U+001F only: the shortest text, for the wire.
  case required
  /// Also everything that is invisible or steers a terminal: DEL, C1 controls, format and bidi
  /// characters, line separators, private and unassigned code points. For output that a terminal
  /// may show; the value it reads back as is the same.
  case invisible
}

extension JSONValue {
  /// The shortest text: no space, members in their order, number lexemes as they were written.
  package var compact: String { compact(escaping: .required) }

  /// The shortest text as UTF-8.
  package var compactBytes: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.output.bytes
  }

  /// The text on one line without space, with the escapes that are asked for.
  package func compact(escaping: JSONEscaping) -> String {
    var writer = JSONWriter(indent: nil, escaping: escaping)
    writer.write(self)
    return writer.output.text
  }

  /// The text with a member or element a line, `indent` spaces a level, no newline at the end.
  package func pretty(indent: Int = 2, escaping: JSONEscaping = .required) -> String {
    var writer = JSONWriter(indent: max(indent, 0), escaping: escaping)
    writer.write(self)
    return writer.output.text
  }
}

/// Writes values, with a stack of its own since they may be deep.
struct JSONWriter: ~Copyable {
  /// A container of which some items are still to write.
  private enum Open {
    case array([JSONValue], next: Int)
    case object([JSONMember], next: Int)
  }

  private let indent: Int?
  private let escaping: JSONEscaping
  /// What is written instead of each scalar, if anything is.
  private var leaf: [UInt8]?
  private(set) var output = ByteBuffer()
  private var open: [Open] = []

  init(indent: Int? = nil, escaping: JSONEscaping = .required) {
    self.indent = indent
    self.escaping = escaping
  }

  /// Writes a value, or only its shape: with `leaf` in the place of each scalar.
  mutating func write(_ value: JSONValue, leaf: [UInt8]? = nil) {
    self.leaf = leaf
    if let container = begin(value) { open.append(container) }
    while let container = open.popLast() {
      switch consume container {
      case .array(let elements, let next): write(elements, from: next)
      case .object(let members, let next): write(members, from: next)
      }
    }
  }

  /// Writes a scalar or an empty container whole, of another container the opening bracket.
  ///
  /// - Returns: the container of which all is still to write, nil if nothing is.
  private mutating func begin(_ value: JSONValue) -> Open? {
    switch value {
    case .array(let elements):
      put(elements.isEmpty ? "[]" : "[")
      return elements.isEmpty ? nil : .array(elements, next: 0)
    case .object(let object):
      put(object.isEmpty ? "{}" : "{")
      return object.isEmpty ? nil : .object(object.members, next: 0)
    case .null, .bool, .number, .string:
      if let leaf { output.append(leaf) } else { put(scalar: value) }
      return nil
    }
  }

  /// Writes elements until one is a container, which comes first, or the array is closed.
  private mutating func write(_ elements: [JSONValue], from first: Int) {
    let level = open.count
    for next in first..<elements.count {
      separate(next, level: level)
      if let container = begin(elements[next]) {
        open.append(.array(elements, next: next + 1))
        return open.append(container)
      }
    }
    newLine(level)
    put("]")
  }

  /// Writes members until the value of one is a container, or the object is closed.
  private mutating func write(_ members: [JSONMember], from first: Int) {
    let level = open.count
    for next in first..<members.count {
      separate(next, level: level)
      put(key: members[next].key)
      if let container = begin(members[next].value) {
        open.append(.object(members, next: next + 1))
        return open.append(container)
      }
    }
    newLine(level)
    put("}")
  }

  private mutating func separate(_ index: Int, level: Int) {
    if index > 0 { output.append(UInt8(ascii: ",")) }
    newLine(level + 1)
  }

  private mutating func newLine(_ level: Int) {
    guard let indent else { return }
    output.append(0x0A)
    for _ in 0..<indent * level { output.append(0x20) }
  }

  // MARK: Text

  mutating func put(_ text: StaticString) {
    output.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func put(_ text: String) {
    text.withUTF8Bytes { output.append($0) }
  }

  /// Puts what is JSON already.
  mutating func put(written bytes: [UInt8]) { output.append(bytes) }

  mutating func put(key: String) {
    quote(key)
    output.append(UInt8(ascii: ":"))
    if indent != nil { output.append(0x20) }
  }

  private mutating func put(scalar: JSONValue) {
    switch scalar {
    case .null: put("null")
    case .bool(let value): put(value ? "true" : "false")
    case .number(let number): put(number.lexeme)
    case .string(let text): quote(text)
    case .array, .object: return
    }
  }

  private mutating func quote(_ text: String) {
    output.append(UInt8(ascii: "\""))
    if escaping == .invisible, text.utf8.contains(where: { $0 >= 0x7F }) {
      for scalar in text.unicodeScalars { put(visibly: scalar) }
    } else {
      text.withUTF8Bytes { put(inQuotes: $0) }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Writes UTF-8 with the escapes that RFC 8259 section 7 demands.
  private mutating func put(inQuotes bytes: UnsafeRawBufferPointer) {
    var start = 0
    while true {
      let end = bytes.endOfPlainRun(from: start, asciiOnly: false)
      output.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      guard end < bytes.count else { return }
      switch bytes[end] {
      case UInt8(ascii: "\""): put("\\\"")
      case UInt8(ascii: "\\"): put("\\\\")
      case 0x08: put("\\b")
      case 0x09: put("\\t")
      case 0x0A: put("\\n")
      case 0x0C: put("\\f")
      case 0x0D: put("\\r")
      case let control: put(escaped: UInt16(control))
      }
      start = end + 1
    }
  }

  private mutating func put(visibly scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .control where scalar.value >= 0x7F, .format, .lineSeparator, .paragraphSeparator,
      .privateUse, .surrogate, .unassigned:
      for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { put(escaped: unit) }
    default:
      let encoded = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      encoded.withUnsafeBytes { put(inQuotes: $0) }
    }
  }

  private mutating func put(escaped unit: UInt16) {
    let digits = String(unit, radix: 16)
    put("\\u")
    put(String(repeating: "0", count: 4 - digits.count) + digits)
  }
}
