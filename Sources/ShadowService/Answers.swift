import JSON
import Shadow

extension ShadowAddress {
  /// The messages of an accepted update (spec 4.2 to 4.4, 8.2).
  func publications(
    of request: UpdateRequest, _ change: StoredShadow.Change, _ now: Int64
  ) -> [Publication] {
    let current = change.current
    let version = JSONValue.number(JSONNumber(current.version))
    var publications = [
      answer(
        on: .accepted(.update),
        [
          "state": request.state, "metadata": ShadowMetadata.mirroring(request.state, at: now),
          "version": version,
        ], now, request.clientToken)
    ]
    if let delta = current.difference {
      publications.append(
        answer(
          on: .delta,
          [
            "state": .object(delta.state), "metadata": .object(delta.metadata), "version": version,
          ], now, request.clientToken))
    }
    publications.append(
      answer(
        on: .documents,
        ["previous": change.previous?.json ?? .null, "current": current.json],
        now, request.clientToken))
    return publications
  }

  /// One message of the service: what it says, then its time in seconds, then the token (spec 4.1).
  func answer(
    on topic: ShadowTopic, _ content: JSONObject, _ timestamp: Int64?, _ token: ClientToken?
  ) -> Publication {
    var body = content
    if let timestamp { body.append(key: "timestamp", value: .number(JSONNumber(timestamp))) }
    if let token { body.append(key: "clientToken", value: .string(token.text)) }
    return Publication(topic: self.topic(topic), payload: JSONValue.object(body).compactBytes)
  }
}
