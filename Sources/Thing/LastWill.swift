package import Shadow

/// A publication that the broker makes in our place when a connection ends without a good-bye; QoS 1,
/// not retained.
package struct LastWill: Hashable, Sendable {
  package let publication: Publication

  /// Checks that brokers take it.
  ///
  /// - Throws: `LastWillError`.
  package init(_ publication: Publication) throws(LastWillError) {
    let topic = publication.topic
    if topic.hasPrefix("$") { throw .reservedTopic(topic) }
    if topic.isEmpty || topic.utf8.count > 256 { throw .noTopic(topic) }
    if topic.unicodeScalars.contains(where: { $0 == "#" || $0 == "+" || $0.value < 0x20 }) {
      throw .noTopic(topic)
    }
    self.publication = publication
  }
}

/// Why a publication cannot be a last will.
package enum LastWillError: ExplainedError, Hashable {
  /// The topic starts with `$`.
  case reservedTopic(String)
  /// Nobody can publish on such a topic.
  case noTopic(String)

  package var what: String {
    switch self {
    case .reservedTopic(let topic), .noTopic(let topic):
      "A last will cannot be set on “\(topic)”."
    }
  }

  package var cause: String {
    switch self {
    case .reservedTopic:
      "AWS IoT ignores last wills on topics that start with $, so that nobody would ever hear it."
    case .noTopic:
      "A topic has 1 to 256 bytes and holds no +, no # and no control characters."
    }
  }

  package var remedy: String {
    switch self {
    case .reservedTopic:
      "MIC takes it on tcxn/things/THING/shadow/update and hands it on to the shadow."
    case .noTopic: "Correct the topic."
    }
  }
}
