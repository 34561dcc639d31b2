import Shadow
import Synchronization

/// What a session knows; reached from the network thread and from those that submit.
final class SessionCore: LinkClient {
  let shadows: Mutex<OpenShadows>
  private let deliver: @Sendable (ThingEvent) -> Void
  private let rest: @Sendable () -> Void
  private let requests: Mutex<Requests>
  private let jobs = Mutex<JobsGroup?>(nil)
  /// Whether each shadow is got once it is subscribed.
  private let gets: Bool

  private struct Requests {
    var table: RequestTable
    var pace: RequestPace
    var gets = InitialGets()

    /// Makes room for others.
    mutating func end(_ settled: RequestTable.Settled, now: Int64) -> [Outgoing] {
      var isThrottled = false
      if case .rejected(let error, _) = settled.outcome { isThrottled = error.code == 429 }
      return pace.ended(settled.tag, isThrottled: isThrottled, now: now)
    }
  }

  init(
    shadows: OpenShadows, patience: Int64, deliver: @escaping @Sendable (ThingEvent) -> Void,
    turnEnded: @escaping @Sendable () -> Void = {}
  ) {
    gets = shadows.interest.gets
    self.shadows = Mutex(shadows)
    self.deliver = deliver
    rest = turnEnded
    requests = Mutex(
      Requests(table: RequestTable(patience: patience), pace: RequestPace(patience: patience)))
  }

  /// Enters a request, for the network thread to send: it alone releases what waits, so that all
  /// leaves in the order in which it was entered.
  ///
  /// - Returns: false if one with this token still waits.
  func add(
    _ publication: Publication, operation: ShadowOperation, of address: ShadowAddress,
    token: ClientToken, endsWithAcknowledgement: Bool = false, qualityOfService: Int = 1
  ) -> Bool {
    let now = Clock.monotonicMilliseconds
    return requests.withLock { requests in
      let tag = requests.table.add(
        publication, operation: operation, of: address, token: token,
        endsWithAcknowledgement: endsWithAcknowledgement, now: now)
      guard let tag else { return false }
      requests.pace.add(
        Outgoing(publication: publication, qualityOfService: qualityOfService, tag: tag),
        isCounted: !endsWithAcknowledgement, now: now)
      return true
    }
  }

  /// Notes that the topics of jobs are followed from now on.
  ///
  /// - Returns: what is to be subscribed for them; nil if they are followed already.
  func openJobs(_ group: JobsGroup) -> FilterGroup? {
    jobs.withLock { jobs in
      guard jobs == nil else { return nil }
      jobs = group
      return FilterGroup(id: JobsGroup.id, filters: group.filters)
    }
  }

  // MARK: What the link tells

  func handle(_ event: LinkEvent, now: Int64) -> [Outgoing] {
    switch event {
    case .step(let step): deliver(.connection(.step(step)))
    case .secured(let facts): deliver(.connection(.secured(facts)))
    case .connected(let report): deliver(.connection(.online(report)))
    case .silent(let milliseconds): deliver(.connection(.silent(milliseconds: milliseconds)))
    case .heard: deliver(.connection(.heard))
    case .subscribed(JobsGroup.id, let refused, let leftOut):
      jobs.withLock(\.self)?.tell(refused + leftOut)
    case .setAside(JobsGroup.id, _):
      // The next time they are asked for anew.
      let group = jobs.withLock { jobs in
        defer { jobs = nil }
        return jobs
      }
      if let group { group.tell(group.filters) }
    case .subscribed(let group, let refused, let leftOut):
      guard let address = shadows.withLock({ $0.address(of: group) }) else { break }
      deliver(.shadow(address, .live(refusedFilters: refused, leftOut: leftOut)))
      guard gets else { break }
      switch requests.withLock({ $0.gets.live(address) }) {
      case .get: return get(address, now: now)
      case .wait: break
      case .leaveOut(let failure): deliver(.shadow(address, .getLeftOut(failure)))
      }
    case .unsubscribed(let group): return end(group, .closed, now: now)
    case .setAside(let group, let failure): return end(group, .setAside(failure), now: now)
    case .message(var message):
      let settled = requests.withLock {
        $0.table.received(topic: message.topic, payload: message.payload, now: now)
      }
      message.isAnswer = settled != nil
      deliver(.received(message))
      return report([settled].compactMap(\.self), now: now)
    case .oversized(let topic, let bytes): deliver(.oversized(topic: topic, bytes: bytes))
    case .written(let tag):
      let written = requests.withLock { $0.table.written(tag: tag, now: now) }
      if let written {
        deliver(
          .sent(written.publication, token: written.token, at: Clock.wallMilliseconds))
      }
    case .acknowledged(let tag):
      // Says nothing about a request, not even about permission; some have no other answer.
      let (settled, next) = requests.withLock {
        ($0.table.acknowledged(tag: tag, now: now), $0.gets.acknowledged(tag))
      }
      let gets = next.map { get($0, now: now) } ?? []
      return gets + report([settled].compactMap(\.self), now: now)
    case .notSent(let tag, let reason):
      let settled = requests.withLock { $0.table.notSent(tag: tag, reason: reason) }
      return report([settled].compactMap(\.self), now: now)
    case .lost(let failure, let retry): lose(failure, retry, now: now)
    }
    return []
  }

