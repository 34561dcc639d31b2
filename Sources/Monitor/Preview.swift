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

  /// - Parameters:
  ///   - edits: what is staged, not empty.
  ///   - document: the shadow as it is held; nil where there is none.
  ///   - address: where to publish.
  ///   - token: the request's own token.
  init(
    _ edits: [StagedEdit], upon document: ShadowDocument?, address: ShadowAddress,
    token: ClientToken
  ) {
    func change(_ section: Section) -> SectionChange? {
      let own = edits.filter { $0.section == section }
      guard !own.isEmpty else { return nil }
      var patch = JSONObject()
      for edit in own { patch.set(edit.value ?? .null, at: edit.path.keys[...]) }
      return .merge(patch)
    }
    let request = UpdateRequest(
      desired: change(.desired), reported: change(.reported), clientToken: token)
    publication = request.publication(to: address)
    self.token = token
    var result = document ?? ShadowDocument(version: 0)
    result.merge(request, at: 0)
    documentBytes = result.size
    depth = max(result.desired?.depth ?? 0, result.reported?.depth ?? 0)
  }

  /// What the service is likely to refuse, in words.
  package var warnings: [String] {
    let limits = ShadowLimits()
    var warnings: [String] = []
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
