import Canvas
import JSON
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
    case .silent(let since):
      guard connection.isUp else { return [] }
      connection.silentSince = since
      remark("nothing comes any more, not even the answer to a ping", .stale, at: now)
      return []
    case .heard:
      if connection.silentSince != nil { remark("something comes again", .stateConnected, at: now) }
      connection.silentSince = nil
      return []
    case .connecting:
      connection.status = status
      connection.isStandingAside = false
    case .offline(let what, let cause, let remedy, let since, _):
      connection.status = status
      suffer(
        Outage(what: what, cause: cause, remedy: remedy, since: since, isStopped: false), at: now)
    case .stopped(let what, let cause, let remedy):
      connection.status = status
      let since = connection.outage?.since ?? now
      suffer(
        Outage(what: what, cause: cause, remedy: remedy, since: since, isStopped: true), at: now)
    case .takenOver(let what, let cause):
      connection.status = status
      let since = connection.outage?.since ?? now
      suffer(Outage(what: what, cause: cause, remedy: "", since: since, isStopped: true), at: now)
    case .connected:
      connection.status = status
      guard !wasUp else { break }
      connection.outage = nil
      connection.remarked = []
      connection.refusedFilters = []
      connection.leftOutFilters = []
      connection.silentSince = nil
      connection.isStandingAside = false
      connection.wasUp = true
      for place in shadows.indices {
        shadows[place].freshness = Freshness()
        shadows[place].getDenial = nil
        if shadows[place].reply?.isAboutOutage == true { shadows[place].reply = nil }
      }
      remark("connected", .stateConnected, at: now)
    }
    return []
  }

  /// Takes in that there is no connection; the log gets each cause once.
  private mutating func suffer(_ outage: Outage, at now: Int64) {
    connection.outage = outage
    connection.silentSince = nil
    for place in shadows.indices {
      shadows[place].freshness = Freshness()
      shadows[place].wishes.loseSight()
    }
    let cause = sentences(outage.what, outage.cause)
    guard !connection.remarked.contains(where: cause.hasSameScalars(as:)) else { return }
    let prefix =
      !connection.remarked.isEmpty
      ? "tried again: " : connection.wasUp ? "disconnected: " : "not connected: "
    connection.remarked.append(cause)
    if connection.remarked.count > 16 { connection.remarked.removeFirst() }
    remark(prefix + cause, .stateOffline, at: now)
  }

  /// Takes in that a message was too long, or that so many were dropped.
  mutating func noteOversized(_ topic: String, bytes: Int, at now: Int64) {
    remark(
      "not taken in: \(byteText(bytes)) on \(suffix(of: topic)); AWS IoT has 128 KB at most",
      .logRejected, at: now)
  }

  /// Takes in that messages were dropped: what they told is asked for.
  mutating func noteDropped(_ count: Int, at now: Int64) -> [Effect] {
    remark(
      "\(counted(count, "message")) dropped: more came than can be shown", .logRejected, at: now)
    guard connection.isUp else { return [] }
    return shadows.indices.flatMap { place in
      shadows[place].freshness.isAsked || shadows[place].getDenial != nil
        ? [] : with(place) { $0.askForDocument() }
    }
  }

  mutating func remark(_ text: String, _ role: Role, at now: Int64) {
    log.append(
      LogEntry(time: now, direction: .remark, topic: "connection", summary: [Span(text, role)]))
  }

  /// Takes in that a request of ours went out; `time` in ms since 1970.
  mutating func noteSent(
    _ publication: Publication, token: String, operation: ShadowOperation, at time: Int64
  ) {
    let address = ShadowAddress.parse(topic: publication.topic)?.0 ?? address
    requests.note(token, of: address, at: time)
    if operation == .get, let place = place(of: address) { shadows[place].freshness.ask(token) }
    var summary = [Span(token, .logOut)]
    let message = ShadowMessage(topic: publication.topic, payload: publication.payload)
    if case .request(let body)? = message?.content, let wish = wish(of: body) {
      summary += [Span("  ")] + wish
    }
    log.append(
      LogEntry(
        time: time, direction: .outgoing, topic: suffix(of: publication.topic), address: address,
        payload: publication.payload, summary: summary, token: token))
  }

  /// Asks for the shadow.
  mutating func askForDocument() -> [Effect] {
    guard replay == nil else { return [] }
    let token = tokens.token().text
    freshness.ask(token)
    // Noted at once: an outcome may come before the word that it was sent.
    return [.get(address, token: token)]
  }

  /// Does what is due by the clock.
  mutating func passTime(at now: Int64) -> [Effect] {
    guard connection.isUp, replay == nil else { return [] }
    return shadows.indices.flatMap { place in
      shadows[place].freshness.isDue(at: now) ? with(place) { $0.askForDocument() } : []
    }
  }

  /// What stands behind the prefix of an open shadow, or of the thing for its jobs; or the whole of
  /// another topic.
  func suffix(of topic: String) -> String {
    // By bytes: a slash and a combining mark behind it are one character. The prefix of a classic
    // shadow stands before the topics of the named ones too.
    let length = shadows.map { ($0.address.prefix + "/").utf8 }
      .filter { topic.utf8.starts(with: $0) }.map(\.count).max()
    if length == nil, let (name, suffix) = JobTopic.split(topic: topic),
      name.hasSameScalars(as: thing)
    {
      return "jobs/\(suffix)"
    }
    return String(Substring(topic.utf8.dropFirst(length ?? 0)))
  }
}
