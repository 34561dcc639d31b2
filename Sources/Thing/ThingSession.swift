package import Shadow
import Synchronization

/// A thing's shadows over a connection that comes back by itself.
///
/// After each connection it subscribes to everything about the shadows that are open, and gets each
/// of them; which these are can change at any time.
/// Requests are matched to their answers by client token. Nothing is ever sent again unasked: a
/// request whose answer was lost is unknown, and the `get` after the reconnection tells.
package final class ThingSession: Sendable {
  private let link: BrokerLink
  private let core: SessionCore
  /// What tells that the thing is on line; nil where nobody asked for that.
  private let presence: PresenceClient?

  /// Connects and goes on connecting.
  ///
  /// - Parameters:
  ///   - configuration: its filters are subscribed after those of the shadows.
  ///   - addresses: the shadows that are open from the start.
  ///   - deliver: told everything in order, on the network thread, which it must not hold up.
  package init(
    configuration: LinkConfiguration, addresses: [ShadowAddress],
    deliver: @escaping @Sendable (ThingEvent) -> Void
  ) {
    var shadows = OpenShadows(otherFilters: configuration.filters.count)
    let groups = addresses.map { shadows.add($0) }
    core = SessionCore(
      shadows: shadows, patience: configuration.deadlines.answer, deliver: deliver)
    let core = core
    presence = configuration.presence.map {
      PresenceClient($0, around: core, deliver: deliver)
    }
    link = BrokerLink(configuration: configuration, groups: groups, client: presence ?? core)
  }

  /// The shadows that are open, in the order in which they were opened.
  package var addresses: [ShadowAddress] { core.shadows.withLock { $0.addresses } }

  /// Follows a further shadow: of this thing, or of one of its networked things.
  ///
  /// Without a connection it waits for the next one. Each time that it is subscribed,
  /// `.shadow(address, .live)` tells, and a `get` follows. Requests can be submitted at once.
  ///
  /// - Returns: false if it is open already, so that nothing was done.
  /// - Throws: `ShadowOpeningError` for a name that no shadow has, or where too many are open.
  @discardableResult
  package func open(_ address: ShadowAddress) throws(ShadowOpeningError) -> Bool {
    // The link is told under the lock, so that it hears of openings and closings in their order.
    try core.shadows.withLock { shadows throws(ShadowOpeningError) in
      guard let group = try shadows.open(address) else { return false }
      link.subscribe(group)
      return true
    }
  }

  /// Follows a shadow no more.
  ///
  /// `.shadow(address, .closed)` tells when nothing of it comes any more; requests that still wait
  /// for an answer are unknown then.
  package func close(_ address: ShadowAddress) {
    core.shadows.withLock { shadows in
      if let group = shadows.close(address) { link.unsubscribe(group: group) }
    }
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

  /// Publishes what no service answers, such as a backdated document; its outcome is `.accepted` when
  /// the broker has it.
  ///
  /// - Returns: false if a request with this token still waits for its answer.
  @discardableResult
  package func send(
    _ publication: Publication, of address: ShadowAddress, token: ClientToken
  ) -> Bool {
    let tag = core.add(
      publication, operation: .update, of: address, token: token, endsWithAcknowledgement: true)
    guard let tag else { return false }
    link.publish(publication, tag: tag)
    return true
  }

  /// Makes the next connection attempt now, though never within a second of the last one.
  package func retryNow() { link.retryNow() }

  /// Says good-bye to the broker and ends; nothing is delivered once this has returned.
  ///
  /// Where it tells the thing's presence, it waits for the broker to have that it is off line, for a
  /// second at most; so it is not to be called from within `deliver` then.
  package func stop() {
    presence?.sayGoodbye(through: link)
    link.stop()
  }
}

/// What a session knows; reached from the network thread and from those that submit.
private final class SessionCore: LinkClient {
  let shadows: Mutex<OpenShadows>
  private let deliver: @Sendable (ThingEvent) -> Void
  private let table: Mutex<RequestTable>

  init(
    shadows: OpenShadows, patience: Int64, deliver: @escaping @Sendable (ThingEvent) -> Void
  ) {
    self.shadows = Mutex(shadows)
    self.deliver = deliver
    table = Mutex(RequestTable(patience: patience))
  }

  func add(
    _ publication: Publication, operation: ShadowOperation, of address: ShadowAddress,
    token: ClientToken, endsWithAcknowledgement: Bool = false
  ) -> UInt64? {
    table.withLock {
      $0.add(
        publication, operation: operation, of: address, token: token,
        endsWithAcknowledgement: endsWithAcknowledgement)
    }
  }

  func handle(_ event: LinkEvent, now: Int64) -> [Outgoing] {
    switch event {
    case .step(let step): deliver(.connection(.step(step)))
    case .secured(let facts): deliver(.connection(.secured(facts)))
    case .connected(let report): deliver(.connection(.online(report)))
    case .subscribed(let group, let refused):
      guard let address = shadows.withLock({ $0.address(of: group) }) else { break }
      deliver(.shadow(address, .live(refusedFilters: refused)))
      return [get(address)].compactMap(\.self)
    case .unsubscribed(let group): end(group, .closed)
    case .setAside(let group, let failure): end(group, .setAside(failure))
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
    case .acknowledged(let tag):
      // Says nothing about a request, not even about permission; some have no other answer.
      report(table.withLock { $0.acknowledged(tag: tag, now: now) })
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

  private func end(_ group: UInt64, _ status: ShadowStatus) {
    guard let address = shadows.withLock({ $0.ended(group) }) else { return }
    // Opened anew meanwhile, it may have its answers yet.
    let isOpen = shadows.withLock { $0.addresses.contains(address) }
    let settled = isOpen ? [] : table.withLock { $0.closed(address) }
    settled.forEach(report)
    deliver(.shadow(address, status))
  }

  private func report(_ settled: RequestTable.Settled?) {
    guard let settled else { return }
    deliver(
      .outcome(
        token: settled.token, address: settled.address, operation: settled.operation,
        settled.outcome))
  }
}
