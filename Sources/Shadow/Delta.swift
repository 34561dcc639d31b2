package import JSON

/// What `desired` asks for and `reported` does not have (spec 8).
package struct ShadowDelta: Sendable, Equatable {
  /// The open differences, never empty, without a `desired` level.
  package let state: JSONObject
  /// The matching part of desired's metadata, with its own times (spec 4.3).
  package let metadata: JSONObject

  /// Compares two sections (spec 8.1); nil if nothing differs.
  package init?(desired: JSONObject, reported: JSONObject, metadata: JSONObject) {
    var state = JSONObject()
    var times = JSONObject()
    for member in desired.effectiveMembers {
      let mirrored = metadata[member.key]
      switch (member.value, reported[member.key]) {
      case (.object(let wanted), .object(let actual)?):
        guard
          let inner = ShadowDelta(
            desired: wanted, reported: actual, metadata: mirrored?.object ?? JSONObject())
        else { continue }
        state.append(key: member.key, value: .object(inner.state))
        times.append(key: member.key, value: .object(inner.metadata))
      case (let wanted, let actual?) where wanted == actual: continue
      case (let wanted, _):
        state.append(key: member.key, value: wanted)
        if let mirrored { times.append(key: member.key, value: mirrored) }
      }
    }
    guard !state.isEmpty else { return nil }
    self.state = state
    self.metadata = times
  }
}

extension ShadowDocument {
  /// The open differences; nil if there are none (spec 8.1).
  package var delta: JSONObject? { difference?.state }

  /// The open differences with desired's metadata for them; nil if there are none (spec 8.1, 4.3).
  package var difference: ShadowDelta? {
    guard let desired else { return nil }
    return ShadowDelta(
      desired: desired, reported: reported ?? JSONObject(),
      metadata: desiredMetadata ?? JSONObject())
  }
}
