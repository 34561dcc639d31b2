import JSON
package import Shadow

/// A shadow as it was known last, to be shown before anything is heard of it.
///
/// In a file (see ``KeptFile``) it is the kind `document`: `arrival` in ms since 1970, and
/// `document` with the members state, metadata, version and timestamp.
package struct KeptDocument: Sendable {
  /// As the connection names the broker.
  package let endpoint: String
  package let address: ShadowAddress
  package let document: ShadowDocument
  /// When it came, in ms since 1970.
  package let arrival: Int64

  private static let kind = "document"

  /// - Parameters:
  ///   - endpoint: as the connection names the broker.
  ///   - address: of which shadow.
  ///   - document: the whole document.
  ///   - arrival: when it came, in ms since 1970.
  package init(
    endpoint: String, address: ShadowAddress, document: ShadowDocument, arrival: Int64
  ) {
    self.endpoint = endpoint
    self.address = address
    self.document = document
    self.arrival = arrival
  }

  /// The whole file.
  package var bytes: [UInt8] {
    var members = JSONObject.kept(kind: Self.kind, endpoint: endpoint, address)
    members.append(key: "arrival", value: .number(JSONNumber(arrival)))
    members.append(key: "document", value: document.json)
    return KeptFile.bytes(of: members)
  }

  /// Reads a file.
  ///
  /// - Throws: `KeptFault`.
  package init(_ bytes: [UInt8]) throws(KeptFault) {
    let members = try KeptFile.read(bytes, kind: Self.kind)
    let document: ShadowDocument
    do throws(UnexpectedShape) {
      document = try ShadowDocument(json: members["document"] ?? .null)
    } catch {
      throw .damaged(reason: error.reason)
    }
    self.init(
      endpoint: try members.text("endpoint"), address: try members.address(), document: document,
      arrival: try members.whole("arrival"))
  }

  /// Whether this is to take the place of what another monitor has kept: it is of a later version,
  /// or came later, as that of a shadow that was made anew does.
  package func supersedes(_ other: KeptDocument) -> Bool {
    document.version > other.document.version || arrival >= other.arrival
  }
}
