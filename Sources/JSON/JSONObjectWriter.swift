/// Writes one object in its shortest form, member by member, without making it a value first.
///
/// For messages that are put together from values and from what was written before.
package struct JSONObjectWriter: ~Copyable {
  private var writer = JSONWriter()
  private var isEmpty = true

  package init() { writer.put("{") }

  package mutating func append(key: String, value: JSONValue) {
    begin(key)
    writer.write(value)
  }

  /// Adds a member whose value is compact JSON already; it is taken as it is.
  package mutating func append(key: String, written: [UInt8]) {
    begin(key)
    writer.put(written: written)
  }

  /// Adds a member that has the shape of a value, with `leaf` in the place of each scalar.
  ///
  /// - Parameters:
  ///   - key: the member's key.
  ///   - value: containers in it are kept, empty ones too, duplicate keys as well.
  ///   - leaf: compact JSON; it is taken as it is.
  package mutating func append(key: String, shapeOf value: JSONValue, leaf: [UInt8]) {
    begin(key)
    writer.write(value, leaf: leaf)
  }

  /// Closes the object.
  ///
  /// - Returns: its compact UTF-8.
  package consuming func finish() -> [UInt8] {
    writer.put("}")
    return writer.output.bytes
  }

  private mutating func begin(_ key: String) {
    if !isEmpty { writer.put(",") }
    isEmpty = false
    writer.put(key: key)
  }
}
