package import Shadow
import Synchronization

/// A thing's shadows over a connection that comes back by itself.
///
/// After each connection it subscribes to everything about the shadows that are open, and gets each
/// of them, unless its interest is in less; which shadows these are can change at any time.
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
  ///   - interest: what is asked for of each shadow; only what comes there is ever told.
  ///   - deliver: told everything in order, on the network thread, which it must not hold up.
  ///   - turnEnded: called there when all that had come is delivered: the time to wake others.
  package init(
    configuration: LinkConfiguration, addresses: [ShadowAddress],
    interest: ShadowInterest = .everything,
    deliver: @escaping @Sendable (ThingEvent) -> Void,
    turnEnded: @escaping @Sendable () -> Void = {}
  ) {
    var shadows = OpenShadows(otherFilters: configuration.filters.count, interest: interest)
    let groups = addresses.map { shadows.add($0) }
    core = SessionCore(
      shadows: shadows, patience: configuration.deadlines.answer, deliver: deliver,
      turnEnded: turnEnded)
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

  /// Follows the topics of a thing's jobs as well, until the session ends.
  ///
  /// Messages there come as `.received`; requests are published with ``send(_:of:token:qualityOfService:)``.
  ///
  /// - Parameters:
  ///   - thing: whose jobs.
  ///   - tell: called on the network thread each time that the broker has answered, with the filters
  ///     that do not work; after the first call with any, the group may be asked for anew.
  package func openJobs(of thing: String, tell: @escaping @Sendable ([String]) -> Void) {
    guard let group = core.openJobs(JobsGroup(of: thing, tell: tell)) else { return }
    link.subscribe(group)
  }

  /// Sends a request once; how it ended comes as `.outcome` with its token.
  ///
  /// At most eight are in flight; more wait for their turn, each for the time that an answer may
  /// take.
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
    guard core.add(publication, operation: operation, of: address, token: token) else {
      return false
    }
    link.wake()
    return true
  }

  /// Publishes what no service answers, such as a backdated document; its outcome is `.accepted` when
  /// the broker has it.
  ///
  /// - Parameters:
  ///   - publication: sent as it is.
  ///   - address: the shadow that it is about, or that of the thing that sends it.
  ///   - token: names it in what is told of it.
  ///   - qualityOfService: 1; or 0, after which `.sent` tells that it has left, and nothing follows.
  /// - Returns: false if a request with this token still waits for its answer.
  @discardableResult
  package func send(
    _ publication: Publication, of address: ShadowAddress, token: ClientToken,
    qualityOfService: Int = 1
  ) -> Bool {
    let isNew = core.add(
      publication, operation: .update, of: address, token: token, endsWithAcknowledgement: true,
      qualityOfService: qualityOfService)
    guard isNew else { return false }
    link.wake()
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

  /// As ``stop()``, for a process that ends now: nothing is freed before it returns.
  package func leave() {
    presence?.sayGoodbye(through: link)
    link.leave()
  }
}
