import Monitor
import Shadow
import Thing

/// Puts what the session tells into the monitor's words.
struct EventTranslation {
  let endpoint: String
  /// Milliseconds since 1970 at which the connection was lost; nil while it is up or never was.
  private var offlineSince: Int64?

  init(endpoint: String) { self.endpoint = endpoint }

  /// The monitor's messages for one event, in order.
  mutating func messages(for event: ThingEvent, at now: Int64) -> [Message] {
    switch event {
    case .connection(let status): connection(status, at: now)
    case .shadow(let address, .getLeftOut(let failure)): [.getLeftOut(address, what: failure.what)]
    case .shadow(let address, let status): link(status).map { [.shadow(address, $0)] } ?? []
    case .received(let message):
      [
        .received(
          topic: message.topic, payload: message.payload, arrival: message.arrivedAt,
          retained: message.isRetained, qualityOfService: message.qualityOfService)
      ]
    case .oversized(let topic, let bytes): [.oversized(topic: topic, bytes: bytes)]
    case .sent(let publication, let token, let time):
      [.sent(publication, token: token.text, operation: operation(of: publication), at: time)]
    case .outcome(let token, _, _, let outcome): [.outcome(token: token.text, outcome)]
    }
  }

  private func link(_ status: ShadowStatus) -> ShadowLink? {
    switch status {
    case .live(let filters, let leftOut): .live(refusedFilters: filters, leftOut: leftOut)
    case .closed: .opening
    case .getLeftOut: nil
    case .setAside(let failure):
      .refused(what: failure.what, cause: failure.cause, remedy: failure.remedy)
    }
  }

  private mutating func connection(
    _ status: Thing.ConnectionStatus, at now: Int64
  ) -> [Message] {
    switch status {
    case .step(let step): return [.connection(.connecting(step: step.words, endpoint: endpoint))]
    case .secured: return []
    case .online(let report):
      offlineSince = nil
      let refused = report.refusedFilters
      return [.connection(.connected(tls: report.tls.replacing("TLSv", with: "TLS")))]
        + (refused.isEmpty ? [] : [.connection(.refusedFilters(refused))])
    case .silent(let milliseconds): return [.connection(.silent(since: now - milliseconds))]
    case .heard: return [.connection(.heard)]
    case .lost(let failure, nil) where failure.kind == .takeOver:
      return [.connection(.takenOver(what: failure.what, cause: failure.cause))]
    case .lost(let failure, nil):
      return [
        .connection(
          .stopped(what: failure.what, cause: failure.cause, remedy: failure.remedy))
      ]
    case .lost(let failure, let milliseconds?):
      let since = offlineSince ?? now
      offlineSince = since
      return [
        .connection(
          .offline(
            what: failure.what, cause: failure.cause, remedy: failure.remedy, since: since,
            retryAt: now + Int64(milliseconds)))
      ]
    }
  }

  private func operation(of publication: Publication) -> ShadowOperation {
    guard case .request(let operation)? = ShadowAddress.parse(topic: publication.topic)?.1 else {
      return .update
    }
    return operation
  }
}
