import JSON
package import Shadow

/// Tells in a thing's shadow whether it is on line, in MIC's form (mic-thing-api 1.5, 1.6): 2 with
/// each connection, 0 before its good-bye, and 0 by last will where there is none.
package struct Presence: Hashable, Sendable {
  /// MIC's `connection_status`.
  package enum Status: Int, Hashable, Sendable {
    case offline = 0
    /// Fully connected: the usual one.
    case online = 2
  }

  /// Whose classic shadow tells it.
  package let thing: String
  /// To be set before each connection.
  package let will: LastWill

  /// - Parameter thing: a valid name.
  /// - Throws: `LastWillError` for a name that makes no topic.
  package init(of thing: String) throws(LastWillError) {
    self.thing = thing
    // Not on the shadow's own topic, which starts with $: MIC hands it on (mic-thing-api 33).
    will = try LastWill(
      Publication(
        topic: MICTopic.update.topic(of: thing),
        payload: Self.document(.offline, token: nil).json.compactBytes))
  }

  /// The report of a status, as an update that the service answers.
  package func report(_ status: Status, token: ClientToken) -> Publication {
    Self.document(status, token: token).publication(to: ShadowAddress(thing: thing))
  }

  private static func document(_ status: Status, token: ClientToken?) -> UpdateRequest {
    let number = JSONValue.number(JSONNumber(Int64(status.rawValue)))
    return UpdateRequest(
      reported: .merge(["tcxn": .object(["connection_status": number])]), clientToken: token)
  }
}
