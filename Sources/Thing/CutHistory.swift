import JSON

/// What the ends of connections in a row say together: a policy, another client with our id, or
/// nothing.
///
/// Pure: told how each connection ended, it says what that means. A broker gives no reason, so this
/// goes by three signs: how long after CONNACK it was, whether the other side ended it, and what of
/// ours had no answer yet. What was in flight is suspected first; the same suspect twice is denied.
/// What was in flight once and got its answer the next time was there by chance, and two ends by
/// chance soon after CONNACK are a take-over.
package struct CutHistory: Sendable {
  /// How a connection, or an attempt, ended.
  package struct Cut: Hashable, Sendable {
    /// Milliseconds since CONNACK; nil if none came.
    package var afterGreeting: Int64?
    /// Whether the other side ended it.
    package var byPeer: Bool
    /// What was in flight; nil for nothing.
    package var suspect: Suspect?
    /// Whether we ask for the suspect again on the next connection by ourselves.
    package var isRepeated: Bool

    package init(
      afterGreeting: Int64?, byPeer: Bool = true, suspect: Suspect? = nil, isRepeated: Bool = true
    ) {
      self.afterGreeting = afterGreeting
      self.byPeer = byPeer
      self.suspect = suspect
      self.isRepeated = isRepeated
    }
  }

  package enum Verdict: Hashable, Sendable {
    /// It says nothing: its own cause is all there is.
    case none
    /// The first one soon after CONNACK with nothing in flight: another client has perhaps taken the
    /// id.
    case perhapsTakenOver
    /// Something was in flight, for the first time.
    case suspected
    /// These were in flight again, for so many connections in a row.
    case denied([String], closures: Int)
    /// Another client takes the id again and again.
    case takenOver
  }

  /// A connection cut sooner than this after CONNACK may have been taken over, in milliseconds.
  package static let window: Int64 = 30_000
  /// So many of them in a row are a take-over.
  package static let limit = 2

  private var takeOvers = 0
  private var pending: Pending?

  /// The suspect of the last end.
  private struct Pending: Sendable {
    let suspect: Suspect
    /// Whether being answered the next time makes that end one by chance soon after CONNACK.
    let isTelling: Bool
    /// Those of its names that have not been answered since.
    var open: [String]

    init(_ suspect: Suspect, isTelling: Bool) {
      self.suspect = suspect
      self.isTelling = isTelling
      open = suspect.names
    }
  }

  package init() {}

  /// Forgets everything, since the person asks for a connection.
  package mutating func reset() { (takeOvers, pending) = (0, nil) }

  /// The broker has answered these: they are permitted.
  package mutating func answered(_ request: Suspect.Request, _ names: [String]) {
    guard pending?.suspect.request == request else { return }
    pending?.open.removeAll { name in names.contains { $0.hasSameScalars(as: name) } }
  }

  /// Takes in how a connection, or an attempt, ended.
  package mutating func note(_ cut: Cut) -> Verdict {
    guard cut.byPeer, cut.afterGreeting != nil || cut.suspect?.request == .connect else {
      // A broker that is down, or a network: nobody has taken anything, and nothing is forbidden.
      reset()
      return .none
    }
    if let suspect = cut.suspect, let before = pending?.suspect,
      before.request == suspect.request
    {
      let again = suspect.names.filter { name in
        before.names.contains { $0.hasSameScalars(as: name) }
      }
      if !again.isEmpty {
        var both = Suspect(suspect.request, again)
        both.closures = before.closures + 1
        pending = Pending(both, isTelling: false)
        takeOvers = 0
        return .denied(again, closures: both.closures)
      }
    }
    let isSoon = cut.afterGreeting.map { $0 < Self.window }
    if let pending, pending.isTelling, pending.open.isEmpty { takeOvers += 1 }
    if isSoon == false { takeOvers = 0 }
    pending = cut.suspect.map { Pending($0, isTelling: cut.isRepeated && isSoon == true) }
    guard cut.suspect == nil else {
      return takeOvers >= Self.limit ? .takenOver : .suspected
    }
    guard isSoon == true else { return .none }
    takeOvers += 1
    return takeOvers >= Self.limit ? .takenOver : .perhapsTakenOver
  }
}
