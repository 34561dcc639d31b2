package import JSON

/// The times at which leaves were written (spec 7).
package enum ShadowMetadata {
  /// Mirrors a value: `{"timestamp": T}` at every leaf, objects as objects, arrays as arrays.
  ///
  /// An empty object or array has itself as metadata, and null is a leaf (spec 7.2, 7.5, 7.6).
  ///
  /// - Parameters:
  ///   - value: what was written.
  ///   - timestamp: seconds since 1970.
  /// - Returns: metadata of the value's shape.
  package static func mirroring(_ value: JSONValue, at timestamp: Int64) -> JSONValue {
    mirroring(value, leaf: leaf(at: timestamp))
  }

  /// `{"timestamp": T}`.
  package static func leaf(at timestamp: Int64) -> JSONValue {
    .object(["timestamp": .number(JSONNumber(timestamp))])
  }

  /// Mirrors a value with one leaf for all, so that it is made once.
  static func mirroring(_ value: JSONValue, leaf: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .number, .string: leaf
    case .array(let elements): .array(elements.map { mirroring($0, leaf: leaf) })
    case .object(let object):
      .object(
        JSONObject(
          members: object.effectiveMembers.map {
            JSONMember(key: $0.key, value: mirroring($0.value, leaf: leaf))
          }))
    }
  }
}
