package import JSON
package import Shadow

/// A device without firmware and without a connection: what it reports, and how it obeys.
///
/// Whoever runs it tells it what comes of its shadow, asks it what to do at ``nextDue``, and reports
/// that. All times are milliseconds of one clock that never goes back; the same seed does the same.
package struct Simulator: Sendable {
  /// Ms between two reports of a device, at least: half of the 20 requests a second that AWS takes of
  /// a thing (device-shadow spec 10.4).
  package static let usualGap: Int64 = 100

  /// All that it has reported, or would report now.
  package private(set) var reported: JSONObject

  private let rules: Rules
  private let gap: Int64
  private var sensors: Sensors
  private var players: [Player]
  private var wishes: Wishes
  private var retry = Retry()
  /// Of the newest message; older ones tell nothing.
  private var version: Int64 = 0
  private var lastReport: Int64 = .min

  /// Switches the device on.
  ///
  /// - Parameters:
  ///   - rules: how it behaves; their seed is not looked at.
  ///   - seed: of all that is left to chance.
  ///   - now: ms.
  ///   - gap: ms between two reports, at least.
  package init(_ rules: Rules, seed: UInt64, now: Int64, gap: Int64 = usualGap) {
    self.rules = rules
    self.gap = max(1, gap)
    var seeds = SeededGenerator(seed: seed)
    wishes = Wishes(seed: seeds.next())
    sensors = Sensors(rules, seed: seeds.next(), now: now)
    players = rules.series.map { Player($0, now: now) }
    reported = rules.reported
    reported.apply(sensors.all(now: now))
    for index in players.indices {
      for changes in players[index].take(now: now) { reported.apply(changes) }
    }
    reported.apply(sensors.following(reported, heldBy: wishes))
  }

  /// When `step(now:)` has something to do next, in ms; `.max` for not before something comes.
  package var nextDue: Int64 {
    let due = min(
      wishes.nextDue, sensors.nextDue, retry.nextDue, players.map(\.nextDue).min() ?? .max)
    guard due < .max, lastReport > .min else { return due }
    return max(due, lastReport + gap)
  }

  /// Whether the rules say that it is over: a table or a recording has come to its end.
  package var hasEnded: Bool { players.contains(where: \.hasEnded) }

  /// A new connection: the service may be new, so that everything is to be reported again, and the
  /// shadow to be asked for.
  ///
  /// - Returns: all of it, to be reported.
  package mutating func connected(now: Int64) -> JSONObject {
    version = 0
    retry = Retry()
    lastReport = now
    for index in players.indices {
      for changes in players[index].take(now: now) { apply(changes) }
    }
    return reported
  }

  /// Takes a message of its shadow: a difference is obeyed in time, and whole documents tell what
  /// `desired` no longer names.
  package mutating func receive(_ message: ShadowMessage, now: Int64) {
    switch message.content {
    case .delta(let state, _, let version):
      guard isNew(version) else { return }
      wishes.face(state, by: rules, now: now)
    case .documents(_, let document), .document(let document):
      guard isNew(document.version) else { return }
      wishes.heed(document, by: rules)
      wishes.face(document.delta ?? JSONObject(), by: rules, now: now)
    case .deleteAccepted:
      // A shadow that is made anew may count from the start.
      version = 0
      wishes.face(JSONObject(), by: rules, now: now)
      wishes.heed(ShadowDocument(version: 0), by: rules)
    case .request, .updateAccepted, .rejected, .unreadable: break
    }
  }

  /// What the device does now.
  ///
  /// - Parameter now: ms; before ``nextDue`` nothing is due.
  /// - Returns: nil for nothing.
  package mutating func step(now: Int64) -> Step? {
    guard nextDue <= now else { return nil }
    var changes = retry.take(now: now, from: reported)
    for index in players.indices {
      for row in players[index].take(now: now) { changes.overlay(withoutHeld(row)) }
    }
    changes.overlay(sensors.step(now: now, reported: reported, heldBy: wishes))
    var step = wishes.deal(with: reported, now: now)
    changes.overlay(step.changes)
    apply(changes)
    let following = sensors.following(reported, heldBy: wishes)
    apply(following)
    changes.overlay(following)
    step.changes = changes
    guard !step.isEmpty else { return nil }
    if !changes.isEmpty { lastReport = now }
    return step
  }

  /// A report has arrived.
  package mutating func accepted() { retry.succeeded() }

  /// A report has not arrived, or was refused for a reason that may pass: it is made again after a
  /// while, with what is so by then.
  ///
  /// A report that was refused for good is not to be told here.
  package mutating func failed(_ changes: JSONObject, now: Int64) {
    retry.add(changes, now: now)
  }

  // MARK: -

  private mutating func isNew(_ version: Int64) -> Bool {
    guard version >= self.version else { return false }
    self.version = version
    return true
  }

  private mutating func apply(_ changes: JSONObject) { reported.apply(changes) }

  private func withoutHeld(_ changes: JSONObject) -> JSONObject {
    var rest = JSONObject()
    for (path, value) in changes.leaves() where !wishes.hold(path) {
      rest.overlay(value, at: path)
    }
    return rest
  }
}

/// What has to be reported again, and when.
private struct Retry: Sendable {
  /// Ms from a failure to the next attempt, first and at most.
  private static let pauses: ClosedRange<Int64> = 1000...60_000

  private var owed = JSONObject()
  private var due: Int64 = .max
  private var pause = pauses.lowerBound

  var nextDue: Int64 { due }

  mutating func add(_ changes: JSONObject, now: Int64) {
    owed.overlay(changes)
    guard due == .max else { return }
    due = now + pause
    pause = min(pause * 2, Self.pauses.upperBound)
  }

  mutating func succeeded() { pause = Self.pauses.lowerBound }

  /// What is due: of each resource the value that it has by now, or null if it is gone.
  mutating func take(now: Int64, from reported: JSONObject) -> JSONObject {
    guard due <= now else { return JSONObject() }
    defer { (owed, due) = (JSONObject(), .max) }
    var changes = JSONObject()
    for (path, _) in owed.leaves() { changes.overlay(reported[path] ?? .null, at: path) }
    return changes
  }
}
