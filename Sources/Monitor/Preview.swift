import JSON
package import Shadow

/// What publishing the staged edits will send, and what the shadow would be then.
package struct Preview: Sendable {
  /// The very bytes that are sent.
  package let publication: Publication
  package let token: ClientToken
  /// What the shadow would count against its limit (spec 10.1).
  package let documentBytes: Int
  /// Levels of the deeper section, itself being the first (spec 10.2).
  package let depth: Int

  private let choice: PublishingChoice

  /// - Parameters:
  ///   - edits: what is staged, not empty.
  ///   - document: the shadow as it is held; nil where there is none.
  ///   - address: where to publish.
  ///   - token: the request's own token.
  ///   - choice: how it is published.
  init(
    _ edits: [StagedEdit], upon document: ShadowDocument?, address: ShadowAddress,
    token: ClientToken, choice: PublishingChoice = PublishingChoice()
  ) {
    // Without a shadow there is no version to name.
    let base =
      switch choice.lock {
      case .off: Int64(0)
      case .once: document?.version ?? 0
      case .on: edits.map(\.version).min() ?? 0
      }
    let request = UpdateRequest(
      edits, clientToken: token, version: !choice.isBackdate && base > 0 ? base : nil,
      timestampMilliseconds: choice.observedAt)
    self.choice = choice
    publication =
      choice.isBackdate
      ? Publication(
        topic: MICTopic.backdate.topic(of: address.thing), payload: request.json.compactBytes)
      : request.publication(to: address)
    self.token = token
    var result = document ?? ShadowDocument(version: 0)
    if !choice.isBackdate { result.merge(request, at: 0) }
    documentBytes = result.size
    depth = max(result.desired?.depth ?? 0, result.reported?.depth ?? 0)
  }

  /// What the service is likely to refuse, in words.
  package var warnings: [String] {
    let limits = ShadowLimits()
    var warnings: [String] = []
    if choice.isBackdate {
      // The shadow stays as it is.
      return choice.observedAt == nil
        ? ["No observation time: MIC would take the time of arrival; o sets one"] : []
    }
    if documentBytes > limits.size {
      warnings.append(
        "The shadow would be \(documentBytes) bytes of \(limits.size): the service will refuse it")
    }
    if depth > limits.depth {
      warnings.append("\(depth) levels deep: the service takes \(limits.depth)")
    }
    return warnings
  }
}

extension UpdateRequest {
  /// The request that asks for what is staged.
  init(
    _ edits: [StagedEdit], clientToken: ClientToken? = nil, version: Int64? = nil,
    timestampMilliseconds: Int64? = nil
  ) {
    func change(_ section: Section) -> SectionChange? {
      let own = edits.filter { $0.section == section }
      guard !own.isEmpty else { return nil }
      var patch = JSONObject()
      for edit in own { patch.set(edit.value ?? .null, at: edit.path.keys[...]) }
      return .merge(patch)
    }
    self.init(
      desired: change(.desired), reported: change(.reported), clientToken: clientToken,
      version: version, timestampMilliseconds: timestampMilliseconds)
  }
}

extension JSONObject {
  /// Objects and arrays inside one another, this one included.
  var depth: Int { 1 + (lazy.map(\.value.depth).max() ?? 0) }
}

extension JSONValue {
  fileprivate var depth: Int {
    switch self {
    case .null, .bool, .number, .string: 0
    case .array(let elements): 1 + (elements.lazy.map(\.depth).max() ?? 0)
    case .object(let object): object.depth
    }
  }
}
