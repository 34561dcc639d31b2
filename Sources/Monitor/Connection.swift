/// What the session said of the connection.
package struct Connection: Sendable {
  package internal(set) var status: ConnectionStatus?
  /// Why it is down; stays through all attempts until one succeeds.
  package internal(set) var outage: Outage?
  /// Topic filters that the broker refused.
  package internal(set) var refusedFilters: [String] = []
  /// Topic filters that are not asked for any more since connections ended over them.
  package internal(set) var leftOutFilters: [String] = []
  /// Since when nothing at all has come over a connection that is up, in ms since 1970; nil while
  /// things come.
  var silentSince: Int64?
  /// Whether another client has the id, so that no try is made by itself.
  package var isTakenOver: Bool {
    guard case .takenOver? = status else { return false }
    return true
  }
  /// Whether the person chose to look on and let the other client have the id.
  var isStandingAside = false
  /// Whether it ever was up.
  var wasUp = false
  /// The causes of this outage that the log has.
  var remarked: [String] = []

  /// Whether what is shown is what the service has, as far as the connection goes.
  var isLive: Bool { isUp && silentSince == nil }

  /// Whether requests can be made.
  package var isUp: Bool {
    guard case .connected? = status else { return false }
    return true
  }
}

/// A connection that has ended or never came about.
package struct Outage: Hashable, Sendable {
  package let what: String
  package let cause: String
  package let remedy: String
  /// When it began, in ms since 1970.
  package let since: Int64
  /// Whether the next attempt waits for the person.
  package let isStopped: Bool
}
