import JSON
package import Shadow

/// AWS IoT's shadow service without a broker: requests go in, the messages it publishes come out.
///
/// It answers requests only; whatever stands on a response topic, below an unknown operation or in
/// the broker's store is not one (spec 2.5, 2.6, 13).
package struct ShadowService: Sendable {
  /// How large a shadow may grow.
  package let limits: ShadowLimits
  /// Whether rejections tell the time; recorded ones of AWS do not (spec 4.7).
  package let timestampsInRejections: Bool

  private var shadows: [ShadowAddress: StoredShadow] = [:]
  /// When the longest deleted of the shadows that are still remembered was deleted.
  private var oldestDeletion: Int64?

  package init(limits: ShadowLimits = ShadowLimits(), timestampsInRejections: Bool = false) {
    self.limits = limits
    self.timestampsInRejections = timestampsInRejections
  }

  /// How many shadows take up memory: those that exist, and the deleted ones whose version is still
  /// remembered.
  package var count: Int { shadows.count }

  /// Goes on where an earlier service stood.
  ///
  /// - Parameters:
  ///   - stored: what `allStored` was.
  ///   - limits: for later requests; what is stored is not checked against them.
  ///   - timestampsInRejections: whether rejections tell the time.
  package init(
    stored: [ShadowAddress: StoredShadow], limits: ShadowLimits = ShadowLimits(),
    timestampsInRejections: Bool = false
  ) {
    self.init(limits: limits, timestampsInRejections: timestampsInRejections)
    shadows = stored
    oldestDeletion = stored.values.lazy.compactMap(\.deletedAt).min()
  }

  /// The document that is stored for a shadow, or nil if there is none.
  package subscript(address: ShadowAddress) -> ShadowDocument? {
    shadows[address]?.document
  }

  /// Takes one message and answers what the service publishes for it, in the order accepted, delta,
  /// documents; nothing if the message is no request.
  ///
  /// - Parameters:
  ///   - topic: the full topic that the message came on.
  ///   - payload: its body as it came.
  ///   - retained: whether it came from the broker's store; such a message is ignored (spec 13).
  ///   - now: seconds since 1970.
  /// - Returns: the messages to publish, QoS 1 and not retained.
  package mutating func handle(
    _ topic: String, payload: [UInt8], retained: Bool, now: Int64
  ) -> [Publication] {
    guard !retained, let (address, place) = ShadowAddress.parse(topic: topic),
      case .request(let operation) = place
    else { return [] }
    forgetDeletions(now)
    do throws(Refusal) {
      guard payload.count <= ShadowLimits.greatestPayload else {
        throw Refusal(.tooLarge, clientToken: Self.validToken(in: payload))
      }
      return switch operation {
      case .get: [try get(address, payload, now)]
      case .update: try update(address, payload, now)
      case .delete: [try delete(address, payload, now)]
      }
    } catch {
      return [rejection(error, of: operation, at: address, now)]
    }
  }

  /// What the service answers to a request that it cannot serve, whatever the request says.
  ///
  /// - Parameters:
  ///   - topic: the full topic that the message came on.
  ///   - payload: its body as it came.
  ///   - error: why; for instance `.internalFailure`.
  ///   - now: seconds since 1970.
  /// - Returns: the rejection; nil if the topic is no request's.
  package func refusal(
    of topic: String, payload: [UInt8], with error: ShadowError, now: Int64
  ) -> Publication? {
    guard let (address, place) = ShadowAddress.parse(topic: topic),
      case .request(let operation) = place
    else { return nil }
    let refusal = Refusal(error, clientToken: Self.validToken(in: payload))
    return rejection(refusal, of: operation, at: address, now)
  }

  // MARK: What outlives it

  /// Everything that is held, for whoever keeps it elsewhere.
  package var allStored: [ShadowAddress: StoredShadow] { shadows }

  /// What is held for a shadow; setting it takes back, or brings back, what was held before.
  package subscript(stored address: ShadowAddress) -> StoredShadow? {
    get { shadows[address] }
    set {
      shadows[address] = newValue
      if let time = newValue?.deletedAt { oldestDeletion = min(oldestDeletion ?? time, time) }
    }
  }

  // MARK: Operations

  private func get(
    _ address: ShadowAddress, _ payload: [UInt8], _ now: Int64
  ) throws(Refusal) -> Publication {
    let token = try Self.token(at: address, payload)
    guard let written = shadows[address]?.written else {
      throw Refusal(.noShadow(address), clientToken: token)
    }
    return address.answer(on: .accepted(.get), now, token) { body in
      body.append(key: "state", written: written.state(withDelta: true))
      body.append(key: "metadata", written: written.metadata)
      body.append(key: "version", value: .number(JSONNumber(written.document.version)))
    }
  }

  private mutating func update(
    _ address: ShadowAddress, _ payload: [UInt8], _ now: Int64
  ) throws(Refusal) -> [Publication] {
    if let fault = address.nameFault {
      throw Refusal(.invalidName(fault), clientToken: Self.validToken(in: payload))
    }
    let request = try UpdateRequest(payload: payload, limits: limits)
    let change: StoredShadow.Change
    do {
      change = try StoredShadow.apply(request, to: &shadows[address], limits: limits, now: now)
    } catch {
      throw Refusal(error, clientToken: request.clientToken)
    }
    return address.publications(of: request, change, now)
  }

  private mutating func delete(
    _ address: ShadowAddress, _ payload: [UInt8], _ now: Int64
  ) throws(Refusal) -> Publication {
    let token = try Self.token(at: address, payload)
    guard let version = StoredShadow.delete(&shadows[address], now: now) else {
      throw Refusal(.noShadow(address), clientToken: token)
    }
    oldestDeletion = oldestDeletion ?? now
    return address.answer(on: .accepted(.delete), now, token) { body in
      body.append(key: "version", value: .number(JSONNumber(version)))
    }
  }

  /// Forgets the shadows that were deleted more than 48 hours ago (spec 6.4), about once an hour.
  private mutating func forgetDeletions(_ now: Int64) {
    guard let oldest = oldestDeletion, now - oldest > StoredShadow.memory + 60 * 60 else { return }
    shadows = shadows.filter { !$0.value.isForgotten(at: now) }
    oldestDeletion = shadows.values.lazy.compactMap(\.deletedAt).min()
  }

  // MARK: Refusals

  /// Checks the name and the token of a request whose body is otherwise ignored (spec 3.2, 3.3).
  ///
  /// - Throws: `Refusal` for a name outside the rules, and for a token that is too long or not text:
  ///   it could not be echoed.
  private static func token(
    at address: ShadowAddress, _ payload: [UInt8]
  ) throws(Refusal) -> ClientToken? {
    if let fault = address.nameFault {
      throw Refusal(.invalidName(fault), clientToken: validToken(in: payload))
    }
    guard let body = body(of: payload) else { return nil }
    do {
      return try ClientToken.read(from: body)
    } catch {
      throw Refusal(error)
    }
  }

  private static func validToken(in payload: [UInt8]) -> ClientToken? {
    body(of: payload).flatMap { try? ClientToken.read(from: $0) }
  }

  private static func body(of payload: [UInt8]) -> JSONObject? {
    guard !payload.isEmpty else { return nil }
    return (try? JSONParser.parse(payload, maximumDepth: JSONParser.greatestMaximumDepth))?.object
  }

  private func rejection(
    _ refusal: Refusal, of operation: ShadowOperation, at address: ShadowAddress, _ now: Int64
  ) -> Publication {
    address.answer(
      on: .rejected(operation), timestampsInRejections ? now : nil, refusal.clientToken
    ) { body in
      body.append(key: "code", value: .number(JSONNumber(refusal.error.code)))
      body.append(key: "message", value: .string(refusal.error.message))
    }
  }
}
