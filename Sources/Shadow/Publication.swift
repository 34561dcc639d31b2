/// The exact bytes for the exact topic: what a preview shows is this value, and this is sent.
package struct Publication: Hashable, Sendable {
  /// The full topic, for instance `$aws/things/lamp1/shadow/update`.
  package var topic: String
  /// The message body; may be empty, as a `get` is (spec 3.2).
  package var payload: [UInt8]

  package init(topic: String, payload: [UInt8]) {
    self.topic = topic
    self.payload = payload
  }
}
