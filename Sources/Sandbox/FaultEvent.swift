/// A fault on demand that happened.
package struct FaultEvent: Sendable {
  /// Milliseconds since 1970.
  package let time: Int64
  /// The number of the rule that acted.
  package let id: Int
  /// That rule in its language; its texts are outside text.
  package let rule: String
  /// The topic of the message or request that it acted on: outside text.
  package let topic: String
}

/// What became of the wish to cut a thing's connections.
package struct ConnectionCut: Hashable, Sendable {
  /// Its name as the topic had it: outside text.
  package let thing: String
  /// Connections that were cut.
  package var count = 0
  /// Why one was not, for people.
  package var failure: String?
}
