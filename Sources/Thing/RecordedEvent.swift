package import Recordings
import Shadow

extension RecordedLine {
  /// What a recording says of an event; nil for one that it passes over, such as a step of an
  /// attempt to connect.
  ///
  /// - Parameters:
  ///   - event: from a session.
  ///   - time: when it came, in ms since 1970.
  package init?(_ event: ThingEvent, at time: Int64) {
    switch event {
    case .received(let message):
      self.init(
        time: message.arrivedAt,
        .message(
          RecordedMessage(
            .incoming, topic: message.topic, payload: message.payload,
            qualityOfService: message.qualityOfService, isRetained: message.isRetained)))
    case .sent(let publication, _, let left):
      self.init(
        time: left,
        .message(
          RecordedMessage(.outgoing, topic: publication.topic, payload: publication.payload)))
    case .oversized(let topic, let bytes):
      self.init(time: time, .oversized(topic: topic, bytes: bytes))
    case .outcome(let token, _, _, .unknown(reason: let reason)):
      self.init(time: time, .unanswered(token: token.text, isSent: true, reason: reason))
    case .outcome(let token, _, _, .notSent(reason: let reason)):
      self.init(time: time, .unanswered(token: token.text, isSent: false, reason: reason))
    case .connection(.online(let report)):
      self.init(
        time: time,
        .connected(
          tls: report.tls.replacing("TLSv", with: "TLS"), refusedFilters: report.refusedFilters))
    case .connection(.lost(let failure, let milliseconds)):
      self.init(
        time: time,
        .lost(
          RecordedLoss(
            what: failure.what, cause: failure.cause, remedy: failure.remedy,
            retryIn: milliseconds.map(Int64.init), isTakenOver: failure.kind == .takeOver)))
    case .connection(.silent(let milliseconds)):
      self.init(time: time, .silent(milliseconds: milliseconds))
    case .connection(.heard): self.init(time: time, .heard)
    case .connection(.step), .connection(.secured), .shadow, .outcome: return nil
    }
  }
}
