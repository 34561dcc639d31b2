package import JSON

/// What the device did about a wish.
package enum Deed: Equatable, Sendable {
  /// It has, and reports, what stands for the wish: the very value, or the nearest that it takes.
  case obeyed(JSONPath, wanted: JSONValue, given: JSONValue)
  case refused(JSONPath, wanted: JSONValue, reason: String)
}

/// What the device does at one time.
package struct Step: Equatable, Sendable {
  /// To be reported, all in one update, empty for nothing; null takes a resource away.
  package var changes: JSONObject
  package var deeds: [Deed] = []

  package init(changes: JSONObject = JSONObject()) { self.changes = changes }

  /// Whether nothing happens.
  package var isEmpty: Bool { changes.isEmpty && deeds.isEmpty }
}
