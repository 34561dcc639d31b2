import Canvas
import Shadow

extension Model {
  /// Takes in what the session says of the connection.
  mutating func follow(_ status: ConnectionStatus, at now: Int64) -> [Effect] {
    let wasUp = connection.isUp
    switch status {
    case .refusedFilters(let filters):
      connection.refusedFilters = filters
      for filter in filters {
        remark("the broker refused \(filter)", .logRejected, at: now)
      }
      return []
    case .connecting, .offline, .stopped:
      connection.status = status
    case .connected:
      connection.status = status
      connection.refusedFilters = []
      connection.wasUp = true
    }
    switch status {
    case .connected where !wasUp: remark("connected", .stateConnected, at: now)
    case .offline(let cause, _, _, _) where wasUp:
      remark("disconnected: \(cause)", .stateOffline, at: now)
    case .stopped(let what, let cause, _): remark("\(what): \(cause)", .stateOffline, at: now)
    case .connecting, .connected, .offline, .refusedFilters: break
    }
    return []
  }

  private mutating func remark(_ text: String, _ role: Role, at now: Int64) {
    log.append(
      LogEntry(time: now, direction: .remark, topic: "connection", summary: [Span(text, role)]))
  }

  /// Takes in that a request of ours went out.
  mutating func noteSent(
    _ publication: Publication, token: String, operation: ShadowOperation, at now: Int64
  ) -> [Effect] {
    requests.note(token, at: now)
    log.append(
      LogEntry(
        time: now, direction: .outgoing, topic: suffix(of: publication.topic),
        size: publication.payload.count,
        summary: [Span("ours "), Span(token, .logOut)], token: token))
    return []
  }

  /// What stands behind the shadow's prefix, or the whole of another topic.
  func suffix(of topic: String) -> String {
    let prefix = (address.prefix + "/").utf8
    // By bytes: a slash and a combining mark behind it are one character.
    return topic.utf8.starts(with: prefix)
      ? String(Substring(topic.utf8.dropFirst(prefix.count))) : topic
  }
}
