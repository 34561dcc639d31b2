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
  package var compact: String { String(decoding: compactBytes, as: UTF8.self) }

  /// The shortest text as UTF-8.
  package var compactBytes: [UInt8] {
    var writer = JSONWriter(indent: nil, escaping: .required)
    writer.write(self)
    return writer.bytes
  }

  /// The text on one line without space, with the escapes that are asked for.
  package func compact(escaping: JSONEscaping) -> String {
    var writer = JSONWriter(indent: nil, escaping: escaping)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The text with a member or element a line, `indent` spaces a level, no newline at the end.
  package func pretty(indent: Int = 2, escaping: JSONEscaping = .required) -> String {
    var writer = JSONWriter(indent: max(indent, 0), escaping: escaping)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// Writes values, with a stack of its own since they may be deep.
private struct JSONWriter {
  /// A container of which some items are still to write.
  private enum Open {
    case array([JSONValue], next: Int)
    case object([JSONMember], next: Int)
  }

  private let indent: Int?
  private let escaping: JSONEscaping
  private(set) var bytes: [UInt8] = []
  private var open: [Open] = []

  init(indent: Int?, escaping: JSONEscaping) {
    self.indent = indent
    self.escaping = escaping
  }

  mutating func write(_ value: JSONValue) {
    begin(value)
    while let container = open.popLast() {
      switch container {
      case .array(let elements, let next): write(elements, from: next)
      case .object(let members, let next): write(members, from: next)
      }
    }
  }

  /// Writes a scalar or an empty container whole, of another container the opening bracket.
  private mutating func begin(_ value: JSONValue) {
    switch value {
    case .null: put("null")
    case .bool(let value): put(value ? "true" : "false")
    case .number(let number): put(number.lexeme)
    case .string(let text): quote(text)
    case .array(let elements):
      put(elements.isEmpty ? "[]" : "[")
      if !elements.isEmpty { open.append(.array(elements, next: 0)) }
    case .object(let object):
      put(object.isEmpty ? "{}" : "{")
      if !object.isEmpty { open.append(.object(object.members, next: 0)) }
    }
  }

  /// Writes elements until one is a container, which comes first, or the array is closed.
  private mutating func write(_ elements: [JSONValue], from first: Int) {
    let level = open.count
    for next in first..<elements.count {
      separate(next, level: level)
      if elements[next].isFilled {
        open.append(.array(elements, next: next + 1))
        return begin(elements[next])
      }
      begin(elements[next])
    }
    newLine(level)
    put("]")
  }

  /// Writes members until the value of one is a container, or the object is closed.
  private mutating func write(_ members: [JSONMember], from first: Int) {
    let level = open.count
    for next in first..<members.count {
      separate(next, level: level)
      quote(members[next].key)
      put(indent == nil ? ":" : ": ")
      if members[next].value.isFilled {
        open.append(.object(members, next: next + 1))
        return begin(members[next].value)
      }
      begin(members[next].value)
    }
    newLine(level)
    put("}")
  }

  private mutating func separate(_ index: Int, level: Int) {
    if index > 0 { put(",") }
    newLine(level + 1)
  }

  private mutating func newLine(_ level: Int) {
    guard let indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: indent * level))
  }

  // MARK: Text

  private mutating func put(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func quote(_ text: String) {
    put("\"")
    if escaping == .invisible, text.utf8.contains(where: { $0 >= 0x7F }) {
      for scalar in text.unicodeScalars { put(visibly: scalar) }
    } else {
      for byte in text.utf8 { put(inQuotes: byte) }
    }
    put("\"")
  }

  private mutating func put(inQuotes byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): put("\\\"")
    case UInt8(ascii: "\\"): put("\\\\")
    case 0x08: put("\\b")
    case 0x09: put("\\t")
    case 0x0A: put("\\n")
    case 0x0C: put("\\f")
    case 0x0D: put("\\r")
    case 0x00...0x1F: put(escaped: UInt16(byte))
    default: bytes.append(byte)
    }
  }

  private mutating func put(visibly scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .control where scalar.value >= 0x7F, .format, .lineSeparator, .paragraphSeparator,
      .privateUse, .surrogate, .unassigned:
      for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { put(escaped: unit) }
    default:
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { put(inQuotes: byte) }
    }
  }

  private mutating func put(escaped unit: UInt16) {
    let digits = String(unit, radix: 16)
    put("\\u")
    put(String(repeating: "0", count: 4 - digits.count) + digits)
  }
}

extension JSONValue {
  /// Whether this is a container that holds something.
  fileprivate var isFilled: Bool {
    switch self {
    case .array(let elements): !elements.isEmpty
    case .object(let object): !object.isEmpty
    case .null, .bool, .number, .string: false
    }
  }
}
