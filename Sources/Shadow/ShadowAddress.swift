import JSON

/// Which shadow of which thing (device-shadow spec 2.1).
package struct ShadowAddress: Hashable, Sendable {
  /// The thing's name; a networked thing's is `PARENT__NAME` (mic-thing-api 1.9).
  package let thing: String
  /// The shadow's name, or nil for the classic shadow.
  package let shadow: String?

  package init(thing: String, shadow: String? = nil) {
    self.thing = thing
    self.shadow = shadow
  }

  /// By code points, as topics are compared: names may come from a topic that breaks the rules.
  package static func == (left: ShadowAddress, right: ShadowAddress) -> Bool {
    left.thing.hasSameScalars(as: right.thing)
      && left.shadow.map(ScalarKey.init) == right.shadow.map(ScalarKey.init)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ScalarKey(thing))
    hasher.combine(shadow.map(ScalarKey.init))
  }

  /// The topic prefix, without a slash at the end.
  package var prefix: String {
    "$aws/things/\(thing)/shadow" + (shadow.map { "/name/\($0)" } ?? "")
  }

  /// The full topic of a suffix below this shadow.
  package func topic(_ topic: ShadowTopic) -> String { "\(prefix)/\(topic.suffix)" }

  /// The eight response topics in one SUBSCRIBE's worth of filters (spec 10.4, 14.2).
  package var responseTopics: [String] {
    ShadowTopic.allCases.filter { !$0.isRequest }.map(topic)
  }
}

/// What can be asked of a shadow.
package enum ShadowOperation: String, CaseIterable, Hashable, Sendable {
  case get, update, delete
}

/// The eleven topics below a shadow's prefix (spec 2.2).
package enum ShadowTopic: Hashable, Sendable, CaseIterable {
  case request(ShadowOperation)
  case accepted(ShadowOperation)
  case rejected(ShadowOperation)
  case delta
  case documents

  package static var allCases: [ShadowTopic] {
    ShadowOperation.allCases.flatMap { [.request($0), .accepted($0), .rejected($0)] }
      + [.delta, .documents]
  }

  /// What stands behind the prefix, for instance `update/accepted`.
  package var suffix: String {
    switch self {
    case .request(let operation): operation.rawValue
    case .accepted(let operation): operation.rawValue + "/accepted"
    case .rejected(let operation): operation.rawValue + "/rejected"
    case .delta: "update/delta"
    case .documents: "update/documents"
    }
  }

  /// Whether a client publishes here; on all others only the service does (spec 2.5).
  package var isRequest: Bool {
    guard case .request = self else { return false }
    return true
  }
}
