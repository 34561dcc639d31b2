import JSON

extension ShadowMessage {
  /// Reads what came on a topic; nil if it is not one of a shadow's eleven topics.
  ///
  /// Unknown members, a missing timestamp and any text of an error are fine (spec 4.1, 14.10). A
  /// payload that is not JSON, or lacks what its topic is about, makes `.unreadable`.
  package init?(topic: String, payload: [UInt8]) {
    guard let (address, place) = ShadowAddress.parse(topic: topic) else { return nil }
    guard !payload.isEmpty else {
      let content: Content =
        place.isRequest
        ? .request(nil) : .unreadable(reason: "the payload is empty", position: nil)
      self.init(address: address, topic: place, content: content)
      return
    }
    do {
      self.init(address: address, topic: place, body: try JSONParser.parse(payload))
    } catch {
      self.init(
        address: address, topic: place,
        content: .unreadable(reason: error.message, position: error))
    }
  }

  private init(address: ShadowAddress, topic: ShadowTopic, body: JSONValue) {
    let content: Content
    do {
      content = try Content(of: topic, body: body)
    } catch {
      content = .unreadable(reason: error.reason, position: nil)
    }
    self.init(
      address: address, topic: topic, content: content,
      clientToken: body.object?["clientToken"]?.string,
      // A request's own `timestamp` is MIC's, in milliseconds (mic-thing-api 1.4).
      timestamp: topic.isRequest ? nil : body.object?["timestamp"]?.integer)
  }
}

extension ShadowMessage.Content {
  fileprivate init(of topic: ShadowTopic, body: JSONValue) throws(UnexpectedShape) {
    switch topic {
    case .request: self = .request(body)
    case .accepted(.get): self = .document(try ShadowDocument(json: body))
    case .accepted(.update):
      let body = try body.members("the message")
      guard let state = body["state"] else { throw UnexpectedShape(reason: "'state' is missing") }
      self = .updateAccepted(state: state, version: try body.integer("version"))
    case .accepted(.delete):
      let body = try body.members("the message")
      self = .deleteAccepted(version: try body.integer("version"))
    case .delta:
      let body = try body.members("the message")
      guard let state = body["state"] else { throw UnexpectedShape(reason: "'state' is missing") }
      self = .delta(
        state: try state.members("'state'"), metadata: body["metadata"]?.object,
        version: try body.integer("version"))
    case .documents: self = try Self.documents(in: try body.members("the message"))
    case .rejected:
      let body = try body.members("the message")
      guard let code = Int(exactly: try body.integer("code")) else {
        throw UnexpectedShape(reason: "'code' is out of range")
      }
      self = .rejected(ShadowError(code: code, message: body["message"]?.string ?? ""))
    }
  }

  private static func documents(in body: JSONObject) throws(UnexpectedShape) -> Self {
    guard let json = body["current"] else { throw UnexpectedShape(reason: "'current' is missing") }
    var current = try ShadowDocument(json: json)
    // What was before only explains what is now: the document counts without it.
    var previous = body["previous"].flatMap { try? ShadowDocument(json: $0) }
    let timestamp = body["timestamp"]?.integer
    current.timestamp = timestamp
    previous?.timestamp = timestamp
    return .documents(previous: previous, current: current)
  }
}
