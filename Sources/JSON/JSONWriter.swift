extension JSONValue {
  /// The shortest text: no space, members in their order, number lexemes as they were written.
  package var compact: String { String(decoding: compactBytes, as: UTF8.self) }

  /// The shortest text as UTF-8.
  package var compactBytes: [UInt8] {
    var writer = JSONWriter(indent: nil)
    writer.write(self, level: 0)
    return writer.bytes
  }

  /// The text with a member or element a line, `indent` spaces a level, no newline at the end.
  package func pretty(indent: Int = 2) -> String {
    var writer = JSONWriter(indent: indent)
    writer.write(self, level: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

private struct JSONWriter {
  let indent: Int?
  var bytes: [UInt8] = []

  // Recursion is bounded by the depth that the parser allowed.
  mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: put("null")
    case .bool(let value): put(value ? "true" : "false")
    case .number(let number): bytes.append(contentsOf: number.lexeme.utf8)
    case .string(let text): write(text)
    case .array(let elements):
      container("[", "]", count: elements.count, level: level) { writer, index in
        writer.write(elements[index], level: level + 1)
      }
    case .object(let object):
      container("{", "}", count: object.count, level: level) { writer, index in
        let member = object[index]
        writer.write(member.key)
        writer.put(writer.indent == nil ? ":" : ": ")
        writer.write(member.value, level: level + 1)
      }
    }
  }

  private mutating func container(
    _ opening: StaticString, _ closing: StaticString, count: Int, level: Int,
    _ item: (inout JSONWriter, Int) -> Void
  ) {
    put(opening)
    for index in 0..<count {
      if index > 0 { put(",") }
      newLine(level + 1)
      item(&self, index)
    }
    if count > 0 { newLine(level) }
    put(closing)
  }

  private mutating func newLine(_ level: Int) {
    guard let indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: indent * level))
  }

  private mutating func put(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): put("\\\"")
      case UInt8(ascii: "\\"): put("\\\\")
      case 0x08: put("\\b")
      case 0x09: put("\\t")
      case 0x0A: put("\\n")
      case 0x0C: put("\\f")
      case 0x0D: put("\\r")
      case 0x00...0x1F, 0x7F:
        put("\\u00")
        let digits = String(byte, radix: 16)
        bytes.append(contentsOf: ((digits.count < 2 ? "0" : "") + digits).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