  private func lose(_ failure: ConnectionFailure, _ retry: Int?, now: Int64) {
    let addresses = shadows.withLock(\.addresses)
    let settled = requests.withLock { requests in
      requests.gets.lost(failure, addresses)
      let unsent = requests.pace.lost().compactMap {
        requests.table.notSent(tag: $0, reason: "the connection to the broker was lost before")
      }
      return requests.table.connectionLost() + unsent
    }
    deliver(.connection(.lost(failure, retryInMilliseconds: retry)))
    _ = report(settled, now: now)
  }

  func timePassed(now: Int64) -> (next: Int64?, sending: [Outgoing]) {
    let settled = requests.withLock { requests in
      let late = requests.pace.expired(now: now).compactMap {
        requests.table.notSent(tag: $0, reason: "too many requests wait for their answers")
      }
      return late + requests.table.timePassed(now: now)
    }
    let items = report(settled, now: now) + requests.withLock { $0.pace.release(now: now) }
    let deadlines = requests.withLock { [$0.table.deadline, $0.pace.deadline] }
    return (deadlines.compactMap(\.self).min(), items)
  }

  func turnEnded() { rest() }

  func repeats(_ suspect: Suspect) -> Bool {
    InitialGets.repeats(suspect, shadows.withLock(\.addresses))
  }

  private func get(_ address: ShadowAddress, now: Int64) -> [Outgoing] {
    var generator = SystemRandomNumberGenerator()
    let token = ClientToken.make(using: &generator)
    let publication = GetRequest(clientToken: token).publication(to: address)
    return requests.withLock { requests in
      let tag = requests.table.add(
        publication, operation: .get, of: address, token: token, now: now)
      guard let tag else { return [] }
      requests.gets.sent(address, tag: tag)
      return requests.pace.submit(
        Outgoing(publication: publication, tag: tag), isCounted: true, now: now)
    }
  }

  private func end(_ group: UInt64, _ status: ShadowStatus, now: Int64) -> [Outgoing] {
    guard let address = shadows.withLock({ $0.ended(group) }) else { return [] }
    // Opened anew meanwhile, it may have its answers yet.
    let isOpen = shadows.withLock { $0.addresses.contains(address) }
    let settled = requests.withLock { requests in
      requests.gets.forget(address)
      return isOpen ? [] : requests.table.closed(address)
    }
    let items = report(settled, now: now)
    deliver(.shadow(address, status))
    return items
  }

  /// Tells how requests ended.
  ///
  /// - Returns: what has its turn now.
  private func report(_ settled: [RequestTable.Settled], now: Int64) -> [Outgoing] {
    settled.flatMap { settled in
      deliver(
        .outcome(
          token: settled.token, address: settled.address, operation: settled.operation,
          settled.outcome))
      return requests.withLock { $0.end(settled, now: now) }
    }
  }
}
