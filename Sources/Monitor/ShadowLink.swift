/// How an open shadow stands on the connection.
package enum ShadowLink: Hashable, Sendable {
  /// Not subscribed yet.
  case opening
  /// Subscribed, but for the filters that the broker refused, and those that are left out since
  /// connections ended over them.
  case live(refusedFilters: [String], leftOut: [String] = [])
  /// Given up: the session cannot follow it, and says why. The other shadows go on.
  case refused(what: String, cause: String, remedy: String)

  /// Whether it was given up.
  var isRefused: Bool {
    guard case .refused = self else { return false }
    return true
  }
}
