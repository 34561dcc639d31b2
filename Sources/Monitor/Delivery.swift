import JSON
package import Shadow

/// One update on its way: published, and its answer not known yet.
package struct Delivery: Sendable {
  /// What was sent.
  package let publication: Publication
  /// Of the request, by which its answer is known.
  package let token: String
  /// What it asks for, with the history of its staging; staged again if it is not applied.
  let draft: Draft
  /// How it was published.
  let choice: PublishingChoice
  /// The version that was held when it was published, 0 for no shadow.
  package let baseVersion: Int64
  /// When it was published, in ms since 1970.
  package let sentAt: Int64
  /// What the shadow had of each edit when it was published, in their order.
  let before: [Before]
  package private(set) var state = State.waiting
  /// Our requests that were made before the answer was given up; those after them see what became
  /// of this one.
  private(set) var requestsBefore = Int.max
  /// The last of the versions after ``baseVersion`` that all are known to be the work of others.
  private var othersUpTo: Int64

  package enum State: Hashable, Sendable {
    /// The answer is still to come.
    case waiting
    /// No answer came: the service may or may not have it (spec 11). The next document tells.
    case unknown
    /// No document tells any more: the person decides.
    case undecided
  }

  /// What the shadow had where an edit goes.
  struct Before: Hashable, Sendable {
    /// Whether that is what the edit asks for.
    let wasShown: Bool
    /// When it was written, in seconds since 1970 by the service's clock; nil if that is not known.
    let written: Int64?
  }

  init(
    publication: Publication, token: String, draft: Draft, choice: PublishingChoice,
    baseVersion: Int64, sentAt: Int64, before: [Before]
  ) {
    self.publication = publication
    self.token = token
    self.draft = draft
    self.choice = choice
    self.baseVersion = baseVersion
    self.sentAt = sentAt
    self.before = before
    othersUpTo = baseVersion
  }

  /// An update that is published now.
  ///
  /// - Parameters:
  ///   - preview: what is sent.
  ///   - draft: what it asks for.
  ///   - choice: how it is published.
  ///   - document: the shadow as it is held.
  ///   - now: ms since 1970.
  init(
    _ preview: Preview, of draft: Draft, choice: PublishingChoice, upon document: ShadowDocument?,
    at now: Int64
  ) {
    self.init(
      publication: preview.publication, token: preview.token.text, draft: draft, choice: choice,
      baseVersion: document?.version ?? 0, sentAt: now,
      before: draft.edits.map {
        Before(wasShown: $0.isShown(by: document), written: document?.latestTime($0))
      })
  }

  package var edits: [StagedEdit] { draft.edits }

  /// No answer comes any more; so many requests of ours were made so far.
  mutating func loseAnswer(after requests: Int) {
    requestsBefore = requests
    // The shadow never shows a backdated document.
    state = choice.isBackdate ? .undecided : .unknown
  }

  /// Somebody has made a version with another token, or without one.
  mutating func see(_ version: Int64, token: String?) {
    guard version == othersUpTo + 1, token?.hasSameScalars(as: self.token) != true else { return }
    othersUpTo = version
  }

  /// No document tells.
  mutating func leaveUndecided() { state = .undecided }

  enum Verdict: Hashable {
    case applied, notApplied, cannotTell, open
  }

  /// What a document tells about an update whose answer was lost.
  ///
  /// It is applied if a document was made by its token, or is newer and shows what it asks for, of
  /// which something was not so before or has been written anew. It is not applied if the version
  /// is the one that it was published upon, or all since are known to be the work of others.
  ///
  /// - Parameters:
  ///   - document: the shadow as the service has it; nil if it has none.
  ///   - token: the token of the request that made the document, if it is known.
  ///   - isWhole: whether this is the answer to a `get` that was asked after the answer was lost,
  ///     and so everything that was applied.
  /// - Returns: `.open` where it tells nothing.
  func verdict(_ document: ShadowDocument?, token: String?, isWhole: Bool) -> Verdict {
    guard state != .waiting else { return .open }
    if !isWhole, token?.hasSameScalars(as: self.token) == true { return .applied }
    guard state == .unknown else { return .open }
    if let document, document.version > baseVersion, showsAnew(document) { return .applied }
    guard isWhole else { return .open }
    return (document?.version ?? 0) == othersUpTo ? .notApplied : .cannotTell
  }

  /// Whether a document shows all that was asked for, and something of it is news.
  private func showsAnew(_ document: ShadowDocument) -> Bool {
    guard edits.allSatisfy({ $0.isShown(by: document) }) else { return false }
    return zip(edits, before).contains { edit, before in
      guard before.wasShown else { return true }
      guard let now = document.latestTime(edit) else { return false }
      return before.written.map { now > $0 } ?? true
    }
  }
}

extension ShadowDocument {
  /// When what an edit is about was written, in seconds since 1970; nil if that is not known.
  fileprivate func latestTime(_ edit: StagedEdit) -> Int64? {
    guard let value = value(edit.section, edit.path), let metadata = self[metadata: edit.section]
    else { return nil }
    return value.latestTime(in: JSONValue.object(metadata)[edit.path])
  }
}
