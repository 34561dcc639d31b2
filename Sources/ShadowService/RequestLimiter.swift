import JSON

/// AWS IoT's limits on requests for each thing, over all operations and shadows (spec 10.3).
///
/// At most 20 requests are taken in any 1000 milliseconds, a sliding window, and at most 10 may be
/// in flight: taken, and their answer not yet published. A refused request counts for neither.
package struct RequestLimiter: Sendable {
  package static let perSecond = 20
  package static let inFlight = 10
  private static let window: Int64 = 1000

  /// Why a request is refused.
  package enum Excess: Hashable, Sendable {
    case rate, inFlight
  }

  private struct Account {
    /// When the requests of the last second were taken, oldest first.
    var taken: [Int64] = []
    /// Requests that are taken and of whose answers we do not know when they go out.
    var open = 0
    /// When answers go out of which we know that they have not yet.
    var answers: [Int64] = []

    var isIdle: Bool { taken.isEmpty && open == 0 && answers.isEmpty }

    mutating func forget(before now: Int64) {
      taken.removeAll { $0 <= now - RequestLimiter.window }
      answers.removeAll { $0 <= now }
    }

    mutating func take(_ now: Int64) -> Excess? {
      forget(before: now)
      guard open + answers.count < RequestLimiter.inFlight else { return .inFlight }
      guard taken.count < RequestLimiter.perSecond else { return .rate }
      taken.append(now)
      open += 1
      return nil
    }
  }

  private var accounts: [ScalarKey: Account] = [:]
  /// So many accounts make a search for idle ones worth while.
  private var sweepAt = 1024

  package init() {}

  /// How many things are remembered, quiet ones among them for a while.
  package var things: Int { accounts.count }

  /// Takes one more request of a thing, or refuses it.
  ///
  /// - Parameters:
  ///   - thing: its name.
  ///   - now: milliseconds of a clock that never goes back.
  /// - Returns: nil if it is taken.
  package mutating func take(_ thing: String, now: Int64) -> Excess? {
    if accounts.count >= sweepAt { sweep(now) }
    return accounts[ScalarKey(thing), default: Account()].take(now)
  }

  /// Settles one request that was taken; to be called once for each.
  ///
  /// - Parameters:
  ///   - thing: its name.
  ///   - time: when it is answered: now, or later on the clock of `take`.
  package mutating func answer(_ thing: String, at time: Int64) {
    let key = ScalarKey(thing)
    accounts[key]?.open -= 1
    accounts[key]?.answers.append(time)
  }

  private mutating func sweep(_ now: Int64) {
    for key in Array(accounts.keys) {
      guard var account = accounts.removeValue(forKey: key) else { continue }
      account.forget(before: now)
      if !account.isIdle { accounts[key] = account }
    }
    sweepAt = max(1024, accounts.count * 2)
  }
}
