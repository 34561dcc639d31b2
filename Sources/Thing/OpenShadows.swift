package import Shadow

/// Which shadows a session has open, and under which group of filters each of them is subscribed.
///
/// Each opening has a group of its own, so that what is told of an earlier one, closed meanwhile, is
/// not taken for news of the later one.
package struct OpenShadows: Sendable {
  /// Filters that a connection may have in all (device-shadow spec 10.4).
  package static let filterLimit = 50

  /// In the order in which they were opened.
  package private(set) var addresses: [ShadowAddress] = []
  /// How many can be open at once.
  package let limit: Int
  /// What is asked for of each.
  package let interest: ShadowInterest
  private var groups: [ShadowAddress: UInt64] = [:]
  /// Also of those that are being closed.
  private var addressOf: [UInt64: ShadowAddress] = [:]
  private var lastGroup: UInt64 = 0

  /// None is open.
  ///
  /// - Parameters:
  ///   - otherFilters: filters that the connection also has.
  ///   - interest: what is asked for of each shadow.
  package init(otherFilters: Int = 0, interest: ShadowInterest = .everything) {
    self.interest = interest
    limit = max(1, (Self.filterLimit - otherFilters) / interest.filterCount)
  }

  /// Opens a shadow.
  ///
  /// - Returns: what is to be subscribed for it; nil if it is open already.
  /// - Throws: `ShadowOpeningError` for a name that no shadow has, or where too many are open.
  package mutating func open(_ address: ShadowAddress) throws(ShadowOpeningError) -> FilterGroup? {
    guard groups[address] == nil else { return nil }
    if let fault = address.nameFault { throw .name(fault) }
    guard addresses.count < limit else { throw .tooMany(limit: limit) }
    return add(address)
  }

  /// Opens a shadow without a question, for those that a session begins with.
  mutating func add(_ address: ShadowAddress) -> FilterGroup {
    lastGroup += 1
    addresses.append(address)
    groups[address] = lastGroup
    addressOf[lastGroup] = address
    return FilterGroup(
      id: lastGroup, filters: interest.topics.map(address.topic),
      extras: interest.extras.map(address.topic))
  }

  /// Closes a shadow.
  ///
  /// - Returns: the group that is to be given up; nil if it is not open.
  package mutating func close(_ address: ShadowAddress) -> UInt64? {
    guard let group = groups.removeValue(forKey: address) else { return nil }
    addresses.removeAll { $0 == address }
    return group
  }

  /// The shadow of a group, also while it is being closed.
  package func address(of group: UInt64) -> ShadowAddress? { addressOf[group] }

  /// A group is gone.
  ///
  /// - Returns: its shadow, which is not open any more unless it was opened anew.
  package mutating func ended(_ group: UInt64) -> ShadowAddress? {
    guard let address = addressOf.removeValue(forKey: group) else { return nil }
    if groups[address] == group { _ = close(address) }
    return address
  }
}

/// Why a shadow cannot be opened.
package struct ShadowOpeningError: ExplainedError, Hashable {
  /// What is wrong; one case for each that can be told apart.
  package enum Kind: Hashable, Sendable { case name, tooMany }

  package let kind: Kind
  package let what: String
  package let cause: String
  package let remedy: String

  static func name(_ fault: String) -> ShadowOpeningError {
    ShadowOpeningError(
      kind: .name, what: "\(fault).", cause: "The service answers no other name.",
      remedy: "Correct the name.")
  }

  static func tooMany(limit: Int) -> ShadowOpeningError {
    ShadowOpeningError(
      kind: .tooMany,
      what: limit == 1 ? "No second shadow can be open." : "\(limit) shadows are open already.",
      cause: "A connection has at most \(OpenShadows.filterLimit) topic filters, and a shadow "
        + "takes nine.",
      remedy: "Close one of them first.")
  }
}
