package import JSON
package import Shadow

/// A JSON text that is to be an update: the members of a section, or a whole request.
///
/// It is a whole request if it holds a `state` that is an object of `desired` and `reported` alone,
/// and beside it nothing but `version`, `timestamp` and `clientToken`. Without a `state`, or with
/// one that is a text, a number, true, false or an array, it is the members of a section. Anything
/// else could be meant as either, and is refused.
package enum UpdateBody: Sendable, Equatable {
  case section(JSONObject)
  case request(UpdateRequest)

  /// Why a text cannot be taken.
  package enum Fault: Error, Hashable, Sendable {
    case malformed(JSONSyntaxError, text: [UInt8])
    /// Why it is no update, as the rest of a sentence that begins with its name.
    case refused(String)
    /// Why it could be meant in two ways, likewise.
    case ambiguous(String)
  }

  /// Reads a text.
  ///
  /// - Throws: the `Fault`.
  package init(_ text: [UInt8]) throws(Fault) {
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONParser.parse(text) } catch {
      throw .malformed(error, text: text)
    }
    try self.init(value)
  }

  /// Takes a text that was parsed.
  ///
  /// - Throws: the `Fault`, which is not `.malformed`.
  package init(_ value: JSONValue) throws(Fault) {
    guard let members = value.object else { throw .refused("is \(value.kindName), no object") }
    if let key = value.duplicateKey { throw .refused("has the key “\(key)” twice in one object") }
    if value.hasNullInArray { throw .refused("has an array that holds null") }
    switch members["state"] {
    case nil, .string, .number, .bool, .array: self = .section(members)
    case .null: throw .ambiguous("holds “state”: null, which could be to empty the whole shadow")
    case .object(let sections): self = .request(try Self.request(members, sections))
    }
  }

  private static let companions = ["version", "timestamp", "clientToken"]

  private static func request(
    _ members: JSONObject, _ sections: JSONObject
  ) throws(Fault) -> UpdateRequest {
    if let stranger = members.first(where: { $0.key != "state" && !companions.contains($0.key) }) {
      throw .ambiguous("holds “state” and “\(stranger.key)”, which no request has")
    }
    guard !sections.isEmpty else { throw .ambiguous("holds an empty “state”") }
    for section in sections {
      guard Section(rawValue: section.key) != nil else {
        throw .ambiguous("has “\(section.key)” in “state”, and a request's is desired and reported")
      }
      guard section.value.isNull || section.value.object != nil else {
        throw .refused("has in “\(section.key)” no object but \(section.value.kindName)")
      }
    }
    return UpdateRequest(
      state: .object(sections), clientToken: try token(in: members),
      version: try integer("version", in: members),
      timestampMilliseconds: try integer("timestamp", in: members))
  }

  private static func integer(
    _ key: String, in members: JSONObject
  ) throws(Fault) -> Int64? {
    guard let value = members[key] else { return nil }
    guard let integer = value.integer, integer >= 0 else {
      throw .refused("has a “\(key)” that is no whole number")
    }
    return integer
  }

  private static func token(in members: JSONObject) throws(Fault) -> ClientToken? {
    do throws(ShadowError) { return try ClientToken.read(from: members) } catch {
      throw .refused(
        "has a “clientToken” that is no text of at most \(ClientToken.maximumBytes) bytes")
    }
  }
}

extension UpdateRequest {
  /// Why it is no observation, which MIC stores without a shadow, as the rest of a sentence that begins
  /// with its name; nil if it is one.
  package var noObservation: String? {
    if version != nil { return "has a “version”, which an observation has not" }
    if self[.desired] != nil { return "has a “desired”, which an observation has not" }
    return nil
  }
}
