package import JSON

/// JSON that is valid but not what a topic's payload looks like.
package struct UnexpectedShape: Error, Hashable, Sendable {
  /// What is missing or of the wrong type, for people: `'version' is missing or not an integer`.
  package let reason: String
}

extension ShadowDocument {
  /// Reads `{state, metadata, version}` as `get/accepted` and `update/documents` have it.
  ///
  /// Other members are ignored, `state.delta` and `metadata.delta` among them; metadata may be
  /// missing in part or as a whole (spec 4.1, 4.5, 14.9).
  ///
  /// - Throws: `UnexpectedShape` without an integer `version` or a `state` of objects and nulls.
  package init(json: JSONValue) throws(UnexpectedShape) {
    let body = try json.members("the message")
    version = try body.integer("version")
    guard let state = body["state"] else { throw UnexpectedShape(reason: "'state' is missing") }
    let sections = state.isNull ? JSONObject() : try state.members("'state'")
    desired = try sections.section(.desired)
    reported = try sections.section(.reported)
    let metadata = body["metadata"]?.object
    desiredMetadata = metadata?[Section.desired.rawValue]?.object
    reportedMetadata = metadata?[Section.reported.rawValue]?.object
    timestamp = body["timestamp"]?.integer
  }

  /// `{state, metadata, version}` and `timestamp` if it is known; never a `delta` (spec 4.4).
  package var json: JSONValue {
    var body: JSONObject = [
      "state": .object(stateJSON), "metadata": .object(metadataJSON),
      "version": .number(JSONNumber(version)),
    ]
    if let timestamp { body.append(key: "timestamp", value: .number(JSONNumber(timestamp))) }
    return .object(body)
  }

  /// `desired` and `reported` where they exist.
  package var stateJSON: JSONObject { Self.object(desired: desired, reported: reported) }

  /// The metadata of `desired` and `reported` where they exist.
  package var metadataJSON: JSONObject {
    Self.object(desired: desiredMetadata, reported: reportedMetadata)
  }

  private static func object(desired: JSONObject?, reported: JSONObject?) -> JSONObject {
    var object = JSONObject()
    if let desired { object.append(key: Section.desired.rawValue, value: .object(desired)) }
    if let reported { object.append(key: Section.reported.rawValue, value: .object(reported)) }
    return object
  }
}

extension JSONValue {
  /// The members of what must be an object; `name` is how people know it.
  func members(_ name: String) throws(UnexpectedShape) -> JSONObject {
    guard let object else { throw UnexpectedShape(reason: "\(name) is not an object") }
    return object
  }
}

extension JSONObject {
  /// The value of a member that must be a 64-bit integer.
  func integer(_ key: String) throws(UnexpectedShape) -> Int64 {
    guard let integer = self[key]?.integer else {
      throw UnexpectedShape(reason: "'\(key)' is missing or not an integer")
    }
    return integer
  }

  fileprivate func section(_ section: Section) throws(UnexpectedShape) -> JSONObject? {
    guard let value = self[section.rawValue], !value.isNull else { return nil }
    return try value.members("'state.\(section.rawValue)'")
  }
}
