import Glibc
import Shadow

/// The network thread's work: it drives the connection machine, owns the handle, and sleeps in one
/// `poll` until something happens or is due.
final class NetworkLoop {
  private let configuration: LinkConfiguration
  private let mailbox: Mailbox<LinkCommand>
  private let client: any LinkClient

  private var machine: ConnectionMachine
  private var words: FailureWords
  /// Built once, before the first attempt.
  private var context: TLSContext?
  private var handle: BrokerHandle?
  private var keepAlive: KeepAliveWatch?

  private var resolution: Resolution?
  private var addresses: [String] = []

  private var report = LinkReport(tls: "")
  private var subscriptions: Subscriptions
  /// What the connection begins with; sent when CONNACK has come.
  private var batch: [Subscriptions.Packet] = []

  private var outgoing = OutgoingQueue()
  /// Tags of what was sent with QoS 1 and has no PUBACK yet, by packet id.
  private var inFlight: [CInt: UInt64] = [:]
  /// Tags of what was handed to the library and may not have left yet, oldest first.
  private var unflushed: [UInt64] = []
  private var lastPublish: (topic: String, at: Int64)?
  /// The last failures while connected, to tell a denial from a take-over.
  private var cuts: [ConnectionFailure.Kind] = []

  /// A cut this soon after a request makes the request a suspect.
  private static let suspicion: Int64 = 2000
  /// More than are ever in flight, so that everything handed to the library leaves at once.
  private var libraryLimit: Int { configuration.inFlightLimit + 36 }

  init(
    configuration: LinkConfiguration, groups: [FilterGroup], mailbox: Mailbox<LinkCommand>,
    client: any LinkClient
  ) {
    self.configuration = configuration
    self.mailbox = mailbox
    self.client = client
    machine = ConnectionMachine(
      deadlines: configuration.deadlines, now: Clock.monotonicMilliseconds)
    subscriptions = Subscriptions(
      base: configuration.filters, groups: groups, patience: configuration.deadlines.subscribe)
    words = FailureWords(
      endpoint: configuration.endpoint, clientID: configuration.clientID,
      trust: configuration.trust.place)
  }

  /// Works until it is told to stop.
  func run() {
    while obey(mailbox.collect()) {
      // After collecting, which silences the bell that the resolver rings too.
      if let outcome = resolution?.result { resolved(outcome) }
      perform(machine.timePassed(now: now))
      tend()
      repeat {
        send()
        flush()
      } while canSend
      // After sending, since what was sent now has a dead-line from now.
      let due = client.timePassed(now: now)
      let deadlines = [machine.deadline, subscriptions.deadline, keepAlive?.deadline, due]
      sleep(until: deadlines.compactMap(\.self).min())
    }
    send()
    handle?.disconnect()
    handle = nil
    noteFlush()
    settleQueue(reason: "the connection was ended")
  }

  private var now: Int64 { Clock.monotonicMilliseconds }

  private func deliver(_ event: LinkEvent) {
    for item in client.handle(event, now: now) { enqueue(item) }
  }

  // MARK: Turns

  /// Does what other threads asked for.
  ///
  /// - Returns: false if the loop must end.
  private func obey(_ commands: [LinkCommand]) -> Bool {
    for command in commands {
      switch command {
      case .publish(let item): enqueue(item)
      case .subscribe(let group): perform(subscriptions.open(group))
      case .unsubscribe(let group): perform(subscriptions.close(group))
      case .retryNow: if machine.retryNow(now: now) { cuts = [] }
      case .stop: return false
      }
    }
    return true
  }

  private func perform(_ action: ConnectionMachine.Action) {
    switch action {
    case .none: return
    case .resolve: begin()
    case .connect(let index): open(addresses[index], isFirst: index == 0)
    case .subscribe: subscribe()
    case .announce:
      deliver(.connected(report))
      perform(subscriptions.announced())
    case .timeOut(let step): timeOut(at: step)
    }
  }

