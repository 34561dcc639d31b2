import Shadow

/// One update on its way: published, and its answer not known yet.
package struct Delivery: Sendable {
  /// Of the request, by which its answer is known.
  package let token: String
  /// What it asks for, with the history of its staging; staged again if it is not applied.
  let draft: Draft
  /// How it was published.
  let choice: PublishingChoice
  /// The version that was held when it was published, 0 for no shadow.
  package let baseVersion: Int64
  package private(set) var state = State.waiting

  package enum State: Hashable, Sendable {
    /// The answer is still to come.
    case waiting
    /// No answer came: the service may or may not have it (spec 11). The next document tells.
    case unknown
  }

  init(token: String, draft: Draft, choice: PublishingChoice, baseVersion: Int64) {
    self.token = token
    self.draft = draft
    self.choice = choice
    self.baseVersion = baseVersion
  }

  package var edits: [StagedEdit] { draft.edits }

  mutating func loseAnswer() { state = .unknown }

  enum Verdict: Hashable {
    case applied, notApplied, open
  }

  /// What a document tells about an update whose answer was lost.
  ///
  /// - Parameters:
  ///   - document: the shadow as the service has it; nil if it has none.
  ///   - token: the token of the request that made the document, if it is known.
  ///   - isWhole: whether this is the answer to a `get`, and so everything that was applied.
  /// - Returns: `.open` where it tells nothing.
  func verdict(_ document: ShadowDocument?, token: String?, isWhole: Bool) -> Verdict {
    guard state == .unknown else { return .open }
    if token == self.token, !isWhole { return .applied }
    guard let document else { return isWhole ? .notApplied : .open }
    if document.version > baseVersion, edits.allSatisfy({ $0.isShown(by: document) }) {
      return .applied
    }
    return isWhole ? .notApplied : .open
  }
}
