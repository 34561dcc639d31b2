package import Shadow

/// What the service holds for one address.
package enum StoredShadow: Sendable, Equatable {
  case document(WrittenDocument)
  /// Remembered for `memory`, so that a shadow made again goes on counting (spec 6.4).
  ///
  /// The time is in seconds since 1970.
  case deleted(version: Int64, at: Int64)

  /// Seconds for which a deleted shadow's version is remembered: 48 hours.
  package static let memory: Int64 = 48 * 60 * 60

  /// What an accepted update did.
  struct Change {
    /// nil if there was no shadow.
    let previous: WrittenDocument?
    let current: WrittenDocument
  }

  /// When the shadow was deleted, in seconds since 1970; nil if it exists.
  var deletedAt: Int64? {
    guard case .deleted(_, let time) = self else { return nil }
    return time
  }

  /// Whether this is a shadow whose deletion no longer matters.
  ///
  /// - Parameter now: seconds since 1970.
  /// - Returns: never true of a shadow that exists.
  package func isForgotten(at now: Int64) -> Bool {
    deletedAt.map { now - $0 > Self.memory } ?? false
  }

  /// The document; nil if the shadow was deleted.
  package var document: ShadowDocument? { written?.document }

  var written: WrittenDocument? {
    guard case .document(let written) = self else { return nil }
    return written
  }

  /// Carries out steps 9 and 10 of spec 3.4; leaves `stored` as it is if they fail.
  ///
  /// - Parameters:
  ///   - request: already checked in itself.
  ///   - stored: the place of the shadow, nil if there never was one.
  ///   - limits: of these `size` is checked here.
  ///   - now: seconds since 1970.
  /// - Throws: `.versionConflict` or `.tooLarge`.
  /// - Returns: the documents before and after.
  static func apply(
    _ request: UpdateRequest, to stored: inout StoredShadow?, limits: ShadowLimits, now: Int64
  ) throws(ShadowError) -> Change {
    let previous = stored?.written
    var document = previous?.document ?? ShadowDocument(version: 0)
    // A missing shadow counts as version 0, a deleted one too (spec 6.3).
    if let version = request.version, version != document.version { throw .versionConflict }
    document.merge(request, at: now)
    document.version = nextVersion(after: stored, now: now)
    let current = WrittenDocument(document, after: previous) { request[$0] != nil }
    guard current.size <= limits.size else { throw .tooLarge }
    stored = .document(current)
    return Change(previous: previous, current: current)
  }

  /// Removes the document; the version it had, or nil if there was none.
  static func delete(_ stored: inout StoredShadow?, now: Int64) -> Int64? {
    guard let version = stored?.document?.version else { return nil }
    stored = .deleted(version: version, at: now)
    return version
  }

  private static func nextVersion(after stored: StoredShadow?, now: Int64) -> Int64 {
    guard let stored, !stored.isForgotten(at: now) else { return 1 }
    return switch stored {
    case .document(let written): written.document.version + 1
    // The deletion itself counts as one step.
    case .deleted(let version, _): version + 2
    }
  }
}
