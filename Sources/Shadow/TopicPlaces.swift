import JSON

/// Which of a shadow's topics a topic is, remembered for those that come again and again.
package struct TopicPlaces: Sendable {
  private var known: [(topic: String, place: ShadowTopic?)] = []
  private static let most = 16

  package init() {}

  /// - Parameters:
  ///   - topic: any; always asked for the same shadow.
  ///   - address: the shadow.
  /// - Returns: which of the shadow's topics that is; nil for none.
  package mutating func place(of topic: String, below address: ShadowAddress) -> ShadowTopic? {
    if let found = known.last(where: { $0.topic.hasSameScalars(as: topic) }) { return found.place }
    let place = ShadowAddress.parse(topic: topic).flatMap { $0 == address ? $1 : nil }
    if known.count == Self.most { known.removeFirst() }
    known.append((topic, place))
    return place
  }
}
