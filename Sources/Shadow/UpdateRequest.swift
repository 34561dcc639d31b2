package import JSON

/// What an update does to one section (spec 3.1).
package enum SectionChange: Sendable, Equatable {
  /// Writes the members, removing those that are null; an empty object changes nothing.
  case merge(JSONObject)
  /// Removes the section: `null` in the request.
  case remove

  var json: JSONValue {
    switch self {
    case .merge(let members): .object(members)
    case .remove: .null
    }
  }
}

/// A request to change a shadow (spec 3.1), as a client makes it and as the service has checked it.
package struct UpdateRequest: Sendable, Equatable {
  /// `null` to empty the shadow, or an object with `desired`, `reported`, both or neither, each an
  /// object or `null`.
  package let state: JSONValue
  /// Echoed in every answer to this request.
  package let clientToken: ClientToken?
  /// The version that the shadow must have, or nil for any (spec 6.2).
  package let version: Int64?
  /// MIC's time of the observation in milliseconds since 1970; the service ignores it
  /// (mic-thing-api 1.4).
  package let timestampMilliseconds: Int64?

  /// A request that changes the sections that are given and leaves the others alone.
  package init(
    desired: SectionChange? = nil, reported: SectionChange? = nil, clientToken: ClientToken? = nil,
    version: Int64? = nil, timestampMilliseconds: Int64? = nil
  ) {
    var sections = JSONObject()
    if let desired { sections.append(key: Section.desired.rawValue, value: desired.json) }
    if let reported { sections.append(key: Section.reported.rawValue, value: reported.json) }
    self.init(
      state: .object(sections), clientToken: clientToken, version: version,
      timestampMilliseconds: timestampMilliseconds)
  }

  /// A request with a whole `state` of that form.
  package init(
    state: JSONValue, clientToken: ClientToken?, version: Int64?, timestampMilliseconds: Int64?
  ) {
    self.state = state
    self.clientToken = clientToken
    self.version = version
    self.timestampMilliseconds = timestampMilliseconds
  }

  /// What the request does to a section; nil if it leaves it alone.
  package subscript(section: Section) -> SectionChange? {
    switch state.object.map({ $0[section.rawValue] }) {
    case nil: .remove
    case .object(let members)??: .merge(members)
    case .null??: .remove
    default: nil
    }
  }

  /// The body; members in the order state, version, timestamp, clientToken.
  package var json: JSONValue {
    var body: JSONObject = ["state": state]
    if let version { body.append(key: "version", value: .number(JSONNumber(version))) }
    if let timestampMilliseconds {
      body.append(key: "timestamp", value: .number(JSONNumber(timestampMilliseconds)))
    }
    if let clientToken { body.append(key: "clientToken", value: .string(clientToken.text)) }
    return .object(body)
  }

  /// The exact bytes to send.
  package func publication(to address: ShadowAddress) -> Publication {
    Publication(topic: address.topic(.request(.update)), payload: json.compactBytes)
  }
}
