import Glibc
import Shadow
import Terminal
import Thing

/// A thing's session for a command without a screen that stays connected: the one place that such a
/// command sleeps in.
///
/// Losses and returns of the connection are told on standard error. The first failure before any
/// connection ends the command, as does one that the session does not try again by itself.
final class FollowedThing {
  /// What a command wakes up for.
  enum Occurrence: Sendable {
    /// The session told something; `time` in ms since 1970.
    case event(ThingEvent, time: Int64)
    /// So many messages came faster than they were taken in, and are lost.
    case dropped(Int)
    case signal(Signals.Signal)
    /// The descriptor that was to be looked at is readable, or at its end.
    case input

    /// Bytes that it takes while it waits, if it may be dropped when too much comes; 0 otherwise.
    fileprivate var weight: Int {
      guard case .event(let event, _) = self else { return 0 }
      return event.weight
    }
  }

  /// Milliseconds that the network waits for a command that is late in taking messages in, before
  /// the oldest of them are dropped.
  private static let latestReader = 250

  let session: ThingSession
  private let mailbox: Mailbox<Occurrence>
  private let signals: Signals?
  private let log: CommandLog
  private var news: ConnectionNews

  /// Connects and goes on connecting.
  ///
  /// - Parameters:
  ///   - thing: what to connect as, and where.
  ///   - addresses: the shadows to follow; nil for the thing's own.
  ///   - interest: what is asked for of each shadow.
  ///   - filters: topic filters besides those of the shadows.
  ///   - signals: those that the command takes over; nil to leave them to the system.
  ///   - bound: bytes of messages that may wait for the command.
  /// - Throws: `CommandFailure` when the process has no descriptor left.
  init(
    _ thing: OpenThing, addresses: [ShadowAddress]? = nil,
    interest: ShadowInterest = .everything, filters: [String] = [],
    signals: Signals? = nil, bound: Int = ThingEvent.mostWaiting
  ) throws(CommandFailure) {
    let mailbox = try Mailbox<Occurrence>.open(bound: bound, weighing: { $0.weight })
    self.mailbox = mailbox
    self.signals = signals
    news = ConnectionNews(checks: thing.doctorLine)
    var configuration = thing.configuration
    configuration.filters += filters
    let log = thing.log
    self.log = log
    // Or what read the certificates would be there together with what the handshake takes.
    StartMemory.giveBack()
    session = ThingSession(
      configuration: configuration, addresses: addresses ?? [thing.address], interest: interest,
      deliver: {
        log.take($0)
        mailbox.postQuietly(.event($0, time: Clock.wallMilliseconds))
      },
      turnEnded: {
        mailbox.ring()
        mailbox.waitForRoom(milliseconds: Self.latestReader)
      })
  }

  /// Sleeps until something has happened.
  ///
  /// - Parameters:
  ///   - deadline: ms of `Clock.monotonicMilliseconds` after which there is no more waiting; nil
  ///     for none. Whoever sets the machine's clock changes nothing about it.
  ///   - input: a descriptor that is looked at as well.
  ///   - output: where results go; while it is behind, what the session tells waits, within bounds.
  /// - Returns: what has happened, in its order, signals first; empty if the deadline has passed, or
  ///   if the output that was behind takes more.
  /// - Throws: `CommandFailure` when there is no connection, and none is tried for; and when nobody
  ///   reads the output any more.
  func next(
    until deadline: Int64?, input: CInt? = nil, output: StreamOutput? = nil
  ) throws(CommandFailure) -> [Occurrence] {
    let isBehind = output?.isBehind ?? false
    while true {
      let descriptors = [
        isBehind ? -1 : mailbox.descriptor, signals?.descriptor ?? -1, input ?? -1,
      ]
      var sources = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      sources.append(output?.source ?? pollfd(fd: -1, events: 0, revents: 0))
      let now = Clock.monotonicMilliseconds
      // No longer than a day, which fits into 32 bits; the loop goes on sleeping.
      let milliseconds = deadline.map { CInt(max(0, min($0 - now, 86_400_000))) } ?? -1
      poll(&sources, nfds_t(sources.count), milliseconds)
      var happened = signals?.collect().map(Occurrence.signal) ?? []
      if !isBehind {
        let dropped = mailbox.takeDropped()
        if dropped > 0 { happened.append(.dropped(dropped)) }
        let posted = mailbox.collect()
        for case .event(let event, let time) in posted { try tell(event, at: time) }
        happened += posted
      }
      if sources[2].revents != 0 { happened.append(.input) }
      if sources[3].revents & Int16(POLLERR | POLLHUP) != 0 {
        throw StandardStreams.failure(ofOutput: EPIPE)
      }
      if !happened.isEmpty || sources[3].revents != 0 { return happened }
      if let deadline, Clock.monotonicMilliseconds >= deadline { return [] }
    }
  }

  /// Says good-bye to the broker and ends.
  func stop() {
    session.stop()
    log.finish()
  }

  private func tell(_ event: ThingEvent, at now: Int64) throws(CommandFailure) {
    switch event {
    case .connection(let status):
      if let words = try news.take(status, at: now) { StandardStreams.tell(words) }
    case .shadow(_, .setAside(let failure)):
      throw CommandFailure(failure).checked(by: news.checks)
    case .shadow(_, .live(let refused, let leftOut)):
      if let words = news.take(notPermitted: refused + leftOut) { StandardStreams.tell(words) }
    case .shadow, .received, .oversized, .sent, .outcome: break
    }
  }
}
