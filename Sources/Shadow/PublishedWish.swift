package import JSON

/// What an update asks of desired, to be followed until the thing has done it.
package struct PublishedWish: Sendable, Equatable {
  /// A place that the update wrote and that differs.
  package struct Difference: Sendable, Equatable {
    package let path: JSONPath
    /// As desired has it now, which may be another's wish.
    package let desired: JSONValue
    /// nil where the thing has nothing there.
    package let reported: JSONValue?

    package init(path: JSONPath, desired: JSONValue, reported: JSONValue?) {
      (self.path, self.desired, self.reported) = (path, desired, reported)
    }
  }

  /// The members of desired that were written.
  package let members: JSONObject

  /// nil if the request writes nothing in desired.
  package init?(_ request: UpdateRequest) {
    guard case .merge(let members)? = request[.desired], !members.isEmpty else { return nil }
    self.members = members
  }

  /// Where the document still differs in what was written; elsewhere it may differ all the same.
  ///
  /// - Parameter document: the shadow after the update, or later.
  /// - Returns: in the order of desired; empty if the delta is closed there.
  package func open(in document: ShadowDocument) -> [Difference] {
    guard let delta = document.delta else { return [] }
    return Self.common(members, delta, at: JSONPath()).map { path in
      Difference(
        path: path, desired: JSONValue.object(delta)[path] ?? .null,
        reported: document.reported.flatMap { JSONValue.object($0)[path] })
    }
  }

  /// Whether the thing reports what was asked for; what was to be removed does not count.
  package func isGranted(in document: ShadowDocument) -> Bool {
    Self.has(document.reported ?? JSONObject(), members)
  }

  // Recursion is bounded by the depth that the parser allows, here and below.
  private static func common(
    _ written: JSONObject, _ delta: JSONObject, at path: JSONPath
  ) -> [JSONPath] {
    delta.effectiveMembers.flatMap { member -> [JSONPath] in
      guard let value = written[member.key] else { return [] }
      let place = path.appending(key: member.key)
      guard case .object(let inner) = value, case .object(let rest) = member.value else {
        return [place]
      }
      return common(inner, rest, at: place)
    }
  }

  private static func has(_ reported: JSONObject, _ wished: JSONObject) -> Bool {
    wished.effectiveMembers.allSatisfy { member in
      switch (member.value, reported[member.key]) {
      case (.null, _): true
      case (.object(let wished), .object(let reported)?): has(reported, wished)
      case (.object(let wished), _): wished.isEmpty
      case (let value, let actual): value == actual
      }
    }
  }
}
