import JSON
package import Shadow

/// What a session tells of its way to the shadow, as steps of a checkup; without a socket.
///
/// The first failure ends it, but for an end without a reason that the next attempts may tell: under
/// TLS 1.3 a refusal of our certificate races with the end of the connection, and of the filters
/// the session finds out which one it is that the broker cuts the connection over.
package struct ConnectionCheckup: Sendable {
  private let endpoint: Endpoint
  private let clientID: String
  private let address: ShadowAddress
  /// Steps without a result, in their order.
  private var open = CheckStep.network[...]

  private var furtherAttempts = 2
  /// The failure that stands unless a further attempt tells more; nil while there is none.
  package private(set) var pending: ConnectionFailure?

  /// Whether every step has its result.
  package var isOver: Bool { open.isEmpty }

  /// Waits for the session's first event.
  ///
  /// - Parameters:
  ///   - configuration: what it connects with.
  ///   - address: its only shadow.
  package init(_ configuration: LinkConfiguration, address: ShadowAddress) {
    endpoint = configuration.endpoint
    clientID = configuration.clientID
    self.address = address
  }

  /// Takes what the session tells.
  ///
  /// - Returns: the results that follow from it, in order.
  package mutating func take(_ event: ThingEvent) -> [CheckResult] {
    guard !isOver else { return [] }
    switch event {
    case .connection(.step(let step)): return reached(step)
    case .connection(.secured(let facts)): return secured(facts)
    // What is refused of the shadow's own filters comes with that.
    case .connection(.online): return pass(until: .subscribe)
    case .connection(.lost(let failure, let retry)): return lost(failure, retry: retry)
    case .outcome(_, _, .get, let outcome): return settled(outcome)
    case .shadow(_, .setAside(let failure)): return end(with: failure)
    case .shadow(_, .live(let refused, let leftOut)):
      return subscribed(refused: refused, leftOut: leftOut)
    case .shadow(_, .getLeftOut(let failure)): return end(with: failure)
    case .connection(.silent), .connection(.heard), .shadow, .received, .oversized, .sent, .outcome:
      return []
    }
  }

  // MARK: On the way

  private mutating func reached(_ step: ConnectionStep) -> [CheckResult] {
    switch step {
    case .resolve, .connect: []
    case .tcp: pass(until: .tcp)
    case .tls: pass(until: .tls)
    case .subscribe: pass(until: .subscribe)
    }
  }

  private mutating func secured(_ facts: TLSFacts) -> [CheckResult] {
    guard open.contains(.tls) else { return [] }
    let before = pass(until: .tls)
    close(.tls)
    var results = before + [facts.result(for: endpoint)]
    // Under TLS 1.3 our certificate is judged after the handshake: only CONNACK tells.
    if facts.version != "TLSv1.3" { results += pass(until: .connect) }
    return results
  }

  private mutating func subscribed(refused: [String], leftOut: [String]) -> [CheckResult] {
    guard open.contains(.subscribe) else { return [] }
    let before = pass(until: .subscribe)
    close(.subscribe)
    let subscription = CheckResult.subscription(
      refused: refused, leftOut: leftOut, of: address, at: endpoint)
    let blind = [ShadowTopic.accepted(.get), .rejected(.get)].map { address.topic($0) }
    let isBlind = blind.contains { topic in (refused + leftOut).holds(topic) }
    return before + [subscription] + (isBlind ? skip("its answer would not arrive") : [])
  }

  private mutating func settled(_ outcome: RequestOutcome) -> [CheckResult] {
    let before = pass(until: .get)
    close(.get)
    return before + [.get(outcome)]
  }

  // MARK: The end

  private mutating func lost(_ failure: ConnectionFailure, retry: Int?) -> [CheckResult] {
    switch failure.kind {
    case .closedAfterConnect where retry != nil && furtherAttempts > 0:
      guard let step = open.first, step == .clientCertificate || step == .tcp || step == .tls else {
        break
      }
      furtherAttempts -= 1
      pending = failure
      return pass(until: .clientCertificate)
    case .closedAfterSubscribe where retry != nil && open.contains(.subscribe):
      pending = failure
      return pass(until: .subscribe)
    default: break
    }
    return end(with: failure)
  }

  /// Waits no longer for what a further attempt may tell.
  package mutating func giveUp() -> [CheckResult] { pending.map { end(with: $0) } ?? [] }

  private mutating func end(with failure: ConnectionFailure) -> [CheckResult] {
    let step = step(of: failure)
    var results: [CheckResult] = []
    if step == .connect, open.contains(.clientCertificate), !failure.isAnswerToConnect {
      results += pass(until: .clientCertificate)
      close(.clientCertificate)
      results.append(
        .skipped(.clientCertificate, "not known: under TLS 1.3 only the answer to CONNECT tells"))
    }
    results += pass(until: step)
    close(step)
    results.append(.failed(step, failure))
    return results + skip("not reached")
  }

  private func step(of failure: ConnectionFailure) -> CheckStep {
    if failure.kind == .clientCertificateRefused { return .clientCertificate }
    let step = failure.step.map(CheckStep.init) ?? (failure.kind == .setup ? .tls : open.first)
    guard let step, open.contains(step) else { return open.first ?? .get }
    return step
  }

  private mutating func close(_ step: CheckStep) {
    if open.first == step { open.removeFirst() }
  }

  /// Everything before a step has passed, since that was reached.
  private mutating func pass(until step: CheckStep) -> [CheckResult] {
    guard let place = open.firstIndex(of: step) else { return [] }
    defer { open = open[place...] }
    return open[..<place].map { .passed($0, words(for: $0)) }
  }

  private mutating func skip(_ words: String) -> [CheckResult] {
    defer { open = [] }
    return open.map { .skipped($0, words) }
  }

  private func words(for step: CheckStep) -> String {
    switch step {
    case .resolve:
      endpoint.isAddress ? "\(endpoint.host) is an address" : "\(endpoint.host) has an address"
    case .tcp: "\(endpoint) takes connections"
    case .tls: "the broker's certificate is good"
    case .clientCertificate: "the broker takes the thing's certificate"
    case .connect: "the broker lets “\(clientID)” in"
    default: ""
    }
  }
}

