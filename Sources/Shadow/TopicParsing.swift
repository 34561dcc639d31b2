extension ShadowAddress {
  /// Reads a full topic; nil for anything but the eleven topics of a shadow (spec 2.2, 2.6).
  ///
  /// Names are taken as they are, also those that break the rules of `nameFault`, since the service
  /// answers on their topics (spec 2.3).
  package static func parse(topic: String) -> (ShadowAddress, ShadowTopic)? {
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
    guard levels.count >= 5, levels[0] == "$aws", levels[1] == "things", levels[3] == "shadow"
    else { return nil }
    let isNamed = levels[4] == "name" && levels.count >= 7
    guard let place = ShadowTopic(levels: levels[(isNamed ? 6 : 4)...]) else { return nil }
    let address = ShadowAddress(
      thing: String(levels[2]), shadow: isNamed ? String(levels[5]) : nil)
    return (address, place)
  }
}

extension ShadowTopic {
  // `==` is enough for these words: no other text is canonically equivalent to lower-case ASCII.
  fileprivate init?(levels: ArraySlice<Substring>) {
    guard let first = levels.first, let operation = ShadowOperation(rawValue: String(first)) else {
      return nil
    }
    let rest = levels.dropFirst()
    guard let kind = rest.first else {
      self = .request(operation)
      return
    }
    guard rest.count == 1 else { return nil }
    switch (operation, kind) {
    case (_, "accepted"): self = .accepted(operation)
    case (_, "rejected"): self = .rejected(operation)
    case (.update, "delta"): self = .delta
    case (.update, "documents"): self = .documents
    default: return nil
    }
  }
}
