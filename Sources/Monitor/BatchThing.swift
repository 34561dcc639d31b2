/// A thing of the batch, as the list of things shows it.
package struct BatchThing: Hashable, Sendable {
  package let name: String
  /// Until when its certificate is valid, in ms since 1970; nil if that is not known.
  package let expires: Int64?
  /// From when on its certificate is valid, in ms since 1970; nil if that is not known.
  package let begins: Int64?
  /// When it was looked at last, in ms since 1970; nil if it never was.
  package let lastUsed: Int64?
  /// Why nobody can connect as it; nil if nothing is known against it.
  package let fault: String?

  package init(
    name: String, begins: Int64?, expires: Int64?, lastUsed: Int64? = nil, fault: String? = nil
  ) {
    self.name = name
    self.begins = begins
    self.expires = expires
    self.lastUsed = lastUsed
    self.fault = fault
  }
}