  private func sleep(until deadline: Int64?) {
    var sources = [
      pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: -1, events: 0, revents: 0),
    ]
    if let handle {
      sources[1].fd = handle.descriptor
      sources[1].events = handle.interest
    }
    let wait = deadline.map { CInt(clamping: max(0, $0 - now)) } ?? -1
    guard poll(&sources, nfds_t(sources.count), wait) > 0 else { return }
    if sources[1].revents != 0 { service(ready: sources[1].revents) }
  }

  private func service(ready: Int16) {
    guard let handle else { return }
    if ready & Int16(POLLIN) != 0 { keepAlive?.received(now: now) }
    let fault = handle.service(ready: ready)
    handle.takeEvents().forEach(process)
    // What came before the end may have ended the attempt already.
    if let fault, self.handle === handle { fail(fault) }
  }

  private func tend() {
    if let deadline = subscriptions.deadline, now >= deadline {
      timeOut(at: .subscribe)
    }
    switch keepAlive?.timePassed(now: now) {
    case nil, .some(.none): return
    case .tend: if let fault = handle?.tend() { fail(fault) }
    case .lost: fail(.keepAlive)
    }
  }

  // MARK: An attempt

  private func begin() {
    words.lastTopic = nil
    words.subscribing = []
    deliver(.step(.resolve))
    if context == nil {
      do throws(TLSSetupError) {
        context = try TLSContext(
          endpoint: configuration.endpoint, credentials: configuration.credentials,
          trust: configuration.trust, namesProtocol: configuration.namesProtocol)
      } catch {
        return fail(words.setup(error), byPeer: false)
      }
    }
    if configuration.endpoint.isAddress {
      resolved(.addresses([configuration.endpoint.host]))
    } else {
      resolution = Resolution(of: configuration.endpoint.host, wake: mailbox.bell)
    }
  }

  private func resolved(_ outcome: Resolution.Outcome) {
    resolution = nil
    switch outcome {
    case .addresses(let found):
      addresses = found
      perform(machine.resolved(count: found.count, now: now))
    case .failed(let reason): fail(words.notResolved(reason), byPeer: false)
    }
  }

  private func open(_ address: String, isFirst: Bool) {
    guard let context else { return }
    if isFirst { deliver(.step(.tcp)) }
    handle = nil
    do throws(BrokerFault) {
      let handle = try BrokerHandle(
        clientID: configuration.clientID, context: context, inFlightLimit: libraryLimit,
        will: configuration.presence?.will)
      self.handle = handle
      let fault = handle.open(
        address: address, port: configuration.endpoint.port,
        keepAliveSeconds: configuration.keepAliveSeconds)
      if let fault { fail(fault) }
    } catch {
      fail(error)
    }
  }

  private func subscribe() {
    deliver(.step(.subscribe))
    for packet in batch where !send(packet) { return }
  }

  /// Sends a SUBSCRIBE or an UNSUBSCRIBE.
  ///
  /// - Returns: false if that ended the connection.
  private func send(_ packet: Subscriptions.Packet) -> Bool {
    guard let handle else { return false }
    let result =
      if case .unsubscribe = packet.kind {
        handle.unsubscribe(packet.filters)
      } else {
        handle.subscribe(packet.filters)
      }
    switch result {
    case .success(let id): subscriptions.sent(packet, id: id, now: now)
    case .failure(let fault):
      fail(fault)
      return false
    }
    keepAlive?.sent(now: now)
    return true
  }

  private func perform(_ actions: [Subscriptions.Action]) {
    for action in actions {
      switch action {
      case .send(let packet): guard send(packet) else { return }
      case .batch(let refused):
        report.refusedFilters += refused
        perform(machine.subscribed())
      case .live(let group, let refused):
        deliver(.subscribed(group: group, refusedFilters: refused))
      case .closed(let group): deliver(.unsubscribed(group: group))
      }
    }
  }

  private func process(_ event: BrokerEvent) {
    switch event {
    case .tcpConnected:
      machine.tcpConnected(now: now)
      deliver(.step(.tls))
    case .secured(let facts):
      report = LinkReport(tls: facts.version, security: facts)
      machine.secured(now: now)
      deliver(.secured(facts))
      deliver(.step(.connect))
    case .greeted(code: 0):
      keepAlive = KeepAliveWatch(
        keepAliveSeconds: configuration.keepAliveSeconds, pong: configuration.deadlines.pong,
        now: now)
      batch = subscriptions.begin()
      perform(machine.greeted(packets: batch.count, now: now))
    case .greeted(let code): fail(words.refused(code: code), byPeer: true)
    case .subscribed(let packet, let codes):
      perform(subscriptions.answered(id: packet, codes: codes))
    case .unsubscribed(let packet): perform(subscriptions.answered(id: packet))
    case .published(let packet):
      // For QoS 0 this only says that it left, and there is no entry.
      guard let tag = inFlight.removeValue(forKey: packet) else { return }
      // What is acknowledged has left, and what came before it has too.
      if let place = unflushed.firstIndex(of: tag) { noteWritten(unflushed.prefix(through: place)) }
      deliver(.acknowledged(tag: tag))
    case .message(let message): deliver(.message(message))
    }
  }

  // MARK: Sending

  private func enqueue(_ item: Outgoing) {
    guard case .online = machine.state else {
      return deliver(.notSent(tag: item.tag, reason: "there is no connection to the broker"))
    }
    guard !outgoing.isFull else {
      return deliver(.notSent(tag: item.tag, reason: "too much is waiting to be sent"))
    }
    outgoing.append(item)
  }

  private var canSend: Bool {
    guard let handle, !outgoing.isEmpty else { return false }
    return !handle.isCongested && inFlight.count < configuration.inFlightLimit
  }

  private func send() {
    while canSend, let handle, let item = outgoing.takeFirst() {
      let result = handle.publish(
        topic: item.publication.topic, payload: item.publication.payload,
        qualityOfService: item.qualityOfService)
      switch result {
      case .success(let packet):
        if item.qualityOfService > 0 { inFlight[packet] = item.tag }
        lastPublish = (item.publication.topic, now)
        keepAlive?.sent(now: now)
        unflushed.append(item.tag)
      case .failure(.unacceptable(let reason)):
        deliver(.notSent(tag: item.tag, reason: reason))
      case .failure(let fault):
        // Part of it may have left: whoever waits must not take it for unsent.
        deliver(.written(tag: item.tag))
        fail(fault)
      }
    }
  }

  private func flush() {
    guard let handle, handle.hasBacklog else { return noteFlush() }
    if let fault = handle.flush() { return fail(fault) }
    if !handle.hasBacklog { noteFlush() }
  }

  /// Tells that everything has left, or may have where there is no connection any more.
  private func noteFlush() { noteWritten(unflushed[...]) }

  private func noteWritten(_ tags: ArraySlice<UInt64>) {
    unflushed.removeFirst(tags.count)
    for tag in tags { deliver(.written(tag: tag)) }
  }

  private func settleQueue(reason: String) {
    for item in outgoing.takeAll() { deliver(.notSent(tag: item.tag, reason: reason)) }
  }

  // MARK: The end of an attempt or a connection

  private func fail(_ fault: BrokerFault) {
    if case .tcp = fault, let next = machine.addressFailed(now: now) { return perform(next) }
    if let lastPublish, !inFlight.isEmpty, now - lastPublish.at < Self.suspicion {
      words.lastTopic = lastPublish.topic
    }
    words.subscribing = subscriptions.unanswered
    let failure = words.failure(for: fault, step: machine.step)
    if case .ended = fault {
      fail(failure, byPeer: true)
    } else {
      fail(failure, byPeer: false)
    }
  }

  private func timeOut(at step: ConnectionStep) {
    words.subscribing = subscriptions.unanswered
    fail(words.timeOut(at: step), byPeer: false)
  }

  private func fail(_ failure: ConnectionFailure, byPeer: Bool) {
    handle = nil
    resolution = nil
    keepAlive = nil
    let ending = subscriptions.lost(
      isSuspicious: byPeer || failure.kind == .silentAfterSubscribe)
    inFlight = [:]
    lastPublish = nil
    noteFlush()
    cuts = Array((cuts + [failure.kind]).suffix(ConnectionMachine.fightLimit))
    let verdict = machine.lost(
      failure.course, byPeer: byPeer && !ending.hasSuspect, now: now,
      random: Double.random(in: 0..<1))
    settleQueue(reason: "the connection to the broker was lost before")
    switch verdict {
    case .retry(let wait): deliver(.lost(failure, retryInMilliseconds: Int(wait)))
    case .stop: deliver(.lost(failure, retryInMilliseconds: nil))
    case .stopFight:
      let denials: [ConnectionFailure.Kind] = [.closedAfterSubscribe, .closedAfterPublish]
      let isDenial =
        denials.contains(failure.kind)
        && cuts == Array(repeating: failure.kind, count: ConnectionMachine.fightLimit)
      deliver(.lost(words.fight(isDenial: isDenial), retryInMilliseconds: nil))
    }
    for group in ending.closed { deliver(.unsubscribed(group: group)) }
    for group in ending.setAside { deliver(.setAside(group: group, failure)) }
  }
}

// The network thread's alone.
@available(*, unavailable)
extension NetworkLoop: Sendable {}
