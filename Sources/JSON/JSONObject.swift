/// One member of an object.
package struct JSONMember: Sendable {
  package var key: String
  package var value: JSONValue

  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }
}

/// The members of an object in their order, duplicate keys kept.
///
/// Of members with the same key the last counts, for look-ups and for equality.
package struct JSONObject: Sendable {
  /// All members in the order of the text, duplicates included.
  package private(set) var members: [JSONMember]
  /// The place of the last member of each key; empty while a walk is as fast.
  private var places = KeyIndex()

  /// Members up to which a walk replaces the index.
  private static let walked = 8

  package init(members: [JSONMember] = []) {
    self.members = members
    rebuildPlaces()
  }

  /// The value of the last member with this key; setting replaces that member in its place and
  /// drops its duplicates, appends a new one, or removes all members of the key when set to nil.
  package subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      guard let newValue else { return remove(key) }
      guard let place = place(of: key) else { return append(key: key, value: newValue) }
      members[place].value = newValue
      if hasDuplicates { dropOthers(of: key, keeping: place) }
    }
  }

  /// Adds a member at the end, even where the key is there already.
  package mutating func append(key: String, value: JSONValue) {
    members.append(JSONMember(key: key, value: value))
    if members.count > Self.walked { places.append(to: members) }
  }

  /// The keys that occur more than once, each once, in the order of their first repetition.
  package var duplicateKeys: [String] {
    guard hasDuplicates else { return [] }
    var seen: Set<ScalarKey> = []
    var repeated: Set<ScalarKey> = []
    return members.compactMap { member in
      let key = ScalarKey(member.key)
      guard !seen.insert(key).inserted, repeated.insert(key).inserted else { return nil }
      return member.key
    }
  }

  /// Whether some key occurs more than once.
  package var hasDuplicates: Bool {
    if members.count > Self.walked { return places.count != members.count }
    return members.indices.contains { place(of: members[$0].key) != $0 }
  }

  /// The members that count: of each key the last, in the order of the text.
  package var effectiveMembers: [JSONMember] {
    guard hasDuplicates else { return members }
    return members.indices.compactMap { place(of: members[$0].key) == $0 ? members[$0] : nil }
  }

  private func place(of key: String) -> Int? {
    guard members.count <= Self.walked else { return places.place(of: key, in: members) }
    return members.lastIndex { $0.key.hasSameScalars(as: key) }
  }

  private mutating func remove(_ key: String) {
    guard place(of: key) != nil else { return }
    members.removeAll { $0.key.hasSameScalars(as: key) }
    rebuildPlaces()
  }

  private mutating func dropOthers(of key: String, keeping place: Int) {
    let kept = members[place]
    members = members.indices.compactMap { index in
      if index == place { return kept }
      return members[index].key.hasSameScalars(as: key) ? nil : members[index]
    }
    rebuildPlaces()
  }

  private mutating func rebuildPlaces() {
    places = members.count > Self.walked ? KeyIndex(of: members) : KeyIndex()
  }
}

extension JSONObject: RandomAccessCollection {
  package var startIndex: Int { members.startIndex }
  package var endIndex: Int { members.endIndex }
  package subscript(position: Int) -> JSONMember { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral members: (String, JSONValue)...) {
    self.init(members: members.map { JSONMember(key: $0.0, value: $0.1) })
  }
}

/// A text that is compared and hashed by its code points.
package struct ScalarKey: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (left: ScalarKey, right: ScalarKey) -> Bool {
    left.text.hasSameScalars(as: right.text)
  }

  package func hash(into hasher: inout Hasher) {
    text.withUTF8Bytes { hasher.combine(bytes: $0) }
  }
}