extension ConnectionFailure {
  /// Whether the broker answered CONNECT, for which it must have taken our certificate.
  fileprivate var isAnswerToConnect: Bool {
    switch kind {
    case .protocolRefused, .clientIDRefused, .serverUnavailable, .notAuthorised: true
    default: false
    }
  }
}

extension TLSFacts {
  /// The version as people write it.
  var versionWords: String { version.replacing("TLSv", with: "TLS ") }

  func result(for endpoint: Endpoint) -> CheckResult {
    var facts: [CheckResult.Fact] = [
      .init(name: "version", value: version), .init(name: "cipher", value: cipher),
    ]
    facts += chain.enumerated().map { place, subject in
      .init(name: "chain \(place)", value: subject)
    }
    facts.append(.init(name: "valid until", value: notAfter))
    if let applicationProtocol { facts.append(.init(name: "alpn", value: applicationProtocol)) }
    return .passed(
      .tls, "\(versionWords), for \(endpoint.host), signed by \(authority)", facts: facts)
  }
}

extension CheckResult {
  static func subscription(
    refused: [String], leftOut: [String], of address: ShadowAddress, at endpoint: Endpoint
  ) -> CheckResult {
    let answers = address.responseTopics
    let all = answers + [address.topic(.request(.update))]
    let facts = all.map { filter in
      Fact(
        name: refused.holds(filter) ? "refused" : leftOut.holds(filter) ? "cut" : "granted",
        value: filter)
    }
    let denied = refused + leftOut
    if let topic = answers.first(where: denied.holds) {
      let refusal = FilterRefusal(
        topic: topic, thing: address.thing, endpoint: endpoint, isCut: leftOut.holds(topic))
      return .failed(.subscribe, refusal, facts: facts)
    }
    guard let other = denied.first else {
      return .passed(.subscribe, "all \(all.count) topic filters are granted", facts: facts)
    }
    return .warned(
      .subscribe,
      Advice(
        what: "The broker does not permit the subscription to \(other).",
        remedy: "Requests of others are not seen; everything else works."), facts: facts)
  }

  static func get(_ outcome: RequestOutcome) -> CheckResult {
    switch outcome {
    case .accepted(let version, _, let milliseconds):
      let words = version.map { "version \($0.description)" } ?? "the shadow"
      return .passed(.get, "\(words), after \(milliseconds) ms")
    case .rejected(let error, _):
      let refusal = ServiceRefusal(error)
      guard error.code != 404 else {
        return .warned(.get, Advice(what: refusal.what, remedy: refusal.remedy))
      }
      return .failed(.get, refusal)
    case .unknown(let reason): return .failed(.get, NoAnswer(cause: reason))
    case .notSent(let reason): return .failed(.get, NoAnswer(cause: reason))
    }
  }
}

/// The service is silent.
private struct NoAnswer: ExplainedError {
  var what: String { "The service did not answer." }
  let cause: String
  var causes: [String] {
    [
      "The certificate's policy does not permit publishing on the shadow's topics.",
      "The service is slow or down: \(cause).",
    ]
  }
  var remedy: String { "Try again; if answers never come, look at the certificate's policy." }
}
