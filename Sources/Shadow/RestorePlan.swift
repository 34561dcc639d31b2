package import JSON

/// The smallest update that makes of a shadow's state another one, by the rules of spec 5.
///
/// Objects are merged by the service, member by member, so only what differs is written: a resource
/// that is too many as null, an array whole, a section that is too many as null. Metadata, version
/// and time cannot be put back.
package struct RestorePlan: Sendable, Equatable {
  /// Something of the wanted state that no shadow can hold.
  package struct Shortfall: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
      /// A null in an object stands for a removal, so the resource will not be there.
      case null
      /// An array with a null in it is refused (spec 3.1), so the resource stays as it is.
      case nullInArray
    }

    package let section: Section
    /// In the section, never empty.
    package let path: JSONPath
    package let reason: Reason
  }

  /// What to write in a section; nil where it is as wanted, or not to be touched.
  package private(set) var desired: SectionChange?
  package private(set) var reported: SectionChange?
  /// The version of the state that this was worked out from, to lock the update to; nil where there
  /// is no shadow, whose first update should have none (spec 6.3).
  package let version: Int64?
  /// What cannot be brought about, in the order of the wanted state.
  package private(set) var shortfalls: [Shortfall] = []
  /// The shadow after the update, its version and times aside.
  package private(set) var outcome: ShadowDocument

  /// Works out what to write.
  ///
  /// - Parameters:
  ///   - wanted: the state to bring about; a section without a key counts as none.
  ///   - current: the shadow as it is; nil if there is none.
  ///   - sections: those to bring about; others stay as they are.
  package init(
    to wanted: ShadowDocument, from current: ShadowDocument?,
    sections: some Sequence<Section> = Section.allCases
  ) {
    version = current?.version
    outcome = current ?? ShadowDocument(version: 0)
    for section in Section.allCases.filter(sections.contains) {
      let change = change(of: section, from: current?[section], to: wanted[section])
      switch section {
      case .desired: desired = change
      case .reported: reported = change
      }
    }
    outcome.merge(request(clientToken: nil), at: 0)
  }

  /// Whether the shadow is as wanted already, but for the shortfalls.
  package var isEmpty: Bool { desired == nil && reported == nil }

  /// The update, locked to the version.
  package func request(clientToken: ClientToken?) -> UpdateRequest {
    UpdateRequest(
      desired: desired, reported: reported, clientToken: clientToken, version: version)
  }

  /// What the service would answer to it, were its limits these; nil if it would accept.
  package func refusal(within limits: ShadowLimits = ShadowLimits()) -> ShadowError? {
    let payload = request(clientToken: nil).json.compactBytes
    do throws(Refusal) { _ = try UpdateRequest(payload: payload, limits: limits) } catch {
      return error.error
    }
    return outcome.size <= limits.size ? nil : .tooLarge
  }

  // MARK: Working it out

  private mutating func change(
    of section: Section, from old: JSONObject?, to new: JSONObject?
  ) -> SectionChange? {
    guard let new, !new.isEmpty else { return old == nil ? nil : .remove }
    var difference = SectionDifference(section: section)
    let patch = difference.patch(from: old ?? JSONObject(), to: new, at: JSONPath())
    shortfalls += difference.shortfalls
    return patch.isEmpty ? nil : .merge(patch)
  }
}

/// Works out what to write in one section.
///
/// Recursion is bounded by the depth that the parser allows.
private struct SectionDifference {
  let section: Section
  var shortfalls: [RestorePlan.Shortfall] = []

  /// The members to write, nulls for those that must go.
  mutating func patch(
    from old: JSONObject, to new: JSONObject, at path: JSONPath
  ) -> JSONObject {
    var patch = JSONObject()
    for member in new.effectiveMembers {
      let place = path.appending(key: member.key)
      switch (old[member.key], member.value) {
      case (.object(let old)?, .object(let new)):
        let inner = self.patch(from: old, to: new, at: place)
        if !inner.isEmpty { patch.append(key: member.key, value: .object(inner)) }
      case (let old?, let new) where old == new: continue
      case (_, let new):
        if let value = storable(new, at: place) { patch.append(key: member.key, value: value) }
      }
    }
    for member in old.effectiveMembers where new[member.key]?.isNull ?? true {
      patch.append(key: member.key, value: .null)
    }
    return patch
  }

  /// The value as a shadow can hold it; nil if it cannot.
  private mutating func storable(_ value: JSONValue, at path: JSONPath) -> JSONValue? {
    switch value {
    case .bool, .number, .string: return value
    case .null:
      note(.null, path)
      return nil
    case .array:
      guard value.holdsNull else { return value }
      note(.nullInArray, path)
      return nil
    case .object(let object):
      var members: [JSONMember] = []
      for member in object.effectiveMembers {
        guard let value = storable(member.value, at: path.appending(key: member.key)) else {
          continue
        }
        members.append(JSONMember(key: member.key, value: value))
      }
      return .object(JSONObject(members: members))
    }
  }

  private mutating func note(_ reason: RestorePlan.Shortfall.Reason, _ path: JSONPath) {
    shortfalls.append(RestorePlan.Shortfall(section: section, path: path, reason: reason))
  }
}

extension JSONValue {
  /// Whether this is null or holds one, at any depth.
  fileprivate var holdsNull: Bool {
    switch self {
    case .null: true
    case .bool, .number, .string: false
    case .array(let elements): elements.contains(where: \.holdsNull)
    case .object(let object): object.effectiveMembers.contains(where: \.value.holdsNull)
    }
  }
}
