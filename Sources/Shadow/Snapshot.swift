package import JSON

/// A shadow as it was at one moment, to be kept in a file and compared or put back later.
package struct Snapshot: Sendable, Equatable {
  /// The format that this program writes, the newest that it reads.
  package static let format: Int64 = 1
  /// What tells a snapshot from other JSON of this program.
  static let kind = "snapshot"

  package let address: ShadowAddress
  /// The broker, `host:port`, outside text where it is from a file; nil where it is not known.
  package let endpoint: String?
  /// When the shadow was asked, ISO 8601; outside text where it is from a file.
  package let taken: String
  package let document: ShadowDocument

  /// - Parameters:
  ///   - document: as the service answered.
  ///   - address: whose it is.
  ///   - endpoint: the broker, `host:port`.
  ///   - now: when it was asked, ms since 1970.
  package init(
    of document: ShadowDocument, at address: ShadowAddress, endpoint: String?, taken now: Int64
  ) {
    self.document = document
    self.address = address
    self.endpoint = endpoint
    taken = CalendarTime(now).iso
  }

  /// What the file holds: numbers as they were written, members in their order.
  package var json: JSONValue {
    var members: JSONObject = [
      "shadowscope": .string(Self.kind), "format": .number(JSONNumber(Self.format)),
      "thing": .string(address.thing),
      "shadow": address.shadow.map { .string($0) } ?? .null,
    ]
    if let endpoint { members.append(key: "endpoint", value: .string(endpoint)) }
    members.append(key: "taken", value: .string(taken))
    members.append(key: "document", value: document.json)
    return .object(members)
  }

  /// Reads what `json` wrote; members that are not known are ignored.
  ///
  /// - Throws: `UnexpectedShape` with what is missing, of another type, or newer than this program.
  package init(json: JSONValue) throws(UnexpectedShape) {
    let members = try json.members("the snapshot")
    guard members["shadowscope"]?.string == Self.kind else {
      throw UnexpectedShape(reason: "'shadowscope' is not \"\(Self.kind)\"")
    }
    let format = try members.integer("format")
    guard format == Self.format else {
      throw UnexpectedShape(
        reason: "it is of format \(format), and this program knows format \(Self.format)")
    }
    guard let thing = members["thing"]?.string else {
      throw UnexpectedShape(reason: "'thing' is missing or not a text")
    }
    switch members["shadow"] {
    case nil, .null: address = ShadowAddress(thing: thing)
    case .string(let name): address = ShadowAddress(thing: thing, shadow: name)
    default: throw UnexpectedShape(reason: "'shadow' is neither a text nor null")
    }
    endpoint = members["endpoint"]?.string
    taken = members["taken"]?.string ?? ""
    guard let document = members["document"] else {
      throw UnexpectedShape(reason: "'document' is missing")
    }
    self.document = try ShadowDocument(json: document)
  }
}

/// A shadow's document from a file, with what the file tells of its origin.
package struct SavedShadow: Sendable, Equatable {
  /// Whose it was; nil where the file does not say.
  package var address: ShadowAddress?
  /// The broker, outside text; nil where the file does not say.
  package var endpoint: String?
  /// When it was so, ISO 8601 and outside text; nil where the file does not say.
  package var time: String?
  package var document: ShadowDocument

  package init(
    _ document: ShadowDocument, address: ShadowAddress? = nil, endpoint: String? = nil,
    time: String? = nil
  ) {
    self.document = document
    self.address = address
    self.endpoint = endpoint
    self.time = time
  }

  package init(_ snapshot: Snapshot) {
    self.init(
      snapshot.document, address: snapshot.address, endpoint: snapshot.endpoint,
      time: snapshot.taken.isEmpty ? nil : snapshot.taken)
  }

  /// Reads a snapshot, or a document as `get` prints it.
  ///
  /// - Throws: `UnexpectedShape` if it is neither.
  package init(json: JSONValue) throws(UnexpectedShape) {
    if json.object?["shadowscope"] != nil {
      self.init(try Snapshot(json: json))
      return
    }
    let document = try ShadowDocument(json: json)
    self.init(document, time: document.timestamp.map { CalendarTime(seconds: $0).iso })
  }
}

extension CalendarTime {
  /// What a clock in UTC shows at a moment in seconds since 1970; beyond all years, the last.
  fileprivate init(seconds: Int64) {
    let (moment, isBeyond) = seconds.multipliedReportingOverflow(by: 1000)
    self.init(isBeyond ? (seconds < 0 ? .min : .max) : moment)
  }
}
