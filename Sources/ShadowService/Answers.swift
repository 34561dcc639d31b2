import JSON
import Shadow

extension ShadowAddress {
  /// The messages of an accepted update (spec 4.2 to 4.4, 8.2).
  func publications(
    of request: UpdateRequest, _ change: StoredShadow.Change, _ now: Int64
  ) -> [Publication] {
    let document = change.current.document
    let version = JSONValue.number(JSONNumber(document.version))
    let token = request.clientToken
    var publications = [
      answer(on: .accepted(.update), now, token) { body in
        body.append(key: "state", value: request.state)
        body.append(
          key: "metadata", shapeOf: request.state, leaf: ShadowMetadata.leaf(at: now).compactBytes)
        body.append(key: "version", value: version)
      }
    ]
    if let delta = document.difference {
      publications.append(
        answer(on: .delta, now, token) { body in
          body.append(key: "state", value: .object(delta.state))
          body.append(key: "metadata", value: .object(delta.metadata))
          body.append(key: "version", value: version)
        })
    }
    publications.append(
      answer(on: .documents, now, token) { body in
        if let previous = change.previous {
          body.append(key: "previous", written: previous.json)
        } else {
          body.append(key: "previous", value: .null)
        }
        body.append(key: "current", written: change.current.json)
      })
    return publications
  }

  /// One message of the service: what it says, then its time in seconds, then the token (spec 4.1).
  func answer(
    on topic: ShadowTopic, _ timestamp: Int64?, _ token: ClientToken?,
    _ content: (inout JSONObjectWriter) -> Void
  ) -> Publication {
    var body = JSONObjectWriter()
    content(&body)
    if let timestamp { body.append(key: "timestamp", value: .number(JSONNumber(timestamp))) }
    if let token { body.append(key: "clientToken", value: .string(token.text)) }
    return Publication(topic: self.topic(topic), payload: body.finish())
  }
}
