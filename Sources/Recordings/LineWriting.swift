import JSON
import Shadow

extension RecordedLine {
  /// The line with its line feed; what signs a URL is masked.
  ///
  /// A payload that is valid UTF-8 stands in it as a text, any other in base64. What a terminal would
  /// act on is escaped, so that a recording can be looked at.
  package var bytes: [UInt8] {
    var object: JSONObject = ["time": .number(JSONNumber(time))]
    func put(_ key: String, _ text: String) { object.append(key: key, value: .string(text)) }
    func put(_ key: String, _ number: Int64) {
      object.append(key: key, value: .number(JSONNumber(number)))
    }
    switch content {
    case .message(let message):
      put("direction", message.direction.rawValue)
      put("topic", message.topic)
      put("qos", Int64(message.qualityOfService))
      if message.isRetained { object.append(key: "retained", value: true) }
      let masked = SignedURL.masking(message.payload)
      let payload = masked ?? message.payload
      if let text = String(validating: payload, as: UTF8.self) {
        put("payload", text)
      } else {
        put("base64", String(decoding: Base64Text.encoded(payload), as: UTF8.self))
      }
      if masked != nil || message.isMasked { object.append(key: "masked", value: true) }
    case .connected(let tls, let filters):
      put("event", "connected")
      put("tls", tls)
      if !filters.isEmpty {
        object.append(key: "refusedFilters", value: .array(filters.map(JSONValue.string)))
      }
    case .lost(let loss):
      put("event", "lost")
      put("what", loss.what)
      put("cause", loss.cause)
      put("remedy", loss.remedy)
      if let retryIn = loss.retryIn { put("retryIn", retryIn) }
      if loss.isTakenOver { object.append(key: "takenOver", value: true) }
    case .silent(let milliseconds):
      put("event", "silent")
      put("for", milliseconds)
    case .heard: put("event", "heard")
    case .unanswered(let token, let isSent, let reason):
      put("event", "unanswered")
      put("token", token)
      object.append(key: "sent", value: .bool(isSent))
      put("reason", reason)
    case .dropped(let count):
      put("event", "dropped")
      put("count", Int64(count))
    case .oversized(let topic, let bytes):
      put("event", "oversized")
      put("topic", topic)
      put("bytes", Int64(bytes))
    case .end(let messages):
      put("event", "end")
      put("messages", Int64(messages))
    case .other(let name): put("event", name)
    }
    return recordedBytes(object)
  }
}

/// An object as a line with its line feed, in which nothing is raw that a terminal would act on.
func recordedBytes(_ object: JSONObject) -> [UInt8] {
  Array((JSONValue.object(object).compact(escaping: .invisible) + "\n").utf8)
}
