import Dispatch
import Glibc
import Shadow

/// The network thread's work: it drives the connection machine, owns the handle, and sleeps in one
/// `poll` until something happens or is due.
final class NetworkLoop {
  private let configuration: LinkConfiguration
  private let mailbox: Mailbox<LinkCommand>
  private let client: any LinkClient
  private let resolve: Resolution.Resolver

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

  private var traffic = OutgoingTraffic()
  /// How the last connections ended, to tell a denial from a take-over.
  private var cuts = CutHistory()

  /// Waited for by whoever told the loop to end.
  private var saidGoodbye: DispatchSemaphore?

  /// More than are ever in flight, so that everything handed to the library leaves at once.
  private var libraryLimit: Int { configuration.inFlightLimit + 36 }

  init(
    configuration: LinkConfiguration, groups: [FilterGroup], mailbox: Mailbox<LinkCommand>,
    client: any LinkClient, resolve: @escaping Resolution.Resolver = Resolution.ask
  ) {
    self.resolve = resolve
    self.configuration = configuration
    self.mailbox = mailbox
    self.client = client
    machine = ConnectionMachine(
      deadlines: configuration.deadlines, delay: configuration.delay,
      now: Clock.monotonicMilliseconds)
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
      let (due, items) = client.timePassed(now: now)
      items.forEach(enqueue)
      let deadlines = [
        machine.deadline, subscriptions.deadline, keepAlive?.deadline, due,
        traffic.deadline(patience: configuration.deadlines.answer),
      ]
      sleep(until: canSend ? now : deadlines.compactMap(\.self).min())
    }
    // What was asked for last leaves before the good-bye.
    client.timePassed(now: now).sending.forEach(enqueue)
    send()
    handle?.disconnect()
    noteFlush()
    settleQueue(reason: "the connection was ended")
    client.turnEnded()
    saidGoodbye?.signal()
    handle = nil
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
      case .retryNow:
        if machine.retryNow(now: now) { cuts.reset() }
        perform(subscriptions.askAgain())
      case .stop(let saidGoodbye):
        self.saidGoodbye = saidGoodbye
        return false
      }
    }
    return true
  }

  private func perform(_ action: ConnectionMachine.Action) {
    switch action {
    case .none: return
    case .resolve: begin()
    case .connect(let index): open(addresses[index], isFirst: index == 0)
    case .subscribe:
      deliver(.step(.subscribe))
      for packet in batch where !send(packet) { return }
    case .announce:
      deliver(.connected(report))
      perform(subscriptions.announced())
    case .timeOut(let step): timeOut(at: step)
    }
  }

  private func sleep(until deadline: Int64?) {
    client.turnEnded()
    let patience = deadline.map { max(0, $0 - now) }
    let ready = LinkPoll.wait(bell: mailbox.descriptor, for: handle, milliseconds: patience)
    if ready != 0 { service(ready: ready) }
  }

  private func service(ready: Int16) {
    guard let handle else { return }
    if ready & Int16(POLLIN) != 0, keepAlive?.received(now: now) == true { deliver(.heard) }
    let fault = handle.service(ready: ready)
    handle.takeEvents().forEach(process)
    // What came before the end may have ended the attempt already.
    if let fault, self.handle === handle { fail(fault) }
  }

  private func tend() {
    if let deadline = subscriptions.deadline, now >= deadline {
      timeOut(at: .subscribe)
    }
    for item in traffic.expired(patience: configuration.deadlines.answer, now: now) {
      let limit = configuration.deadlines.answer / 1000
      deliver(.notSent(tag: item.tag, reason: "it could not leave within \(limit) s"))
    }
    switch keepAlive?.timePassed(now: now) {
    case nil, .some(.none): return
    case .silent: deliver(.silent(milliseconds: keepAlive?.silence(now: now) ?? 0))
    case .tend: if let fault = handle?.tend() { fail(fault) }
    case .lost: fail(.keepAlive)
    }
  }

  // MARK: An attempt

  private func begin() {
    words.cut = CutEvidence()
    deliver(.step(.resolve))
    let endpoint = configuration.endpoint
    // One that is still asked for from an attempt before is waited for again. The name is looked up
    // while the settings are made.
    if !endpoint.isAddress, resolution == nil {
      resolution = Resolution(of: endpoint.host, wake: mailbox.bell, resolve: resolve)
    }
    if context == nil {
      do throws(TLSSetupError) {
        context = try TLSContext(
          endpoint: endpoint, credentials: configuration.credentials, trust: configuration.trust,
          namesProtocol: configuration.namesProtocol)
      } catch {
        return end(words.setup(error))
      }
    }
    if endpoint.isAddress { resolved(.addresses([endpoint.host])) }
  }

  private func resolved(_ outcome: Resolution.Outcome) {
    resolution = nil
    guard machine.step == .resolve else { return }
    switch outcome {
    case .addresses(let found):
      addresses = found
      perform(machine.resolved(count: found.count, now: now))
    case .failed(let reason): end(words.notResolved(reason))
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
        perform(machine.subscribed(now: now))
      case .live(let group, let refused, let leftOut):
        deliver(.subscribed(group: group, refusedFilters: refused, leftOut: leftOut))
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
      let (count, packets) = subscriptions.begin()
      batch = packets
      report.leftOutFilters = subscriptions.leftOutOfBase
      perform(machine.greeted(packets: count, now: now))
    case .greeted(let code): end(words.refused(code: code))
    case .subscribed(let packet, let codes):
      cuts.answered(.subscribe, subscriptions.filters(ofPacket: packet))
      perform(subscriptions.answered(id: packet, codes: codes))
    case .unsubscribed(let packet): perform(subscriptions.answered(id: packet))
    case .published(let packet):
      guard let (tag, topic, left) = traffic.acknowledged(packet: packet) else { return }
      cuts.answered(.publish, [topic])
      // What is acknowledged has left, and what came before it has too.
      noteWritten(left)
      deliver(.acknowledged(tag: tag))
    case .message(let message): deliver(.message(message))
    case .oversized(let topic, let bytes): deliver(.oversized(topic: topic, bytes: bytes))
    }
  }

  // MARK: Sending

  private func enqueue(_ item: Outgoing) {
    guard case .online = machine.state else {
      return deliver(.notSent(tag: item.tag, reason: "there is no connection to the broker"))
    }
    guard !traffic.isFull else {
      return deliver(.notSent(tag: item.tag, reason: "too much is waiting to be sent"))
    }
    traffic.append(item, now: now)
  }

  private var canSend: Bool {
    guard let handle, !traffic.isEmpty else { return false }
    return !handle.isCongested && traffic.unacknowledged < configuration.inFlightLimit
  }

  private func send() {
    while canSend, let handle, let item = traffic.takeFirst() {
      let result = handle.publish(
        topic: item.publication.topic, payload: item.publication.payload,
        qualityOfService: item.qualityOfService)
      switch result {
      case .success(let packet):
        traffic.sent(item, packet: packet, now: now)
        keepAlive?.sent(now: now)
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
  private func noteFlush() { noteWritten(traffic.flushed()) }

  private func noteWritten(_ tags: [UInt64]) {
    for tag in tags { deliver(.written(tag: tag)) }
  }

  private func settleQueue(reason: String) {
    for item in traffic.takeAll() { deliver(.notSent(tag: item.tag, reason: reason)) }
  }

  // MARK: The end of an attempt or a connection

  private func fail(_ fault: BrokerFault) {
    if case .tcp = fault, let next = machine.addressFailed(now: now) { return perform(next) }
    let step = machine.step
    let ending = close(isSuspicious: fault.isByPeer, byPeer: fault.isByPeer)
    finish(words.failure(for: fault, step: step), ending)
  }

  private func timeOut(at step: ConnectionStep) {
    let whole = machine.isAttemptOver(now: now) ? configuration.deadlines.attempt : nil
    let ending = close(isSuspicious: step == .subscribe && whole == nil, byPeer: false)
    finish(words.timeOut(at: step, whole: whole), ending)
  }

  /// Ends the attempt for a reason that is known.
  private func end(_ failure: ConnectionFailure) {
    finish(failure, close(isSuspicious: false, byPeer: false))
  }

  /// Lets go of the connection, and finds out what its end means.
  ///
  /// - Parameters:
  ///   - isSuspicious: whether what was being subscribed may be the cause.
  ///   - byPeer: whether the other side ended it, as a take-over or a policy does.
  /// - Returns: what that brings for the subscriptions.
  private func close(isSuspicious: Bool, byPeer: Bool) -> Subscriptions.Ending {
    let sinceGreeting = machine.sinceGreeting(now: now)
    let unanswered = subscriptions.unanswered
    let ending = subscriptions.lost(isSuspicious: isSuspicious, isCounted: byPeer)
    let suspect = Suspect(
      subscribing: ending.suspects, step: machine.step, byPeer: byPeer,
      clientID: configuration.clientID, topics: traffic.suspects(now: now))
    let cut = CutHistory.Cut(
      afterGreeting: sinceGreeting, byPeer: byPeer, suspect: suspect,
      isRepeated: suspect.map(client.repeats) ?? false)
    // A broker that is not even there has forbidden nothing.
    if sinceGreeting == nil, !byPeer { subscriptions.acquitAll() }
    words.cut = CutEvidence(
      of: cut, cuts.note(cut), leftOut: ending.leftOut, subscribing: unanswered)
    words.cut.isNothingLeft = ending.isNothingLeft
    handle = nil
    keepAlive = nil
    traffic.lost()
    noteFlush()
    return ending
  }

  private func finish(_ failure: ConnectionFailure, _ ending: Subscriptions.Ending) {
    let searched = ending.suspects.isEmpty ? 0 : subscriptions.filterCount
    let verdict = machine.lost(
      failure.course, searching: searched, now: now, random: Double.random(in: 0..<1))
    settleQueue(reason: "the connection to the broker was lost before")
    switch verdict {
    case .retry(let wait): deliver(.lost(failure, retryInMilliseconds: Int(wait)))
    case .stop: deliver(.lost(failure, retryInMilliseconds: nil))
    }
    for group in ending.closed { deliver(.unsubscribed(group: group)) }
    if let group = ending.setAside { deliver(.setAside(group: group, failure)) }
  }
}

// The network thread's alone.
@available(*, unavailable)
extension NetworkLoop: Sendable {}
