/// Filters that are subscribed and given up together, for instance those of one shadow.
package struct FilterGroup: Hashable, Sendable {
  /// Names the group; never used twice on a link.
  package let id: UInt64
  /// What the group is for, 1 or more; asked for first.
  package let filters: [String]
  /// Asked for after the filters, so that a policy that forbids these does not take them along.
  package let extras: [String]

  package init(id: UInt64, filters: [String], extras: [String] = []) {
    self.id = id
    self.filters = filters
    self.extras = extras
  }
}
