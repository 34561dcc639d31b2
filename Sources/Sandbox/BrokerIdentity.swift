/// The two users of the broker that are no things.
///
/// The dot is what no thing's name can hold (device-shadow spec 2.3), so no thing can be either.
enum BrokerIdentity {
  /// The shadow service: it alone publishes answers.
  static let service = "sandbox.service"
  /// The cloud side: it asks for every thing and reads everything.
  static let owner = "sandbox.owner"
}
