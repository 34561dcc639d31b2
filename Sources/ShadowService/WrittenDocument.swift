import JSON
package import Shadow

/// A stored document with its sections in the form in which messages carry them.
///
/// An update writes anew what it touches; the document before it, its size and an untouched section
/// are there already.
package struct WrittenDocument: Sendable, Equatable {
  /// One section as compact JSON.
  private struct Part: Sendable {
    let state: [UInt8]
    let metadata: [UInt8]

    /// nil if the document has no such section.
    init?(_ section: Section, of document: ShadowDocument) {
      guard let state = document[section] else { return nil }
      self.state = JSONValue.object(state).compactBytes
      metadata = JSONValue.object(document[metadata: section] ?? JSONObject()).compactBytes
    }
  }

  package let document: ShadowDocument
  private var desired: Part?
  private var reported: Part?

  /// Writes a document that comes from elsewhere.
  package init(_ document: ShadowDocument) {
    self.init(document, after: nil) { _ in true }
  }

  /// Writes a document after an update.
  ///
  /// - Parameters:
  ///   - document: as it is to be stored.
  ///   - previous: the document before, if there was one.
  ///   - changes: whether a section may differ from that of `previous`.
  init(
    _ document: ShadowDocument, after previous: WrittenDocument?, changes: (Section) -> Bool
  ) {
    self.document = document
    func part(_ section: Section, _ before: Part?) -> Part? {
      previous != nil && !changes(section) ? before : Part(section, of: document)
    }
    desired = part(.desired, previous?.desired)
    reported = part(.reported, previous?.reported)
  }

  /// Bytes that count against `ShadowLimits.size` (spec 10.1).
  var size: Int { (desired?.state.count ?? 0) + (reported?.state.count ?? 0) }

  /// `{state, metadata, version}` as `update/documents` has it (spec 4.4).
  package var json: [UInt8] {
    var body = JSONObjectWriter()
    body.append(key: "state", written: state())
    body.append(key: "metadata", written: metadata)
    body.append(key: "version", value: .number(JSONNumber(document.version)))
    return body.finish()
  }

  /// The sections that exist, and the difference if it is asked for and there is one (spec 4.5).
  func state(withDelta: Bool = false) -> [UInt8] {
    var state = JSONObjectWriter()
    if let desired { state.append(key: Section.desired.rawValue, written: desired.state) }
    if let reported { state.append(key: Section.reported.rawValue, written: reported.state) }
    if withDelta, let delta = document.delta { state.append(key: "delta", value: .object(delta)) }
    return state.finish()
  }

  /// The metadata of the sections that exist.
  var metadata: [UInt8] {
    var metadata = JSONObjectWriter()
    if let desired { metadata.append(key: Section.desired.rawValue, written: desired.metadata) }
    if let reported { metadata.append(key: Section.reported.rawValue, written: reported.metadata) }
    return metadata.finish()
  }

  package static func == (left: WrittenDocument, right: WrittenDocument) -> Bool {
    left.document == right.document
  }
}
