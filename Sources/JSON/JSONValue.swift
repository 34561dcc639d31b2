/// One JSON value that loses nothing of what was on the wire but the spelling of its strings.
///
/// Numbers keep their lexeme, members their order, duplicate keys stay. `==` compares by value as
/// the shadow service does (device-shadow spec 8.1): `1` equals `1.0`, `1` differs from `"1"` and
/// from `true`, arrays compare in order, objects without regard to it. Texts compare by their
/// code points, never by canonical equivalence: two spellings of `é` are two keys.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  /// The members, if this is an object.
  package var object: JSONObject? {
    guard case .object(let object) = self else { return nil }
    return object
  }

  /// The elements, if this is an array.
  package var array: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The text, if this is a string.
  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The number, if this is one.
  package var number: JSONNumber? {
    guard case .number(let number) = self else { return nil }
    return number
  }

  /// The truth value, if this is one.
  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The number as a 64-bit integer, if this is a number whose value is one (`7`, `7.0`, `7e0`).
  package var integer: Int64? { number?.integer }

  /// Whether this is the literal `null`.
  package var isNull: Bool {
    guard case .null = self else { return false }
    return true
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(nilLiteral: ()) { self = .null }
  package init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(JSONObject(members: members.map { JSONMember(key: $0.0, value: $0.1) }))
  }
}

extension String {
  /// Whether both texts have the same code points; `==` would take canonically equivalent ones.
  package func hasSameScalars(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    return withUTF8Bytes { left in other.withUTF8Bytes { left.hasSameBytes(as: $0) } }
  }

  /// Lends the UTF-8 of this text, which native texts hold in one piece.
  @inline(__always)
  func withUTF8Bytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
      ?? Array(utf8).withUnsafeBytes { body($0) }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether two buffers of one length hold the same.
  fileprivate func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset &+ 8 <= count {
      guard
        loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          == other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      else { return false }
      offset &+= 8
    }
    while offset < count {
      guard self[offset] == other[offset] else { return false }
      offset &+= 1
    }
    return true
  }
}
