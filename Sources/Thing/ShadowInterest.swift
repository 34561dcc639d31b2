package import Shadow

/// What a session asks for of each shadow that it has open: the fewer filters, the sooner it is
/// there.
package struct ShadowInterest: Hashable, Sendable {
  /// Subscribed first.
  package let topics: [ShadowTopic]
  /// Subscribed apart, so that a policy that forbids these does not take the others along.
  package let extras: [ShadowTopic]
  /// Whether each shadow is got once it is subscribed, after each connection.
  package let gets: Bool

  /// Every message of the shadow: the eight answers, the requests of others, and the document.
  package static let everything = ShadowInterest(
    topics: ShadowTopic.allCases.filter { !$0.isRequest }, extras: [.request(.update)], gets: true)

  /// The document as it is now.
  package static let document = ShadowInterest(
    topics: [.accepted(.get), .rejected(.get)], extras: [], gets: true)

  /// The document as it is now and as it becomes, with the answers to updates.
  package static let documents = ShadowInterest(
    topics: [
      .accepted(.get), .rejected(.get), .accepted(.update), .rejected(.update), .documents,
      .accepted(.delete),
    ], extras: [], gets: true)

  /// The answers to requests of one kind; nothing is asked for by itself.
  package static func answers(to operation: ShadowOperation) -> ShadowInterest {
    ShadowInterest(
      topics: [.accepted(operation), .rejected(operation)], extras: [], gets: false)
  }

  /// Topic filters that a shadow takes.
  var filterCount: Int { topics.count + extras.count }
}
