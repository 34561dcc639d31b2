package import Shadow
import Synchronization

/// A thing's shadows over a connection that comes back by itself.
///
/// After each connection it subscribes to everything about the shadows and gets each of them.
/// Requests are matched to their answers by client token. Nothing is ever sent again unasked: a
/// request whose answer was lost is unknown, and the `get` after the reconnection tells.
package final class ThingSession: Sendable {
  private let link: BrokerLink
  private let core: SessionCore

  /// Connects and goes on connecting.
  ///
  /// - Parameters:
  ///   - configuration: its filters are subscribed after those of the shadows.
  ///   - addresses: the shadows to follow.
  ///   - deliver: told everything in order, on the network thread, which it must not hold up.
  package init(
    configuration: LinkConfiguration, addresses: [ShadowAddress],
    deliver: @escaping @Sendable (ThingEvent) -> Void
  ) {
    var configuration = configuration
    // The eight answers of a shadow fill one SUBSCRIBE exactly; the raw requests come after all of
    // them, so that a policy that forbids these does not take the answers along.
    configuration.filters =
      addresses.flatMap(\.responseTopics)
      + addresses.map { $0.topic(.request(.update)) } + configuration.filters
    core = SessionCore(
      addresses: addresses, patience: configuration.deadlines.answer, deliver: deliver)
    link = BrokerLink(configuration: configuration, client: core)
  }

  /// Sends a request once; how it ended comes as `.outcome` with its token.
  ///
  /// - Parameters:
  ///   - publication: the exact bytes; they must hold the token.
  ///   - operation: what is asked.
  ///   - address: of which shadow.
  ///   - token: not used by another request that still waits.
  /// - Returns: false if such a request waits, so that nothing was done.
  @discardableResult
  package func submit(
    _ publication: Publication, operation: ShadowOperation, of address: ShadowAddress,
    token: ClientToken
  ) -> Bool {
    guard let tag = core.add(publication, operation: operation, of: address, token: token) else {
      return false
    }
    link.publish(publication, tag: tag)
    return true
  }

  /// Makes the next connection attempt now, though never within a second of the last one.
  package func retryNow() { link.retryNow() }

  /// Says good-bye to the broker and ends; nothing is delivered once this has returned.
  package func stop() { link.stop() }
}

/// What a session knows; reached from the network thread and from those that submit.
private final class SessionCore: LinkClient {
  private let addresses: [ShadowAddress]
  private let deliver: @Sendable (ThingEvent) -> Void
  private let table: Mutex<RequestTable>

  init(
    addresses: [ShadowAddress], patience: Int64, deliver: @escaping @Sendable (ThingEvent) -> Void
  ) {
    self.addresses = addresses
    self.deliver = deliver
    table = Mutex(RequestTable(patience: patience))
  }

  func add(
    _ publication: Publication, operation: ShadowOperation, of address: ShadowAddress,
    token: ClientToken
  ) -> UInt64? {
    table.withLock { $0.add(publication, operation: operation, of: address, token: token) }
  }

  func handle(_ event: LinkEvent, now: Int64) -> [Outgoing] {
    switch event {
    case .step(let step): deliver(.connection(.step(step)))
    case .connected(let report):
      deliver(.connection(.online(report)))
      return addresses.compactMap(get)
    case .message(let message):
      let settled = table.withLock {
        $0.received(topic: message.topic, payload: message.payload, now: now)
      }
      deliver(.received(message))
      report(settled)
    case .written(let tag):
      let written = table.withLock { $0.written(tag: tag, now: now) }
      if let written {
        deliver(
          .sent(written.publication, token: written.token, at: Clock.wallMilliseconds))
      }
    case .acknowledged: break  // says nothing about the request, not even about permission
    case .notSent(let tag, let reason):
      report(table.withLock { $0.notSent(tag: tag, reason: reason) })
    case .lost(let failure, let retry):
      let settled = table.withLock { $0.connectionLost() }
      deliver(.connection(.lost(failure, retryInMilliseconds: retry)))
      settled.forEach(report)
    }
    return []
  }

  func timePassed(now: Int64) -> Int64? {
    let (settled, deadline) = table.withLock { ($0.timePassed(now: now), $0.deadline) }
    settled.forEach(report)
    return deadline
  }

  private func get(_ address: ShadowAddress) -> Outgoing? {
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    let publication = GetRequest(clientToken: token).publication(to: address)
    let tag = add(publication, operation: .get, of: address, token: token)
    return tag.map { Outgoing(publication: publication, tag: $0) }
  }

  private func report(_ settled: RequestTable.Settled?) {
    guard let settled else { return }
    deliver(
      .outcome(
        token: settled.token, address: settled.address, operation: settled.operation,
        settled.outcome))
  }
}
