/// The steps of connecting and coming back, without a socket and without a clock.
///
/// Each method takes what happened and answers what to do. Times are milliseconds of any clock that
/// only goes forward.
package struct ConnectionMachine: Sendable {
  /// Where connecting stands.
  package enum State: Hashable, Sendable {
    /// The next attempt starts then.
    case waiting(until: Int64)
    case resolving(deadline: Int64)
    /// Trying one of several addresses; `share` is when it has had its part of the time.
    case connecting(address: Int, of: Int, share: Int64, deadline: Int64)
    case securing(deadline: Int64)
    case greeting(deadline: Int64)
    case subscribing(packets: Int, deadline: Int64)
    case online
    /// Trying again cannot help; only `retryNow` goes on.
    case stopped
  }

  /// What whoever has the socket must do.
  package enum Action: Hashable, Sendable {
    case none
    /// Begin an attempt: ask for the addresses.
    case resolve
    /// Open a connection to the address with this index.
    case connect(address: Int)
    /// Send the SUBSCRIBE packets.
    case subscribe
    /// Everything is there.
    case announce
    /// The current step took too long: end the attempt.
    case timeOut(ConnectionStep)
  }

  /// How a failure goes on.
  package enum Verdict: Hashable, Sendable {
    case retry(after: Int64)
    case stop
  }

  /// An address gets this long while there are others to try.
  package static let addressShare: Int64 = 3000
  /// Two CONNECTs of one client id are never closer (device-shadow spec 10.4).
  package static let connectInterval: Int64 = 1000
  /// Finding out which filters are forbidden takes fewer steps than this for each; from then on the
  /// pauses grow.
  private static let searchesPerFilter = 2
  package private(set) var state: State
  package private(set) var backOff = BackOff()
  private let deadlines: Deadlines
  private var lastAttempt: Int64?
  private var lastConnect: Int64?
  private var greeted: Int64?
  /// Steps in finding out what a policy forbids since a connection lasted.
  private var searches = 0
  /// When the attempt that is under way must be through.
  private var end: Int64 = .max

  /// A machine whose first attempt is due after `delay` milliseconds.
  package init(deadlines: Deadlines, delay: Int64 = 0, now: Int64) {
    self.deadlines = deadlines
    state = .waiting(until: now + delay)
  }

  /// Milliseconds since CONNACK of the connection that there is; nil without one.
  package func sinceGreeting(now: Int64) -> Int64? { greeted.map { now - $0 } }

  /// Whether the attempt that is under way has had all of its time.
  package func isAttemptOver(now: Int64) -> Bool { step != nil && now >= end }

  /// The step that is under way; nil while waiting, online or stopped.
  package var step: ConnectionStep? {
    switch state {
    case .resolving: .resolve
    case .connecting: .tcp
    case .securing: .tls
    case .greeting: .connect
    case .subscribing: .subscribe
    case .waiting, .online, .stopped: nil
    }
  }

  /// When `timePassed` is wanted; nil if nothing is due.
  package var deadline: Int64? {
    switch state {
    case .waiting(let until): until
    case .resolving(let deadline), .securing(let deadline), .greeting(let deadline),
      .subscribing(_, let deadline):
      deadline
    case .connecting(_, _, let share, let deadline): min(share, deadline)
    case .online, .stopped: nil
    }
  }

  /// Does what is due; to be called at `deadline`.
  package mutating func timePassed(now: Int64) -> Action {
    guard let deadline, now >= deadline else { return .none }
    switch state {
    case .waiting:
      lastAttempt = now
      end = now + deadlines.attempt
      state = .resolving(deadline: within(deadlines.resolve, now: now))
      return .resolve
    case .resolving: return .timeOut(.resolve)
    case .connecting(let address, let count, _, let deadline):
      guard now < deadline else { return .timeOut(.tcp) }
      return connect(to: address + 1, of: count, deadline: deadline, now: now)
    case .securing: return .timeOut(.tls)
    case .greeting: return .timeOut(.connect)
    case .subscribing: return .timeOut(.subscribe)
    case .online, .stopped: return .none
    }
  }

  /// The host has this many addresses, 1 or more.
  package mutating func resolved(count: Int, now: Int64) -> Action {
    guard case .resolving = state, count > 0 else { return .none }
    return connect(to: 0, of: count, deadline: within(deadlines.tcp, now: now), now: now)
  }

  /// The current address refused.
  ///
  /// - Returns: nil if it was the last one, so that the attempt has failed.
  package mutating func addressFailed(now: Int64) -> Action? {
    guard case .connecting(let address, let count, _, let deadline) = state else { return nil }
    guard address + 1 < count else { return nil }
    return connect(to: address + 1, of: count, deadline: deadline, now: now)
  }

  private mutating func connect(
    to address: Int, of count: Int, deadline: Int64, now: Int64
  ) -> Action {
    let share = address + 1 < count ? now + Self.addressShare : deadline
    state = .connecting(address: address, of: count, share: share, deadline: deadline)
    return .connect(address: address)
  }

  /// The current address has taken the connection.
  package mutating func tcpConnected(now: Int64) {
    guard case .connecting = state else { return }
    state = .securing(deadline: within(deadlines.tlsAndConnect, now: now))
  }

  /// The handshake is over, so CONNECT is on its way.
  package mutating func secured(now: Int64) {
    guard case .securing(let deadline) = state else { return }
    lastConnect = now
    state = .greeting(deadline: deadline)
  }

  /// CONNACK 0 came.
  ///
  /// - Parameters:
  ///   - packets: how many SUBSCRIBE packets there are to send; 0 if there are no filters.
  ///   - now: milliseconds.
  /// - Returns: what to do.
  package mutating func greeted(packets: Int, now: Int64) -> Action {
    guard case .greeting = state else { return .none }
    greeted = now
    guard packets > 0 else {
      state = .online
      return .announce
    }
    state = .subscribing(
      packets: packets, deadline: within(deadlines.subscribe, now: now))
    return .subscribe
  }

  /// One SUBACK came.
  package mutating func subscribed(now: Int64) -> Action {
    guard case .subscribing(let packets, _) = state else { return .none }
    guard packets > 1 else {
      state = .online
      return .announce
    }
    state = .subscribing(
      packets: packets - 1, deadline: within(deadlines.subscribe, now: now))
    return .none
  }

  /// The dead-line of a step that begins now.
  private func within(_ limit: Int64, now: Int64) -> Int64 { min(now + limit, end) }

  /// The attempt or connection is over.
  ///
  /// - Parameters:
  ///   - course: what its cause leads to.
  ///   - searched: where it was the next step in finding out which filters a policy forbids, how many
  ///     there are; 0 where it was none.
  ///   - now: milliseconds.
  ///   - random: in 0..<1, for the jitter.
  /// - Returns: how it goes on.
  package mutating func lost(
    _ course: ConnectionFailure.Course, searching searched: Int = 0, now: Int64, random: Double
  ) -> Verdict {
    if let greeted {
      backOff.connected(for: now - greeted)
      if now - greeted >= backOff.stableAfter { searches = 0 }
    }
    greeted = nil
    let wait: Int64
    switch course {
    case .retry where searches < Self.searchesPerFilter * searched:
      searches += 1
      wait = Int64(Double(backOff.base) * random)
    case .retry: wait = backOff.failed(random: random)
    case .retrySlowly: wait = backOff.failedSlowly(random: random)
    case .ask:
      state = .stopped
      return .stop
    }
    let until = max(now + wait, lastConnect.map { $0 + Self.connectInterval } ?? now)
    state = .waiting(until: until)
    return .retry(after: until - now)
  }

  /// The person asks for an attempt now; attempts never start within a second of each other.
  ///
  /// - Returns: whether this changed anything: while an attempt runs or the connection is up it
  ///   does not.
  package mutating func retryNow(now: Int64) -> Bool {
    switch state {
    case .waiting, .stopped: break
    case .resolving, .connecting, .securing, .greeting, .subscribing, .online: return false
    }
    backOff.reset()
    searches = 0
    let last = [lastAttempt, lastConnect].compactMap(\.self).max()
    state = .waiting(until: max(now, last.map { $0 + Self.connectInterval } ?? now))
    return true
  }
}
