import Dispatch
import JSON
import Shadow
import Synchronization

/// Reports the presence of a thing around everything that the client behind it does.
///
/// What it sends has tags of its own, which the client behind it does not know.
final class PresenceClient: LinkClient {
  /// The session's tags count up from 1.
  private static let reportTag = UInt64.max - 1
  private static let farewellTag = UInt64.max
  /// How long a good-bye may wait for the broker's acknowledgement, in milliseconds.
  private static let patience = 1000

  private let presence: Presence
  private let client: any LinkClient
  private let deliver: @Sendable (ThingEvent) -> Void
  /// The last report, to be told once it has left.
  private let report: Mutex<(publication: Publication, token: ClientToken)?>
  private let hasSaidGoodbye = Mutex(false)
  private let farewellEnded = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - presence: of whom, and how.
  ///   - client: told everything that is not about our own reports.
  ///   - deliver: told our reports as they leave, as those of the session are.
  init(
    _ presence: Presence, around client: any LinkClient,
    deliver: @escaping @Sendable (ThingEvent) -> Void
  ) {
    self.presence = presence
    self.client = client
    self.deliver = deliver
    report = Mutex(nil)
  }

  /// Reports that the thing is off line, and waits for the broker to have it: for a second at most,
  /// and not at all without a connection.
  func sayGoodbye(through link: BrokerLink) {
    let isFirst = hasSaidGoodbye.withLock { said in
      defer { said = true }
      return !said
    }
    guard isFirst else { return }
    link.publish(next(.offline), tag: Self.farewellTag)
    _ = farewellEnded.wait(timeout: .now() + .milliseconds(Self.patience))
  }

  private func next(_ status: Presence.Status) -> Publication {
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    let publication = presence.report(status, token: token)
    report.withLock { $0 = (publication, token) }
    return publication
  }

  func handle(_ event: LinkEvent, now: Int64) -> [Outgoing] {
    switch event {
    case .connected:
      let others = client.handle(event, now: now)
      // Before the first get, which shows it then.
      return [Outgoing(publication: next(.online), tag: Self.reportTag)] + others
    case .written(Self.reportTag), .written(Self.farewellTag):
      if let report = report.withLock(\.self) {
        deliver(.sent(report.publication, token: report.token, at: Clock.wallMilliseconds))
      }
    case .acknowledged(Self.farewellTag), .notSent(Self.farewellTag, _):
      farewellEnded.signal()
    case .acknowledged(Self.reportTag), .notSent(Self.reportTag, _): break
    case .lost:
      if hasSaidGoodbye.withLock(\.self) { farewellEnded.signal() }
      return client.handle(event, now: now)
    default: return client.handle(event, now: now)
    }
    return []
  }

  func timePassed(now: Int64) -> (next: Int64?, sending: [Outgoing]) {
    client.timePassed(now: now)
  }

  func turnEnded() { client.turnEnded() }

  func repeats(_ suspect: Suspect) -> Bool {
    // Reported with each connection.
    let topic = ShadowAddress(thing: presence.thing).topic(.request(.update))
    return client.repeats(suspect)
      || (suspect.request == .publish && suspect.names.contains { $0.hasSameScalars(as: topic) })
  }
}
