import Glibc
package import Shadow

/// Takes the steps of a checkup one after another, the network's over the connection that a monitor
/// has too.
package enum Checkup {
  /// Milliseconds that a second port has to answer.
  private static let probePatience: Int64 = 5000
  /// Milliseconds that further attempts have to tell more than the first one did.
  private static let furtherPatience: Int64 = 15_000

  /// Checks everything, on the calling thread.
  ///
  /// It connects under the subject's client id, so whoever is connected under that is thrown out.
  /// Every step has its dead-line in the subject's.
  ///
  /// - Parameters:
  ///   - subject: what is known of the connection.
  ///   - reason: why the network is left alone, as its steps tell; nil to take them.
  ///   - ask: asked for the passphrase of an encrypted key; nil where nobody can be.
  ///   - deliver: told each result as it is known, each step once and in order.
  package static func run(
    _ subject: CheckupSubject, withoutNetwork reason: String? = nil,
    asking ask: PassphraseAsking? = nil,
    deliver: (CheckResult) -> Void
  ) {
    let local = LocalCheckup(of: subject, now: Clock.wallMilliseconds / 1000, asking: ask)
    local.results.forEach(deliver)
    if let reason { return skipNetwork(reason, deliver) }
    guard let configuration = local.configuration, let address = local.address else {
      let hasFailed = local.results.contains { $0.mark == .failed }
      return skipNetwork(
        hasFailed ? "not tried: what is wrong above comes first" : "not tried: see above", deliver)
    }
    connect(configuration, address, subject.secondPort, deliver)
  }

  private static func skipNetwork(_ words: String, _ deliver: (CheckResult) -> Void) {
    for step in CheckStep.network { deliver(.skipped(step, words)) }
  }

  private static func connect(
    _ configuration: LinkConfiguration, _ address: ShadowAddress, _ secondPort: UInt16,
    _ deliver: (CheckResult) -> Void
  ) {
    let mailbox = Mailbox<ThingEvent>()
    let session = ThingSession(configuration: configuration, addresses: [address]) {
      mailbox.post($0)
    }
    var checkup = ConnectionCheckup(configuration, address: address)
    var end: Int64?
    while !checkup.isOver {
      var results = mailbox.collect().flatMap { checkup.take($0) }
      let now = Clock.monotonicMilliseconds
      if checkup.pending != nil, end == nil { end = now + furtherPatience }
      if let end, now >= end { results += checkup.giveUp() }
      // Its own next attempt would only get in the way of what follows.
      if checkup.isOver { session.stop() }
      for var result in results {
        if result.step == .tcp, result.mark == .failed {
          result = digging(into: result, configuration, secondPort)
        }
        deliver(result)
      }
      guard !checkup.isOver else { return }
      var source = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      let wait = end.map { CInt(clamping: max(0, $0 - now)) } ?? -1
      // Without a descriptor nobody wakes us.
      poll(&source, 1, mailbox.isOpen ? wait : 50)
    }
  }

  /// Looks whether the broker is reached by another port than the one that is closed.
  private static func digging(
    into result: CheckResult, _ configuration: LinkConfiguration, _ secondPort: UInt16
  ) -> CheckResult {
    let endpoint = configuration.endpoint
    guard endpoint.port != secondPort else { return result }
    let second = Endpoint(host: endpoint.host, port: secondPort)
    var other = configuration
    other.endpoint = second
    other.filters = []
    var result = result
    switch PortProbe.ask(other, milliseconds: probePatience) {
    case .secured:
      result.facts.append(.init(name: "port \(secondPort)", value: "open, and the broker is there"))
      result.causes.insert("Port \(endpoint.port) is blocked on the way to the broker.", at: 0)
      result.remedy = "\(endpoint.port) is blocked, \(secondPort) is open: use \(second)."
    case .open:
      result.facts.append(
        .init(name: "port \(secondPort)", value: "open, but the broker is not there"))
    case .closed: result.facts.append(.init(name: "port \(secondPort)", value: "closed too"))
    }
    return result
  }
}

extension Checkup {
  /// The network's steps as far as a connection that is up proves them; nothing is sent for it.
  ///
  /// - Parameters:
  ///   - report: of the connection.
  ///   - configuration: what it was made with.
  ///   - address: the shadow that is looked at.
  /// - Returns: one result for each step, in order.
  package static func proven(
    by report: LinkReport, _ configuration: LinkConfiguration, address: ShadowAddress
  ) -> [CheckResult] {
    var checkup = ConnectionCheckup(configuration, address: address)
    let secured = report.security.map { checkup.take(.connection(.secured($0))) } ?? []
    let filters = ShadowStatus.live(
      refusedFilters: report.refusedFilters, leftOut: report.leftOutFilters)
    let online = checkup.take(.shadow(address, filters))
    return secured + online
      + (checkup.isOver ? [] : [.skipped(.get, "not asked again here: r gets the shadow")])
  }
}
