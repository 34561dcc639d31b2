import JSON
import Monitor
import Recordings
import Shadow

/// Puts what was recorded into the monitor's words, as a session's events are.
struct ReplayTranslation {
  /// The shadows that the recording is about.
  private let addresses: [ShadowAddress]
  /// When requests went out that have no answer yet, by token, in ms since 1970.
  private var asked: [ScalarKey: Int64] = [:]
  /// Since when there is no connection, in ms since 1970.
  private var offlineSince: Int64?

  init(addresses: [ShadowAddress]) { self.addresses = addresses }

  /// The monitor's messages for a line, in order; `time` in ms since 1970.
  mutating func messages(for line: RecordedLine, at time: Int64) -> [Message] {
    switch line.content {
    case .message(let message):
      switch message.direction {
      case .incoming: return received(message, at: time)
      case .outgoing: return [sent(message, at: time)]
      }
    case .connected(let tls, let filters):
      offlineSince = nil
      return [.connection(.connected(tls: tls))]
        + (filters.isEmpty ? [] : [.connection(.refusedFilters(filters))])
        + addresses.map { .shadow($0, .live(refusedFilters: [], leftOut: [])) }
    case .lost(let loss): return [.connection(lost(loss, at: time))]
    case .silent(let milliseconds): return [.connection(.silent(since: time - milliseconds))]
    case .heard: return [.connection(.heard)]
    case .unanswered(let token, let isSent, let reason):
      asked[ScalarKey(token)] = nil
      let outcome = isSent ? RequestOutcome.unknown(reason: reason) : .notSent(reason: reason)
      return [.outcome(token: token, outcome)]
    case .dropped(let count): return [.dropped(count)]
    case .oversized(let topic, let bytes): return [.oversized(topic: topic, bytes: bytes)]
    case .end, .other: return []
    }
  }

  private mutating func received(_ message: RecordedMessage, at time: Int64) -> [Message] {
    let received = Message.received(
      topic: message.topic, payload: message.payload, arrival: time, retained: message.isRetained,
      qualityOfService: message.qualityOfService)
    guard !message.isRetained, !asked.isEmpty,
      let parsed = ShadowMessage(topic: message.topic, payload: message.payload),
      let token = parsed.clientToken, let sent = asked[ScalarKey(token)]
    else { return [received] }
    let milliseconds = Int(clamping: time - sent)
    let outcome: RequestOutcome
    switch parsed.content {
    case .document(let document):
      outcome = .accepted(version: document.version, body: [:], milliseconds: milliseconds)
    case .updateAccepted(_, let version), .deleteAccepted(let version):
      outcome = .accepted(version: version, body: [:], milliseconds: milliseconds)
    case .rejected(let error): outcome = .rejected(error, milliseconds: milliseconds)
    case .request, .documents, .delta, .unreadable: return [received]
    }
    asked[ScalarKey(token)] = nil
    return [received, .outcome(token: token, outcome)]
  }

  private mutating func sent(_ message: RecordedMessage, at time: Int64) -> Message {
    let parsed = ShadowMessage(topic: message.topic, payload: message.payload)
    let token = parsed?.clientToken ?? ""
    if !token.isEmpty { asked[ScalarKey(token)] = time }
    var operation = ShadowOperation.update
    if case .request(let asked)? = parsed?.topic { operation = asked }
    return .sent(
      Publication(topic: message.topic, payload: message.payload), token: token,
      operation: operation, at: time)
  }

  private mutating func lost(_ loss: RecordedLoss, at time: Int64) -> ConnectionStatus {
    if loss.isTakenOver { return .takenOver(what: loss.what, cause: loss.cause) }
    guard let retryIn = loss.retryIn else {
      return .stopped(what: loss.what, cause: loss.cause, remedy: loss.remedy)
    }
    let since = offlineSince ?? time
    offlineSince = since
    return .offline(
      what: loss.what, cause: loss.cause, remedy: loss.remedy, since: since,
      retryAt: time + retryIn)
  }
}
