package import JSON

/// One side of a shadow's state.
package enum Section: String, CaseIterable, Hashable, Sendable {
  case desired, reported

  /// The other of the two.
  package var other: Section { self == .desired ? .reported : .desired }
}

/// A shadow as it is stored: state, metadata and version (spec 4.4, 4.5).
package struct ShadowDocument: Sendable, Equatable {
  /// nil where the section does not exist (spec 5, rule 6).
  package var desired: JSONObject?
  package var reported: JSONObject?
  /// Metadata mirrors the state; its times are seconds since 1970 (spec 7).
  package var desiredMetadata: JSONObject?
  package var reportedMetadata: JSONObject?
  /// 1 or more; every accepted update adds 1 (spec 6.1).
  package var version: Int64
  /// Seconds since 1970 at which the service made the message that this came in, if it said so.
  package var timestamp: Int64?

  package init(
    desired: JSONObject? = nil, reported: JSONObject? = nil, desiredMetadata: JSONObject? = nil,
    reportedMetadata: JSONObject? = nil, version: Int64, timestamp: Int64? = nil
  ) {
    self.desired = desired
    self.reported = reported
    self.desiredMetadata = desiredMetadata
    self.reportedMetadata = reportedMetadata
    self.version = version
    self.timestamp = timestamp
  }

  package subscript(section: Section) -> JSONObject? {
    get { section == .desired ? desired : reported }
    set {
      switch section {
      case .desired: desired = newValue
      case .reported: reported = newValue
      }
    }
  }

  package subscript(metadata section: Section) -> JSONObject? {
    get { section == .desired ? desiredMetadata : reportedMetadata }
    set {
      switch section {
      case .desired: desiredMetadata = newValue
      case .reported: reportedMetadata = newValue
      }
    }
  }
}
