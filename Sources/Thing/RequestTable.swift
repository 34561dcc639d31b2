import JSON
package import Shadow

/// The requests that wait for their answers, matched by client token (device-shadow spec 14.5).
///
/// Pure: told what happened and when, it says which requests are settled and how. Each request is
/// settled once. Times are milliseconds of any clock that only goes forward.
package struct RequestTable: Sendable {
  /// A request that has ended.
  package struct Settled: Sendable {
    /// Under which its sending was reported.
    package let tag: UInt64
    package let token: ClientToken
    package let address: ShadowAddress
    package let operation: ShadowOperation
    package let outcome: RequestOutcome
  }

  private struct Request: Sendable {
    let token: ClientToken
    let address: ShadowAddress
    let operation: ShadowOperation
    let publication: Publication
    /// Whether the broker's PUBACK is all that ever comes.
    let endsWithAcknowledgement: Bool
    /// When it was asked for; nil where only its leaving counts.
    let addedAt: Int64?
    /// nil while it has not left.
    var sentAt: Int64?

    /// When its time began.
    var since: Int64? { addedAt ?? sentAt }
  }

  private var requests: [UInt64: Request] = [:]
  private var lastTag: UInt64 = 0
  private let patience: Int64

  /// An empty table.
  ///
  /// - Parameter patience: milliseconds from asking or sending to giving an answer up.
  package init(patience: Int64 = 10_000) { self.patience = patience }

  package var isEmpty: Bool { requests.isEmpty }

  /// Enters a request that is about to be sent.
  ///
  /// - Parameters:
  ///   - publication: what is sent.
  ///   - operation: what it asks for.
  ///   - address: the shadow that it is about.
  ///   - token: the token in it.
  ///   - endsWithAcknowledgement: whether nothing but the broker's PUBACK ever answers it.
  ///   - now: when it was asked for, in milliseconds, from which its time counts; nil to count from
  ///     its leaving.
  /// - Returns: the tag under which its sending is reported, 1 or more; nil if a request with this
  ///   token still waits, since an answer could not tell the two apart.
  package mutating func add(
    _ publication: Publication, operation: ShadowOperation, of address: ShadowAddress,
    token: ClientToken, endsWithAcknowledgement: Bool = false, now: Int64? = nil
  ) -> UInt64? {
    guard !requests.values.contains(where: { $0.token == token }) else { return nil }
    lastTag += 1
    requests[lastTag] = Request(
      token: token, address: address, operation: operation, publication: publication,
      endsWithAcknowledgement: endsWithAcknowledgement, addedAt: now)
    return lastTag
  }

  /// The request with this tag has left.
  ///
  /// - Returns: what was sent; nil if the tag is not one of ours.
  package mutating func written(
    tag: UInt64, now: Int64
  ) -> (publication: Publication, token: ClientToken)? {
    guard let request = requests[tag] else { return nil }
    requests[tag]?.sentAt = now
    return (request.publication, request.token)
  }

  /// The broker has the message with this tag, which says nothing of what becomes of a request.
  ///
  /// - Returns: how it ended, if nothing else ever tells.
  package mutating func acknowledged(tag: UInt64, now: Int64) -> Settled? {
    guard requests[tag]?.endsWithAcknowledgement == true else { return nil }
    return settle(tag) { request in
      .accepted(
        version: nil, body: .null, milliseconds: Int(now - (request.sentAt ?? now)))
    }
  }

  /// The request with this tag never left.
  package mutating func notSent(tag: UInt64, reason: String) -> Settled? {
    settle(tag) { _ in .notSent(reason: reason) }
  }

  /// A message came: it settles a request of ours if it is the answer to one.
  ///
  /// An answer with a foreign token, or none, settles nothing.
  package mutating func received(topic: String, payload: [UInt8], now: Int64) -> Settled? {
    guard !requests.isEmpty, let (_, place) = ShadowAddress.parse(topic: topic) else {
      return nil
    }
    let operation: ShadowOperation
    switch place {
    case .accepted(let answered), .rejected(let answered): operation = answered
    case .request, .delta, .documents: return nil
    }
    let isExpected = requests.values.contains {
      $0.operation == operation && $0.publication.topic.isRequest(answeredOn: topic)
    }
    guard isExpected, let body = try? JSONParser.parse(payload),
      let token = body.object?["clientToken"]?.string
    else { return nil }
    let match = requests.first { _, request in
      request.operation == operation && request.token.text.hasSameScalars(as: token)
        && request.publication.topic.isRequest(answeredOn: topic)
    }
    guard let tag = match?.key else { return nil }
    return settle(tag) { request in
      let milliseconds = Int(now - (request.sentAt ?? now))
      guard case .rejected = place else {
        return .accepted(
          version: body.object?["version"]?.integer, body: body, milliseconds: milliseconds)
      }
      let error = ShadowError(
        code: body.object?["code"]?.integer.flatMap(Int.init(exactly:)) ?? 0,
        message: body.object?["message"]?.string ?? "")
      return .rejected(error, milliseconds: milliseconds)
    }
  }

  /// The connection ended: what was sent is unknown, what was not sent is reported by its tag.
  package mutating func connectionLost() -> [Settled] {
    settleSent(reason: "the connection ended before an answer came") { _ in true }
  }

  /// Nothing of a shadow comes any more: what was sent to it is unknown.
  package mutating func closed(_ address: ShadowAddress) -> [Settled] {
    settleSent(reason: "the shadow was closed before an answer came") { $0.address == address }
  }

  /// When `timePassed` is wanted; nil if no answer is awaited.
  package var deadline: Int64? {
    requests.values.compactMap(\.since).min().map { $0 + patience }
  }

  /// Gives up the answers that are overdue.
  package mutating func timePassed(now: Int64) -> [Settled] {
    let patience = patience
    let limit = patience < 1000 ? "\(patience) ms" : "\(patience / 1000) s"
    func isDue(_ request: Request) -> Bool { request.since.map { now >= $0 + patience } ?? false }
    // What has not left by now is stuck half-way: what became of it is as unknown.
    for (tag, request) in requests where request.sentAt == nil && isDue(request) {
      requests[tag]?.sentAt = now
    }
    return settleSent(reason: "no answer came within \(limit)", where: isDue)
  }

  private mutating func settleSent(
    reason: String, where isDue: (Request) -> Bool
  ) -> [Settled] {
    let tags = requests.filter { $0.value.sentAt != nil && isDue($0.value) }.map(\.key).sorted()
    var settled: [Settled] = []
    for tag in tags {
      if let one = settle(tag, { _ in .unknown(reason: reason) }) { settled.append(one) }
    }
    return settled
  }

  private mutating func settle(
    _ tag: UInt64, _ outcome: (Request) -> RequestOutcome
  ) -> Settled? {
    guard let request = requests.removeValue(forKey: tag) else { return nil }
    return Settled(
      tag: tag, token: request.token, address: request.address, operation: request.operation,
      outcome: outcome(request))
  }
}

extension String {
  /// Whether this is the request topic below which the answer's topic lies.
  fileprivate func isRequest(answeredOn topic: String) -> Bool {
    let slash = UInt8(ascii: "/")
    guard let end = topic.utf8.lastIndex(of: slash) else { return false }
    return utf8.elementsEqual(topic.utf8[..<end])
  }
}
