/// A connection that the settings know by a name, as the start screen lists it.
package struct StartProfile: Hashable, Sendable {
  package let name: String
  /// What it leads to, for instance the thing and the broker.
  package let note: String

  package init(name: String, note: String) {
    self.name = name
    self.note = note
  }
}
