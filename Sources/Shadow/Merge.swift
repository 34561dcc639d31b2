import JSON

extension ShadowDocument {
  /// Merges a request into state and metadata (spec 5, 7); the version is left as it is.
  ///
  /// - Parameters:
  ///   - request: what to write; its token, version and time do not matter here.
  ///   - timestamp: seconds since 1970 for the leaves that are written.
  package mutating func merge(_ request: UpdateRequest, at timestamp: Int64) {
    let leaf = ShadowMetadata.leaf(at: timestamp)
    for section in Section.allCases {
      switch request[section] {
      case nil: continue
      case .remove:
        self[section] = nil
        self[metadata: section] = nil
      case .merge(let patch):
        var state = self[section] ?? JSONObject()
        var metadata = self[metadata: section] ?? JSONObject()
        Self.merge(patch, into: &state, metadata: &metadata, leaf: leaf)
        // A section without a key does not exist (spec 5, rule 6).
        self[section] = state.isEmpty ? nil : state
        self[metadata: section] = state.isEmpty ? nil : metadata
      }
    }
  }

  private static func merge(
    _ patch: JSONObject, into state: inout JSONObject, metadata: inout JSONObject, leaf: JSONValue
  ) {
    for member in patch.effectiveMembers {
      switch (member.value, state[member.key]) {
      case (.null, _):
        state[member.key] = nil
        metadata[member.key] = nil
      case (.object(let inner), .object(var stored)?):
        var times = metadata[member.key]?.object ?? JSONObject()
        merge(inner, into: &stored, metadata: &times, leaf: leaf)
        state[member.key] = .object(stored)
        metadata[member.key] = .object(times)
      case (let value, _):
        let value = value.withoutNulls
        state[member.key] = value
        metadata[member.key] = ShadowMetadata.mirroring(value, leaf: leaf)
      }
    }
  }
}

extension JSONValue {
  /// The value as it is stored where no object was: nulls are not (spec 5, rule 4).
  ///
  /// Of an object that holds nulls only, `{}` is left. Arrays hold no null (spec 3.1).
  fileprivate var withoutNulls: JSONValue {
    guard case .object(let object) = self else { return self }
    return .object(
      JSONObject(
        members: object.effectiveMembers.compactMap { member in
          member.value.isNull
            ? nil : JSONMember(key: member.key, value: member.value.withoutNulls)
        }))
  }
}
