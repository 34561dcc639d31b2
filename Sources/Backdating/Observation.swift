import JSON
import Shadow

/// What one line of a file says.
struct Observation {
  /// From 1.
  let line: Int
  /// Ms since 1970.
  let moment: Int64
  /// Whether that was local time.
  let isLocal: Bool
  var reported: JSONObject
  /// Its own, if the line has one.
  let clientToken: ClientToken?
}

extension JSONObject {
  /// Takes in what else was observed at the same moment.
  ///
  /// Recursion is bounded by the depth that the parser allows.
  ///
  /// - Returns: the first place that has two values; nil if both say the same where both say
  ///   something.
  mutating func join(_ other: JSONObject, at path: JSONPath = JSONPath()) -> JSONPath? {
    for member in other {
      let place = path.appending(key: member.key)
      switch (self[member.key], member.value) {
      case (nil, let value): append(key: member.key, value: value)
      case (.object(var mine), .object(let theirs)):
        if let clash = mine.join(theirs, at: place) { return clash }
        self[member.key] = .object(mine)
      case (let mine?, let value):
        guard mine == value else { return place }
      }
    }
    return nil
  }

  /// What is no object, and objects without members.
  ///
  /// Recursion is bounded by the depth that the parser allows.
  ///
  /// - Parameters:
  ///   - path: to the object itself.
  ///   - note: told the path to each, in their order.
  func visitLeaves(at path: JSONPath = JSONPath(), _ note: (JSONPath) -> Void) {
    for member in self {
      let place = path.appending(key: member.key)
      guard case .object(let inner) = member.value, !inner.isEmpty else {
        note(place)
        continue
      }
      inner.visitLeaves(at: place, note)
    }
  }
}
