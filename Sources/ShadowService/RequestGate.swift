package import Shadow

/// What stands before and behind the service: AWS's limits if they are on, and faults on demand.
///
/// For each request `admit` is called before the service is asked and `dispatch` with its answers.
package struct RequestGate: Sendable {
  package var faults: FaultPlan
  private var limiter: RequestLimiter?

  /// A request that has come, or another message, which just passes.
  package struct Admission: Hashable, Sendable {
    package var verdict = FaultPlan.Verdict.pass
    /// The thing whose connections are to be cut at once.
    package var cut: String?
    /// Rules that have acted.
    package var notes: [FaultPlan.Note] = []
    /// The thing that the request counts for until it is answered.
    fileprivate var countsFor: String?
  }

  /// - Parameters:
  ///   - faults: the rules to start with.
  ///   - limitsRates: whether AWS's limits on requests count (spec 10.3).
  package init(faults: FaultPlan = FaultPlan(), limitsRates: Bool = false) {
    self.faults = faults
    limiter = limitsRates ? RequestLimiter() : nil
  }

  /// Takes a message before the service does; what is no request just passes.
  ///
  /// - Parameters:
  ///   - topic: the full topic that it came on.
  ///   - retained: whether it came from the broker's store.
  ///   - now: milliseconds of a clock that never goes back.
  /// - Returns: what to do with it, to be handed to `dispatch`.
  package mutating func admit(_ topic: String, retained: Bool, now: Int64) -> Admission {
    var admission = Admission()
    // The usual case, which costs nothing.
    if limiter == nil, faults.isEmpty { return admission }
    guard !retained, let (address, place) = ShadowAddress.parse(topic: topic),
      case .request(let operation) = place
    else { return admission }
    if limiter != nil {
      if let excess = limiter?.take(address.thing, now: now) {
        admission.verdict = .refuse(.excess(excess))
        return admission
      }
      admission.countsFor = address.thing
    }
    let judgement = faults.judge(topic, address, operation, notes: &admission.notes)
    admission.verdict = judgement.verdict
    if judgement.cuts { admission.cut = address.thing }
    return admission
  }

  /// Sends the answers through the faults; to be called for each request, whatever became of it.
  ///
  /// - Parameters:
  ///   - answers: what is to be published for the request, in order.
  ///   - admission: what `admit` said of it.
  ///   - time: seconds since 1970, for rejections that are to tell it.
  ///   - now: milliseconds of the clock of `admit`.
  /// - Returns: what to do, in order, and which rules have acted.
  package mutating func dispatch(
    _ answers: [Publication], of admission: Admission, time: Int64, now: Int64
  ) -> (deliveries: [FaultPlan.Delivery], notes: [FaultPlan.Note]) {
    var notes: [FaultPlan.Note] = []
    let deliveries =
      faults.isEmpty
      ? answers.map { .publish($0, delay: 0) } : faults.deliver(answers, time: time, notes: &notes)
    if let thing = admission.countsFor {
      // The answer proper is out with its last copy; one that was dropped is not waited for.
      let delay = deliveries.compactMap(\.answerDelay).max() ?? 0
      limiter?.answer(thing, at: now + delay)
    }
    return (deliveries, notes)
  }
}

extension FaultPlan.Delivery {
  /// When the request's answer proper leaves with this, if it does.
  fileprivate var answerDelay: Int64? {
    guard case .publish(let publication, let delay) = self else { return nil }
    return switch ShadowAddress.parse(topic: publication.topic)?.1 {
    case .accepted, .rejected: delay
    case .request, .delta, .documents, nil: nil
    }
  }
}

extension ShadowError {
  /// The text of 429 is not documented (spec 9).
  fileprivate static func excess(_ excess: RequestLimiter.Excess) -> ShadowError {
    let words =
      switch excess {
      case .rate: "Too many requests: at most \(RequestLimiter.perSecond) in a second"
      case .inFlight: "Too many requests: at most \(RequestLimiter.inFlight) in flight"
      }
    return ShadowError(code: 429, message: words)
  }
}
